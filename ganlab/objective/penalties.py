"""Gradient penalties as pure functions, one value a sample, in one convention: γ/2 · ‖∇D‖².

A penalty is a function of (D, real, fake, generator), where D maps samples to logits of shape
(N,), or (E, N) for an ensemble whose members each have a generator. The norm runs over all axes
behind the batch axis, sample by sample; the result has the logits' shape and the caller averages
over its last axis. γ may be a number or a tensor (E, 1). Everything is in float32, outside
autocast. Papers that write λ‖·‖² without the half mean γ = 2λ.
"""

from collections.abc import Callable, Iterable, Sequence

import torch
from torch import Tensor

from ganlab.device import without_autocast
from ganlab.registry import Parameter, penalty

Discriminator = Callable[[Tensor], Tensor]
Generators = torch.Generator | Sequence[torch.Generator]
Weight = float | Tensor


def strength(default: float, words: str) -> Parameter:
    """The parameter γ; words say in which formula."""
    return Parameter(default, words, 0.0, 1000.0, logarithmic=True)


OWN_GAMMA = "Strength γ in γ/2 · E‖∇D‖², as its paper writes it."
TWICE_LAMBDA = "Strength γ in γ/2 · E(‖∇D‖ − 1)²: twice its paper's λ."


END = Parameter(
    1.0,
    "Share of γ that is left at the run's end; it falls by the same factor in every step.",
    1e-4,
    1.0,
    logarithmic=True,
    live=False,
)
EVERY = Parameter(
    1,
    "Only in every so many steps, and as much stronger: on pictures it saves most of its time.",
    1,
    64,
    live=False,
)
"""Lazy regularisation (Karras et al. 2020, section 3.1)."""


def squared_gradient(D: Discriminator, x: Tensor) -> Tensor:
    """‖∇D(x)‖² for each sample, differentiable in D's parameters; shape of the logits.

    A D with `has_squared_gradient` computes it itself.
    """
    with without_autocast(x.device):
        if getattr(D, "has_squared_gradient", False):
            return D.squared_gradient(x.detach().float())  # type: ignore[attr-defined]
        x = x.detach().float().requires_grad_(True)
        logits = D(x)
        # A sample's gradient is read off the sum, for no sample's logit depends on another's.
        (gradient,) = torch.autograd.grad(logits.sum(), x, create_graph=True)
        return gradient.float().square().flatten(logits.ndim).sum(-1)


def _norm(squared: Tensor) -> Tensor:
    """√ with a gradient of zero, not of infinity, where the norm vanishes."""
    return (squared + 1e-12).sqrt()


def _random(like: Tensor, generator: Generators, normal: bool, per_sample: bool) -> Tensor:
    """N(0, 1) or U(0, 1) of like's shape, or one number a sample; member k from generator k."""

    def one(sample: Tensor, g: torch.Generator) -> Tensor:
        shape = [len(sample)] + [1 if per_sample else size for size in sample.shape[1:]]
        draw = torch.randn if normal else torch.rand
        return draw(shape, generator=g, device=like.device)

    if isinstance(generator, torch.Generator):
        return one(like, generator)
    return torch.stack([one(member, g) for member, g in zip(like, generator, strict=True)])


@penalty(
    "r1",
    title="R1",
    summary="Flattens D at real samples: the game converges near its solution.",
    formula=r"\tfrac\gamma2\,\mathbb E_{x}\|\nabla D(x)\|^2",
    source="Mescheder et al. 2018",
    parameters={"gamma": strength(1.0, OWN_GAMMA), "end": END, "every": EVERY},
)
def r1(
    D: Discriminator, real: Tensor, fake: Tensor, generator: Generators, gamma: Weight = 1.0
) -> Tensor:
    """γ/2 ‖∇D(x)‖² on real samples. Mescheder et al. 2018, equation 9."""
    del fake, generator
    return gamma / 2 * squared_gradient(D, real)


@penalty(
    "r2",
    title="R2",
    summary="Flattens D at fake samples, where R1 does not look.",
    formula=r"\tfrac\gamma2\,\mathbb E_{z}\|\nabla D(G(z))\|^2",
    source="Mescheder et al. 2018",
    parameters={"gamma": strength(1.0, OWN_GAMMA), "end": END, "every": EVERY},
)
def r2(
    D: Discriminator, real: Tensor, fake: Tensor, generator: Generators, gamma: Weight = 1.0
) -> Tensor:
    """γ/2 ‖∇D(G(z))‖² on fake samples. Mescheder et al. 2018, equation 10."""
    del real, generator
    return gamma / 2 * squared_gradient(D, fake)


@penalty(
    "r1-r2",
    title="R1 + R2",
    summary="Both in one pass: with a relativistic loss, a game that converges near its solution.",
    formula=r"\tfrac\gamma2\,(\mathbb E_{x}\|\nabla D\|^2+\mathbb E_{z}\|\nabla D\|^2)",
    source="Huang et al. 2024 (R3GAN)",
    parameters={"gamma": strength(1.0, OWN_GAMMA), "end": END, "every": EVERY},
)
def r1_r2(
    D: Discriminator, real: Tensor, fake: Tensor, generator: Generators, gamma: Weight = 1.0
) -> Tensor:
    """The sum of R1 and R2 in one pass through D. Huang et al. 2024 (R3GAN), section 2.3."""
    del generator
    if getattr(D, "mixes_batch", False):
        return gamma / 2 * (squared_gradient(D, real) + squared_gradient(D, fake))
    logits_axis = _batch_axis(real)
    squared = squared_gradient(D, torch.cat([real, fake], dim=logits_axis))
    on_real, on_fake = squared.chunk(2, dim=logits_axis)
    return gamma / 2 * (on_real + on_fake)


def _batch_axis(x: Tensor) -> int:
    """1 for an ensemble's points (E, N, d), 0 for points (N, d) and pictures (N, C, H, W)."""
    return 1 if x.ndim == 3 else 0


def between(real: Tensor, fake: Tensor, generator: Generators) -> Tensor:
    """α x + (1 - α) G(z) with α ~ U(0, 1), one for each sample."""
    alpha = _random(real, generator, normal=False, per_sample=True)
    return torch.lerp(fake.detach().float(), real.detach().float(), alpha)


@penalty(
    "wgan-gp",
    title="WGAN-GP",
    summary="Slope 1 between real and fake, as a Wasserstein critic wants it.",
    formula=r"\tfrac\gamma2\,\mathbb E_{\hat x}(\|\nabla D(\hat x)\|-1)^2",
    source="Gulrajani et al. 2017, λ = 10",
    parameters={"gamma": strength(20.0, TWICE_LAMBDA)},
)
def wgan_gp(
    D: Discriminator, real: Tensor, fake: Tensor, generator: Generators, gamma: Weight = 20.0
) -> Tensor:
    """γ/2 (‖∇D(x̂)‖ - 1)² between real and fake. Gulrajani et al. 2017, equation 3; λ = 10."""
    norm = _norm(squared_gradient(D, between(real, fake, generator)))
    return gamma / 2 * (norm - 1).square()


@penalty(
    "zero-centred",
    summary="Flattens D between real and fake.",
    formula=r"\tfrac\gamma2\,\mathbb E_{\hat x}\|\nabla D(\hat x)\|^2",
    source="Thanh-Tung et al. 2019",
    parameters={
        "gamma": strength(1.0, "Strength γ in γ/2 · E‖∇D‖²: twice its paper's λ."),
        "end": END,
    },
)
def zero_centred(
    D: Discriminator, real: Tensor, fake: Tensor, generator: Generators, gamma: Weight = 1.0
) -> Tensor:
    """γ/2 ‖∇D(x̂)‖² between real and fake. Thanh-Tung et al. 2019, equation 13."""
    return gamma / 2 * squared_gradient(D, between(real, fake, generator))


@penalty(
    "dragan",
    title="DRAGAN",
    summary="Slope 1 in a neighbourhood of the data.",
    formula=r"\tfrac\gamma2\,\mathbb E_{x,\delta}(\|\nabla D(x+\delta)\|-1)^2",
    source="Kodali et al. 2017, λ = 10",
    parameters={
        "gamma": strength(20.0, TWICE_LAMBDA),
        "spread": Parameter(0.5, "Size of δ in standard deviations of the data.", 0.0, 2.0),
    },
)
def dragan(
    D: Discriminator,
    real: Tensor,
    fake: Tensor,
    generator: Generators,
    gamma: Weight = 20.0,
    spread: float = 0.5,
) -> Tensor:
    """γ/2 (‖∇D(x + δ)‖ - 1)² around real samples. Kodali et al. 2017, equation 3; λ = 10.

    δ is Gaussian with `spread` times the standard deviation of each coordinate of the batch.
    """
    del fake
    std = real.float().std(dim=_batch_axis(real), keepdim=True, correction=0)
    noise = _random(real, generator, normal=True, per_sample=False)
    norm = _norm(squared_gradient(D, real.detach().float() + spread * std * noise))
    return gamma / 2 * (norm - 1).square()


@penalty(
    "consensus",
    summary="Both players also shrink the length of the game's vector field v.",
    formula=r"\tfrac\gamma2\,\|v(\theta,\psi)\|^2",
    source="Mescheder et al. 2017",
    parameters={"gamma": strength(10.0, "Strength γ in γ/2 · ‖v‖², as its paper writes it.")},
    both_players=True,
)
def consensus(
    d_losses: Tensor,
    g_losses: Tensor,
    d_parameters: Iterable[Tensor],
    g_parameters: Iterable[Tensor],
    gamma: Weight = 1.0,
) -> Tensor:
    """γ/2 ‖v‖², v the gradients of both players' losses. Mescheder et al. 2017, section 4.

    It is added to both players' losses. Losses (N,) of one GAN give a number; losses (E, N) of an
    ensemble, whose parameters have a leading member axis, give (E,).
    """
    total = torch.zeros((), device=d_losses.device)
    for losses, parameters in ((d_losses, d_parameters), (g_losses, g_parameters)):
        whole = losses.mean(-1).sum()
        gradients = torch.autograd.grad(whole, list(parameters), create_graph=True)
        for gradient in gradients:
            squared = gradient.float().square()
            total = total + (squared.sum() if losses.ndim == 1 else squared.flatten(1).sum(-1))
    return torch.as_tensor(gamma).reshape(-1).squeeze() / 2 * total
