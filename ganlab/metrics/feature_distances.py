"""Distances between two sets of feature vectors: Fréchet, kernel, and nearest neighbours.

Every score depends on the features and on N: state both with it. Features are (N, D), N may differ
between the sets; sums are taken in float64.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from ganlab.registry import metric

K = 5
"""Neighbours that make a neighbourhood, where nothing else is said."""
SUBSETS, SUBSET = 20, 500
"""Of how many pictures each the kernel distance is the mean."""
BLOCK = 1_000
"""Rows of a distance or kernel matrix that are held at once."""


def mean_and_covariance(features: Tensor) -> tuple[Tensor, Tensor]:
    """Mean (D,) and unbiased covariance (D, D) of features (N, D), in float64."""
    wide = features.double()
    mean = wide.mean(0)
    apart = wide - mean
    return mean, apart.T @ apart / (len(wide) - 1)


def gaussian_distance(
    mean_a: Tensor, covariance_a: Tensor, mean_b: Tensor, covariance_b: Tensor
) -> float:
    """|μa - μb|² + Tr(A + B - 2 (A^½ B A^½)^½), of two Gaussians. Dowson & Landau 1982.

    The symmetric form has real eigenvalues even where A or B is singular.
    """
    values, vectors = torch.linalg.eigh(covariance_a)
    root = vectors * values.clamp(min=0).sqrt() @ vectors.T
    inner = torch.linalg.eigvalsh(root @ covariance_b @ root).clamp(min=0).sqrt().sum()
    trace = covariance_a.trace() + covariance_b.trace() - 2 * inner
    return max(0.0, float((mean_a - mean_b).square().sum() + trace))


@metric(
    "frechet",
    title="Fréchet distance",
    summary="How far apart Gaussians fitted to the features of both sides are: lower is better. It "
    "is biased upwards by about 1/N, so compare it with real against real. Heusel et al. 2017.",
    formula=r"\|\mu_a-\mu_b\|^2+\mathrm{Tr}(A+B-2(A^{1/2}BA^{1/2})^{1/2})",
    source="Heusel et al. 2017, equation 6",
    unit="squared distance of features",
    places=2,
    logarithmic=True,
)
def frechet_distance(fake: Tensor, real: Tensor) -> float:
    """Of the Gaussians fitted to fake (N, D) and real (M, D). Heusel et al. 2017, equation 6.

    It is biased upwards by about 1/N; compare it with real against real at the same N.
    """
    return gaussian_distance(*mean_and_covariance(fake), *mean_and_covariance(real))


@metric(
    "kernel",
    title="kernel distance",
    summary="Squared MMD of a cubic kernel on all features, unbiased at any N: lower is better.",
    formula=r"k(x,y)=(x\cdot y/D+1)^3",
    source="Bińkowski et al. 2018, section 4",
    places=4,
    where=("evaluate",),
)
def kernel_distance(fake: Tensor, real: Tensor) -> float:
    """Unbiased squared MMD of k(x, y) = (x·y / D + 1)³. Bińkowski et al. 2018, section 4.

    Its expectation is 0 for equal distributions at any N, so that it can come out below 0.
    """
    fake, real = fake.double(), real.double()
    n, m = len(fake), len(real)
    within_fake = (_kernel_sum(fake, fake) - _kernel_diagonal(fake)) / (n * (n - 1))
    within_real = (_kernel_sum(real, real) - _kernel_diagonal(real)) / (m * (m - 1))
    return within_fake + within_real - 2 * _kernel_sum(fake, real) / (n * m)


class KernelEstimate(NamedTuple):
    """The kernel distance over random subsets: KID, as it is mostly quoted."""

    mean: float
    deviation: float
    """Standard deviation over the subsets; each holds only `size` samples of a set."""
    subsets: int
    size: int


def kernel_estimate(
    fake: Tensor,
    real: Tensor,
    generator: torch.Generator,
    subsets: int = SUBSETS,
    size: int = SUBSET,
) -> KernelEstimate:
    """Mean and deviation of `kernel_distance` over subsets drawn without repetition.

    Bińkowski et al. 2018, section 4. A set of fewer than 2 · size samples gives subsets of half.
    """
    size = min(size, len(fake) // 2, len(real) // 2)

    def some(x: Tensor) -> Tensor:
        return x[torch.randperm(len(x), generator=generator)[:size].to(x.device)]

    found = torch.tensor(
        [kernel_distance(some(fake), some(real)) for _ in range(subsets)], dtype=torch.float64
    )
    return KernelEstimate(float(found.mean()), float(found.std()), subsets, size)


@metric(
    "kid",
    title="KID",
    summary="Kernel distance (squared MMD of a cubic kernel), unbiased at any N: 0 on average for "
    "equal distributions, so that it can come out below. ± is the standard deviation over "
    "random subsets. Bińkowski et al. 2018.",
    formula=r"k(x,y)=(x\cdot y/D+1)^3",
    source="Bińkowski et al. 2018, section 4",
    places=4,
    detail=" over {kid_subsets} subsets of {kid_size:,}",
    where=("run", "summary"),
)
def kid(fake: Tensor, real: Tensor) -> tuple[float, float]:
    """Mean and deviation of `kernel_distance` over the subsets of a fixed seed."""
    found = kernel_estimate(fake, real, torch.Generator().manual_seed(0))
    return found.mean, found.deviation


def _kernel_sum(x: Tensor, y: Tensor) -> float:
    dim = x.shape[1]
    return sum(float((part @ y.T / dim + 1).pow(3).sum()) for part in x.split(BLOCK))


def _kernel_diagonal(x: Tensor) -> float:
    return float((x.square().sum(1) / x.shape[1] + 1).pow(3).sum())


class Neighbours(NamedTuple):
    """Precision, recall, density and coverage; the first, second and fourth are shares."""

    precision: float
    """Share of fake samples in the neighbourhood of some real one."""
    recall: float
    """Share of real samples in the neighbourhood of some fake one."""
    density: float
    """How many real neighbourhoods a fake sample lies in, over k; about 1 for equal sets."""
    coverage: float
    """Share of real samples whose neighbourhood holds a fake one."""
    repeated: int = 0
    """How many real samples were left out because they repeat another one."""


def neighbours(fake: Tensor, real: Tensor, k: int = K) -> Neighbours:
    """PRDC with the k-th nearest neighbour as radius. Naeem et al. 2020, equations 3 to 6.

    For fake and real of one distribution coverage is 1 - 2^-k in expectation, for large N.

    A sample that stands more than k times in its set has a radius of 0, and nothing would lie in
    its neighbourhood. So where real samples repeat, both sides are neighbourhoods of distinct
    samples: recall and coverage are shares of distinct real ones, precision and density still
    count every fake one. At most k distinct samples have neighbourhoods of as many as there are.
    """
    fake, real = fake.double(), real.double()
    count, distinct = len(fake), real.unique(dim=0)
    times, repeated = torch.ones(count, dtype=torch.int64, device=fake.device), 0
    if len(distinct) < len(real):
        real, repeated = distinct, len(real) - len(distinct)
        fake, times = fake.unique(dim=0, return_counts=True)
    real_k, fake_k = min(k, len(real) - 1), min(k, len(fake) - 1)
    real_radii, fake_radii = _radii(real, real_k), _radii(fake, fake_k)
    covered = torch.zeros(len(real), dtype=torch.bool, device=real.device)
    recalled = torch.zeros_like(covered)
    precise, inside = 0, 0
    parts = (one.split(BLOCK) for one in (fake, fake_radii, times))
    for part, own, of_each in zip(*parts, strict=True):
        distances = torch.cdist(part, real)  # (block, M)
        within = distances < real_radii
        covered |= within.any(0)
        precise += int((within.any(1) * of_each).sum())
        inside += int((within.sum(1) * of_each).sum())
        recalled |= (distances < own[:, None]).any(0)
    return Neighbours(
        precise / count,
        float(recalled.double().mean()),
        inside / (max(real_k, 1) * count),
        float(covered.double().mean()),
        repeated,
    )


def _radii(x: Tensor, k: int) -> Tensor:
    """Distance of each sample of x to its k-th nearest other one, (N,)."""
    return torch.cat([torch.cdist(part, x).kthvalue(k + 1).values for part in x.split(BLOCK)])


@metric(
    "precision",
    summary="Share of generated pictures in the neighbourhood of a real one: higher is better.",
    source="Naeem et al. 2020, equations 3 to 6",
    needs=("neighbours",),
    higher=True,
    detail=" with k = {k}",
    where=("evaluate", "run"),
)
def precision(neighbours: Neighbours) -> float:
    """See `Neighbours.precision`."""
    return neighbours.precision


@metric(
    "recall",
    summary="Share of real pictures in the neighbourhood of a generated one: higher is better.",
    source="Naeem et al. 2020, equations 3 to 6",
    needs=("neighbours",),
    higher=True,
    detail=" with k = {k}",
    where=("evaluate", "run"),
)
def recall(neighbours: Neighbours) -> float:
    """See `Neighbours.recall`."""
    return neighbours.recall


@metric(
    "coverage",
    summary="Share of real pictures with a generated one in the neighbourhood that their k nearest "
    "real neighbours span: higher is better, and lost modes lower it. Naeem et al. 2020.",
    source="Naeem et al. 2020, equations 3 to 6",
    needs=("neighbours",),
    higher=True,
    detail=" with k = {k}",
    where=("evaluate", "run", "quick", "summary"),
)
def coverage(neighbours: Neighbours) -> float:
    """See `Neighbours.coverage`."""
    return neighbours.coverage


@metric(
    "density",
    summary="In how many real neighbourhoods a generated picture lies, over k: about 1 for equal "
    "sets, low where pictures are like no real ones. Naeem et al. 2020.",
    source="Naeem et al. 2020, equations 3 to 6",
    needs=("neighbours",),
    higher=True,
    detail=" with k = {k}",
    where=("evaluate", "run", "quick", "summary"),
)
def density(neighbours: Neighbours) -> float:
    """See `Neighbours.density`."""
    return neighbours.density
