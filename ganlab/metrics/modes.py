"""How well samples cover the modes of a mixture, by the literature's own rules.

Every function takes samples (N, 2), or (E, N, 2) for an ensemble, and returns tensors of shape ()
or (E,). A score above its ceiling is not better than the ceiling: samples closer to their modes
than real ones mean a collapse within the modes, which `spread` below 1 shows.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from ganlab.metrics.ceilings import CEILINGS, RADIUS


def assign(samples: Tensor, modes: Tensor) -> tuple[Tensor, Tensor]:
    """The nearest mode of each sample and the step from it: (..., N) and (..., N, 2)."""
    exact = "donot_use_mm_for_euclid_dist"
    nearest = torch.cdist(samples, modes.to(samples), compute_mode=exact).argmin(-1)
    return nearest, samples - modes.to(samples)[nearest]


def is_high_quality(step: Tensor, std: float, rule: str = "ball") -> Tensor:
    """Whether a sample at this step (..., 2) from its nearest mode counts, (...).

    "ball": Mahalanobis distance under 3 (Lin et al. 2018, PacGAN, section 4.1).
    "box": under 3 σ in each coordinate (Liu et al. 2020, self-conditioned GAN, its code).
    """
    far = step.norm(dim=-1) if rule == "ball" else step.abs().amax(-1)
    return far < RADIUS * std


def reverse_kl(counts: Tensor, weights: Tensor | None = None) -> Tensor:
    """Σ p log(p / w) of mode counts (..., K) against the true shares w (K,), equal by default.

    With no counts at all it is infinite.
    """
    total = counts.sum(-1, keepdim=True)
    shares = counts.double() / total
    true = torch.full_like(shares, 1 / counts.shape[-1]) if weights is None else weights.double()
    return torch.where(
        total.squeeze(-1) > 0,
        (torch.special.xlogy(shares, shares / true)).sum(-1).clamp(min=0),
        math.inf,
    )


def within_mode_std(step: Tensor, nearest: Tensor, kept: Tensor, modes: int) -> Tensor:
    """Pooled standard deviation of kept samples around their own mode's mean, (...).

    NaN where no mode has two samples.
    """
    chosen = torch.nn.functional.one_hot(nearest, modes) * kept[..., None]  # (..., N, K)
    chosen = chosen.to(torch.float64)
    counts = chosen.sum(-2)  # (..., K)
    moved = step.double()
    sums = chosen.mT @ moved  # (..., K, 2)
    squares = (chosen.mT @ moved.square()).sum(-1)  # (..., K)
    about_mean = squares - sums.square().sum(-1) / counts.clamp(min=1)
    freedom = 2 * (counts - 1).clamp(min=0)
    return (about_mean.sum(-1).clamp(min=0) / freedom.sum(-1)).sqrt()


NOWHERE = -1
"""The place of a sample that is of high quality for no mode."""


def places(samples: Tensor, modes: Tensor, std: float, rule: str = "ball") -> Tensor:
    """The mode that each sample falls into, (..., N) int64; NOWHERE where it falls into none.

    Computed for the same z at every snapshot, the places show samples that hop between modes.
    """
    nearest, step = assign(samples, modes)
    return nearest.where(is_high_quality(step, std, rule), NOWHERE)


def truncated_std(rule: str) -> float:
    """Standard deviation of a coordinate of N(0, I) inside the rule's ball or box."""
    if rule == "ball":
        edge = RADIUS**2 / 2
        return math.sqrt((1 - (1 + edge) * math.exp(-edge)) / CEILINGS["ball"])
    inside = math.erf(RADIUS / math.sqrt(2))
    bell = math.exp(-(RADIUS**2) / 2) / math.sqrt(2 * math.pi)
    return math.sqrt(1 - 2 * RADIUS * bell / inside)


@dataclass(frozen=True)
class ModeScores:
    """The scores of samples under one rule; tensors of shape () or (E,)."""

    modes: Tensor
    """Modes with at least one high-quality sample."""
    high_quality: Tensor
    """Share of high-quality samples; its ceiling is CEILINGS[rule]."""
    reverse_kl: Tensor
    """Over the high-quality samples' modes; its floor is kl_floor(K, N)."""
    reverse_kl_all: Tensor
    """Over every sample's nearest mode."""
    near: Tensor
    """Modes that are the nearest one of at least 1 % of all samples, good or not."""
    spread: Tensor
    """Spread within a mode over that of true samples under the same rule: 1 is right."""
    nearest: Tensor
    """The nearest mode of each sample, (..., N)."""


def score_modes(
    samples: Tensor,
    modes: Tensor,
    std: float,
    weights: Tensor | None = None,
    rule: str = "ball",
) -> ModeScores:
    """Score samples (N, 2) or (E, N, 2) against modes (K, 2) of standard deviation std."""
    nearest, step = assign(samples, modes)
    good = is_high_quality(step, std, rule)
    K = len(modes)
    members = torch.nn.functional.one_hot(nearest, K)  # (..., N, K)
    counts = (members * good[..., None]).sum(-2)
    return ModeScores(
        modes=(counts > 0).sum(-1),
        high_quality=good.double().mean(-1),
        reverse_kl=reverse_kl(counts, weights),
        reverse_kl_all=reverse_kl(members.sum(-2), weights),
        near=(members.sum(-2) >= samples.shape[-2] / 100).sum(-1),
        spread=within_mode_std(step, nearest, good, K) / (std * truncated_std(rule)),
        nearest=nearest,
    )
