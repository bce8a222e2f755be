"""Paths through latent space: lines, arcs, walks, planes and directions, and their smoothness."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn

from ganlab.errors import ConfigError

MODES = ("slerp", "lerp")
TINY = 1e-12


def lerp(a: Tensor, b: Tensor, t: Tensor) -> Tensor:
    """The straight line: (1 - t) a + t b. a, b: (..., D), t: (F,) -> (F, ..., D)."""
    t = _along(t.to(a.dtype), a)
    return (1 - t) * a + t * b


def slerp(a: Tensor, b: Tensor, t: Tensor) -> Tensor:
    """The arc from a to b at constant angular speed; a, b: (..., D), t: (F,) -> (F, ..., D).

    The direction turns along the great circle (Shoemake 1985) and the norm goes from |a| to |b| in
    a straight line, so that it stays between its ends. The ends are exact. Opposite vectors are
    joined over one fixed half circle; where there is no circle (a zero vector, one dimension) the
    path is straight.
    """
    one, other, share = a.double(), b.double(), _along(t.double(), a)
    a_norm, b_norm = (x.norm(dim=-1, keepdim=True) for x in (one, other))
    a_unit, b_unit = one / a_norm.clamp(min=TINY), other / b_norm.clamp(min=TINY)
    # Kahan's angle is exact for nearly parallel and nearly opposite vectors, where arccos is not.
    angle = 2 * torch.atan2(
        (a_unit - b_unit).norm(dim=-1, keepdim=True), (a_unit + b_unit).norm(dim=-1, keepdim=True)
    )
    across, found = _perpendicular(a_unit, b_unit)
    arc = (angle * share).cos() * a_unit + (angle * share).sin() * across
    way = arc * ((1 - share) * a_norm + share * b_norm)
    straight = (a_norm < TINY) | (b_norm < TINY) | ~found
    way = torch.where(straight, (1 - share) * one + share * other, way)
    way = torch.where(share == 0, one, torch.where(share == 1, other, way))
    return way.to(a.dtype)


def _perpendicular(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """The unit vector orthogonal to a towards b, and whether one exists; a, b: unit (..., D).

    For parallel or opposite vectors it is made from the axis of a's smallest coordinate.
    """
    across = b - (a * b).sum(-1, keepdim=True) * a
    across = across - (a * across).sum(-1, keepdim=True) * a  # twice is enough (Kahan & Parlett)
    axis = torch.zeros_like(a).scatter_(-1, a.abs().argmin(-1, keepdim=True), 1.0)
    spare = axis - (a * axis).sum(-1, keepdim=True) * a
    length, spare_length = (x.norm(dim=-1, keepdim=True) for x in (across, spare))
    usable = length > 1e-7
    unit = torch.where(usable, across / length.clamp(min=TINY), spare / spare_length.clamp(TINY))
    return unit, usable | (spare_length > 1e-7)


def _along(t: Tensor, a: Tensor) -> Tensor:
    """Reshape t (F,) to broadcast against a (..., D): (F, 1, ..., 1)."""
    return t.to(a.device).reshape(-1, *[1] * a.ndim)


def between(mode: str) -> Callable[[Tensor, Tensor, Tensor], Tensor]:
    """Lerp or slerp by name; raise ConfigError that lists them."""
    ways = {"slerp": slerp, "lerp": lerp}
    if mode not in ways:
        raise ConfigError(f"mode must be one of {', '.join(MODES)}, got {mode!r}")
    return ways[mode]


def walk(anchors: Tensor, frames: int, mode: str = "slerp", loop: bool = False) -> Tensor:
    """A path of `frames` points through anchors (A, D), evenly timed: (frames, D).

    It starts and ends on an anchor; with loop it returns to the first and the last frame stands one
    stride before it, so that a repeated picture does not stutter.
    """
    if len(anchors) < 2:
        raise ConfigError(f"a walk needs at least 2 anchors, got {len(anchors)}")
    if frames < 2:
        raise ConfigError(f"a walk needs at least 2 frames, got {frames}")
    go = between(mode)
    stops = torch.cat([anchors, anchors[:1]]) if loop else anchors
    legs = len(stops) - 1
    places = torch.arange(frames, dtype=torch.float64) * legs / (frames if loop else frames - 1)
    leg = places.floor().long().clamp(max=legs - 1)
    share = places - leg
    parts = [go(stops[k], stops[k + 1], share[leg == k]) for k in range(legs)]
    return torch.cat(parts).to(anchors.dtype)


class Plane(NamedTuple):
    """The plane origin + u · right + v · up."""

    origin: Tensor
    right: Tensor
    up: Tensor

    def at(self, u: Tensor, v: Tensor) -> Tensor:
        """u, v: (N,) -> (N, D)."""
        return self.origin + u[:, None] * self.right + v[:, None] * self.up

    def atlas(self, side: int, reach: tuple[float, float] = (0.0, 1.0)) -> Tensor:
        """Side × side points, u from left to right and v from bottom to top: (side², D), top first.

        Row-major as pictures are tiled, so that the first row shows the largest v.
        """
        steps = torch.linspace(*reach, side, device=self.origin.device)
        v, u = torch.meshgrid(steps.flip(0), steps, indexing="ij")
        return self.at(u.flatten(), v.flatten())


def plane_through(a: Tensor, b: Tensor, c: Tensor) -> Plane:
    """The plane with a at (0, 0), b at (1, 0) and c at (0, 1); all (D,)."""
    return Plane(a, b - a, c - a)


class Directions(NamedTuple):
    """Directions in z, the strongest first."""

    vectors: Tensor
    """(K, D), of length 1."""
    shares: Tensor
    """(K,): the share of the whole effect of each."""


def first_layer(net: nn.Module, z_dim: int) -> Tensor:
    """The weights of the first layer that z enters, (out, z_dim).

    Raises ConfigError for a G whose first layer is not linear in z.
    """
    for module in net.modules():
        if isinstance(module, nn.Linear) and module.in_features >= z_dim:
            return module.weight.detach()[:, :z_dim]
    raise ConfigError("directions need a G that begins with a linear layer, and this one does not")


def closed_form_directions(weight: Tensor, k: int) -> Directions:
    """Eigenvectors of AᵀA, A = weight (out, z_dim). Shen & Zhou 2021 (SeFa), equation 4.

    Steps of length 1 along them change the output of the first layer most.
    """
    values, vectors = torch.linalg.eigh((weight.T @ weight).double())
    top = values.argsort(descending=True)[:k]
    shares = values.clamp(min=0) / values.clamp(min=0).sum()
    return Directions(_upright(vectors.T[top]).to(weight.dtype), shares[top].to(weight.dtype))


def principal_directions(z: Tensor, activations: Tensor, k: int) -> Directions:
    """Principal components of G's activations (N, M) carried back to z (N, D).

    Härkönen et al. 2020 (GANSpace), section 2.2: coordinates on the components, then the least
    squares map from coordinates to z.
    """
    x, y = z.double() - z.double().mean(0), activations.double()
    y = y - y.mean(0)
    k = min(k, *y.shape)
    _, singular, right = torch.linalg.svd(y, full_matrices=False)
    coordinates = y @ right[:k].T  # (N, k), columns are orthogonal
    back = coordinates.T @ x / singular[:k, None].square().clamp(min=TINY)  # (k, D)
    shares = singular.square() / singular.square().sum()
    unit = back / back.norm(dim=1, keepdim=True).clamp(min=TINY)
    return Directions(_upright(unit).to(z.dtype), shares[:k].to(z.dtype))


def _upright(vectors: Tensor) -> Tensor:
    """Each vector, negated if its largest coordinate is negative: its sign is arbitrary."""
    largest = vectors.gather(1, vectors.abs().argmax(1, keepdim=True))
    return vectors * torch.where(largest < 0, -1.0, 1.0)


@torch.no_grad()
def path_length(
    see: Callable[[Tensor], Tensor],
    a: Tensor,
    b: Tensor,
    t: Tensor,
    mode: str = "slerp",
    epsilon: float = 1e-2,
) -> float:
    """Perceptual path length: E |f(G(z(t))) - f(G(z(t + ε)))|² / ε². Karras et al. 2019, eq. 2.

    see is f ∘ G, (N, D) -> (N, features); a, b: (N, D) are the ends and t: (N,) the places. With
    small networks in float32 an ε of 1e-2 is well above rounding, where the paper's 1e-4 is not.
    """
    go = between(mode)
    here, there = (
        torch.stack([go(p, q, s[None])[0] for p, q, s in zip(a, b, place, strict=True)])
        for place in (t * (1 - epsilon), t * (1 - epsilon) + epsilon)
    )
    apart = (see(here) - see(there)).double().square().sum(1) / epsilon**2
    return float(apart.mean())


def strides(features: Tensor) -> Tensor:
    """Distances between neighbouring frames (F, D) of a walk, (F - 1,)."""
    return (features[1:] - features[:-1]).norm(dim=1)


def analogy(z: Tensor, norm: float | None = None) -> Tensor:
    """z1 - z2 + z3 for z (3, D), (D,); brought to a norm if one is given. Radford et al. 2015.

    Three independent draws add up to √3 of the usual norm, where G has hardly ever been.
    """
    if z.ndim != 2 or len(z) != 3:
        raise ConfigError(f"an analogy needs 3 vectors, got {len(z)}")
    found = z[0] - z[1] + z[2]
    return found if norm is None else found * (norm / found.norm().clamp(min=TINY))


def usual_norms(z: Tensor, share: float = 0.99) -> tuple[float, float, float]:
    """The norms between which that share of draws z (N, D) lies, with the median in the middle."""
    tail = (1 - share) / 2
    low, middle, high = z.norm(dim=1).quantile(torch.tensor([tail, 0.5, 1 - tail])).tolist()
    return low, middle, high
