"""Adversarial losses as pure functions on logits, one value a sample, shapes kept.

A loss is a pair of functions of (real_logits, fake_logits): `*_d` is what D minimises, `*_g` what
G minimises. Logits have any shape, (N,) for one GAN or (E, N) for an ensemble of E; the result has
the same shape and the caller averages over its last axis. Real and fake batches are of one size.
Every loss is in softplus form, so that its gradient is right at any logit.

D_SLOPES and G_SLOPES hold the same gradients in closed form, for loops that run without autograd.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F


def minimax_d(real_logits: Tensor, fake_logits: Tensor, smoothing: float = 0.0) -> Tensor:
    """-(1 - s) log σ(real) - s log(1 - σ(real)) - log(1 - σ(fake)). Goodfellow et al. 2014, eq. 1.

    smoothing s is one-sided: only real targets move, from 1 to 1 - s (Salimans et al. 2016, 3.4).
    At zero logits the value is log 4, the equilibrium in this sum form.
    """
    real = F.softplus(-real_logits) + smoothing * real_logits
    return real + F.softplus(fake_logits)


def minimax_g(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """log(1 - σ(fake)), saturating where D wins. Goodfellow et al. 2014, equation 1."""
    del real_logits
    return -F.softplus(fake_logits)


def non_saturating_g(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """-log σ(fake): a strong gradient where D wins. Goodfellow et al. 2014, section 3."""
    del real_logits
    return F.softplus(-fake_logits)


def least_squares_d(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """½ (real - 1)² + ½ fake². Mao et al. 2017, equation 9, on raw scores."""
    return 0.5 * (real_logits - 1).square() + 0.5 * fake_logits.square()


def least_squares_g(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """½ (fake - 1)². Mao et al. 2017, equation 9."""
    del real_logits
    return 0.5 * (fake_logits - 1).square()


def wasserstein_d(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """Minus the critic's estimate of the distance. Arjovsky et al. 2017, algorithm 1."""
    return fake_logits - real_logits


def wasserstein_g(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """-fake. Arjovsky et al. 2017, algorithm 1."""
    del real_logits
    return -fake_logits


def hinge_d(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """max(0, 1 - real) + max(0, 1 + fake). Lim & Ye 2017; Miyato et al. 2018, equation 16."""
    return F.relu(1 - real_logits) + F.relu(1 + fake_logits)


def relativistic_d(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """-log σ(real - fake) by pairs. Jolicoeur-Martineau 2018; Huang et al. 2024 (R3GAN).

    At equal logits the value is log 2.
    """
    return F.softplus(fake_logits - real_logits)


def relativistic_g(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """-log σ(fake - real) by pairs. Jolicoeur-Martineau 2018; Huang et al. 2024 (R3GAN)."""
    return F.softplus(real_logits - fake_logits)


def relativistic_average_d(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """(real - mean fake - 1)² + (fake - mean real + 1)². RaLSGAN, Jolicoeur-Martineau 2018.

    The means run over the last axis, the batch. Where both means are equal and nothing spreads, the
    value is 2.
    """
    above, below = _above_the_others_mean(real_logits, fake_logits)
    return (above - 1).square() + (below + 1).square()


def relativistic_average_g(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """The same with real and fake exchanged. RaLSGAN, Jolicoeur-Martineau 2018."""
    return relativistic_average_d(fake_logits, real_logits)


def _above_the_others_mean(real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
    return real - fake.mean(-1, keepdim=True), fake - real.mean(-1, keepdim=True)


# --- slopes ---------------------------------------------------------------------------------------


def _minimax_d_slopes(real: Tensor, fake: Tensor, smoothing: float = 0.0) -> tuple[Tensor, Tensor]:
    return (real.sigmoid() - 1).add_(smoothing), fake.sigmoid()


def _least_squares_d_slopes(real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
    return real - 1, fake.clone()


def _wasserstein_d_slopes(real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
    return torch.full_like(real, -1.0), torch.ones_like(fake)


def _hinge_d_slopes(real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
    return -(real < 1).to(real), (fake > -1).to(fake)


def _relativistic_d_slopes(real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
    slope = (fake - real).sigmoid_()
    return -slope, slope


def _relativistic_average_d_slopes(real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
    # Each score also moves the mean that all of the other side are compared with.
    above, below = _above_the_others_mean(real, fake)
    by_real = (above - 1) - (below + 1).mean(-1, keepdim=True)
    by_fake = (below + 1) - (above - 1).mean(-1, keepdim=True)
    return 2 * by_real, 2 * by_fake


D_SLOPES: Mapping[Callable[..., Tensor], Callable[..., tuple[Tensor, Tensor]]] = {
    minimax_d: _minimax_d_slopes,
    least_squares_d: _least_squares_d_slopes,
    wasserstein_d: _wasserstein_d_slopes,
    hinge_d: _hinge_d_slopes,
    relativistic_d: _relativistic_d_slopes,
    relativistic_average_d: _relativistic_average_d_slopes,
}
"""The derivatives of each loss of D by the real and by the fake logit."""

G_SLOPES: Mapping[Callable[..., Tensor], Callable[[Tensor, Tensor], Tensor]] = {
    minimax_g: lambda real, fake: -fake.sigmoid(),
    non_saturating_g: lambda real, fake: fake.sigmoid() - 1,
    least_squares_g: lambda real, fake: fake - 1,
    wasserstein_g: lambda real, fake: torch.full_like(fake, -1.0),
    relativistic_g: lambda real, fake: -(real - fake).sigmoid(),
    relativistic_average_g: lambda real, fake: _relativistic_average_d_slopes(fake, real)[0],
}
"""The derivative of each loss of G by the fake logit."""


def d_slopes(loss: partial[Tensor], real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
    """The derivatives of a loss of D by its logits; by autograd where no closed form is listed."""
    if loss.func in D_SLOPES:
        return D_SLOPES[loss.func](real, fake, **loss.keywords)
    return _by_autograd(loss, real, fake)


def g_slope(loss: Callable[..., Tensor], real: Tensor, fake: Tensor) -> Tensor:
    """The derivative of a loss of G by the fake logits; see `d_slopes`."""
    if loss in G_SLOPES:
        return G_SLOPES[loss](real, fake)
    return _by_autograd(loss, real, fake)[1]


def _by_autograd(loss: Callable[..., Tensor], *logits: Tensor) -> tuple[Any, ...]:
    with torch.enable_grad():
        leaves = [one.detach().requires_grad_() for one in logits]
        return torch.autograd.grad(loss(*leaves).sum(), leaves, materialize_grads=True)
