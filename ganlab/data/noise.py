"""Distributions of z. Each function draws from the generator that it is given."""

import torch
from torch import Generator, Tensor
from torch.nn import functional as F

from ganlab.registry import Parameter, noise


@noise(
    "normal",
    summary="Independent standard normal coordinates.",
    formula=r"z_i \sim \mathcal N(0,1)",
)
def normal(shape: tuple[int, ...], generator: Generator) -> Tensor:
    """Standard normal, of the given shape on the generator's device."""
    return torch.randn(shape, generator=generator, device=generator.device)


@noise(
    "uniform01",
    summary="Independent coordinates, uniform between 0 and 1.",
    formula=r"z_i \sim \mathcal U[0,1]",
    quantile=lambda shares: shares,
)
def uniform01(shape: tuple[int, ...], generator: Generator) -> Tensor:
    """Uniform on [0, 1)."""
    return torch.rand(shape, generator=generator, device=generator.device)


@noise(
    "uniform",
    summary="Independent coordinates, uniform between −1 and 1.",
    formula=r"z_i \sim \mathcal U[-1,1]",
    quantile=lambda shares: 2 * shares - 1,
)
def uniform(shape: tuple[int, ...], generator: Generator) -> Tensor:
    """Uniform on [-1, 1)."""
    return uniform01(shape, generator).mul_(2.0).sub_(1.0)


@noise(
    "student-t",
    summary="Independent coordinates with heavy tails.",
    formula=r"z_i \sim t_\nu",
    parameters={"nu": Parameter(3.0, "Degrees of freedom ν: small is heavy-tailed.", 1.0, 100.0)},
)
def student_t(shape: tuple[int, ...], generator: Generator, nu: float = 3.0) -> Tensor:
    """Student's t with ν degrees of freedom, by Bailey's polar form (Bailey 1994).

    t = sqrt(ν (u^(-2/ν) - 1)) cos(2πv) with u, v uniform: exact for every ν > 0.
    """
    u = 1.0 - uniform01(shape, generator)  # in (0, 1], so that the power stays finite
    v = uniform01(shape, generator)
    return (nu * (u.pow(-2.0 / nu) - 1.0)).sqrt() * torch.cos(2 * torch.pi * v)


@noise(
    "codes",
    summary="A categorical code and uniform ones on [−1, 1], the rest standard normal.",
    formula=r"z=(c_1,c_2,\dots,\varepsilon),\;c_1\sim\mathrm{Cat}(K),\;c_j\sim\mathcal U",
    source="Chen et al. 2016 (InfoGAN)",
    parameters={
        "categories": Parameter(10, "K: values of the categorical code.", 2, 100, live=False),
        "continuous": Parameter(2, "How many uniform codes.", 0, 16, live=False),
    },
    inside_z=("categories", "continuous"),
)
def codes(
    shape: tuple[int, ...], generator: Generator, categories: int = 10, continuous: int = 2
) -> Tensor:
    """One-hot of a category, then uniform codes on [-1, 1), then standard normal: (..., D).

    Chen et al. 2016 (InfoGAN), section 7.2.
    """
    *batch, width = shape
    chosen = torch.randint(categories, batch, generator=generator, device=generator.device)
    spread = uniform((*batch, continuous), generator)
    rest = normal((*batch, width - categories - continuous), generator)
    return torch.cat([F.one_hot(chosen, categories).float(), spread, rest], dim=-1)
