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

Discriminator = Callable[[Tensor], Tensor]
Generators = torch.Generator | Sequence[torch.Generator]
Weight = float | Tensor


def squared_gradient(D: Discriminator, x: Tensor) -> Tensor:
    """‖∇D(x)‖² for each sample, differentiable in D's parameters; shape of the logits.

    A D that knows a shorter way to its own says so by `bends_once`.
    """
    with without_autocast(x.device):
        if getattr(D, "bends_once", False):
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


def r1(
    D: Discriminator, real: Tensor, fake: Tensor, generator: Generators, gamma: Weight = 1.0
) -> Tensor:
    """γ/2 ‖∇D(x)‖² on real samples. Mescheder et al. 2018, equation 9."""
    del fake, generator
    return gamma / 2 * squared_gradient(D, real)


def r2(
    D: Discriminator, real: Tensor, fake: Tensor, generator: Generators, gamma: Weight = 1.0
) -> Tensor:
    """γ/2 ‖∇D(G(z))‖² on fake samples. Mescheder et al. 2018, equation 10."""
    del real, generator
    return gamma / 2 * squared_gradient(D, fake)


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


def wgan_gp(
    D: Discriminator, real: Tensor, fake: Tensor, generator: Generators, gamma: Weight = 20.0
) -> Tensor:
    """γ/2 (‖∇D(x̂)‖ - 1)² between real and fake. Gulrajani et al. 2017, equation 3; λ = 10."""
    norm = _norm(squared_gradient(D, between(real, fake, generator)))
    return gamma / 2 * (norm - 1).square()


def zero_centred(
    D: Discriminator, real: Tensor, fake: Tensor, generator: Generators, gamma: Weight = 1.0
) -> Tensor:
    """γ/2 ‖∇D(x̂)‖² between real and fake. Thanh-Tung et al. 2019, equation 13."""
    return gamma / 2 * squared_gradient(D, between(real, fake, generator))


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
