"""Layers whose parameters carry a leading member axis, so that one call serves E networks at once.

Every layer maps (E, N, in) to (E, N, out); nothing passes from one member to another.
"""

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ganlab.device import generator_on


def uniform(shape: Sequence[int], bound: float, generators: Sequence[torch.Generator]) -> Tensor:
    """Draw U(-bound, bound) of shape (E, *shape), member k from generators[k] alone."""
    members = [torch.empty(*shape).uniform_(-bound, bound, generator=g) for g in generators]
    return torch.stack(members)


def power_iteration(weight: Tensor, u: Tensor) -> tuple[Tensor, Tensor]:
    """One step towards the first singular vectors of weight (E, in, out), from u (E, in, 1)."""
    v = F.normalize(weight.mT @ u, dim=1)
    return F.normalize(weight @ v, dim=1), v


class EnsembleLinear(nn.Module):
    """x W + b for each member, drawn as torch.nn.Linear draws: U(-1/√in, 1/√in).

    With spectral=True the weight is divided by its largest singular value, estimated by one power
    iteration a forward pass in training (Miyato et al. 2018, algorithm 1). With exact=True the
    product is taken in float32 even where the network runs in bfloat16.
    """

    u: Tensor

    def __init__(
        self,
        inputs: int,
        outputs: int,
        generators: Sequence[torch.Generator],
        *,
        spectral: bool = False,
        exact: bool = False,
    ) -> None:
        super().__init__()
        bound = 1 / math.sqrt(inputs)
        self.weight = nn.Parameter(uniform((inputs, outputs), bound, generators))
        self.bias = nn.Parameter(uniform((1, outputs), bound, generators))
        self.exact = exact
        self.spectral = spectral
        if spectral:
            self.register_buffer("u", F.normalize(uniform((inputs, 1), 1.0, generators), dim=1))
            self.settle()

    def forward(self, x: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
        """x: (E, N, in) -> (E, N, out), multiplied in dtype unless the layer is exact."""
        weight = self._normalised() if self.spectral else self.weight
        if self.exact:
            return torch.baddbmm(self.bias, x.to(weight.dtype), weight)
        if dtype is torch.float32:
            return torch.baddbmm(self.bias, x, weight)
        return torch.baddbmm(self.bias.to(dtype), x.to(dtype), weight.to(dtype))

    @torch.no_grad()
    def settle(self) -> None:
        """Find the largest singular value of weights that have been set, not learnt."""
        if self.spectral:
            for _ in range(15):
                self.u.copy_(power_iteration(self.weight, self.u)[0])

    def _normalised(self) -> Tensor:
        with torch.no_grad():
            u, v = power_iteration(self.weight, self.u)
            if self.training:
                self.u.copy_(u)
        largest = u.mT @ self.weight @ v  # (E, 1, 1)
        return self.weight / largest


class EnsembleBatchNorm(nn.Module):
    """Batch normalisation over each member's own batch axis. Ioffe & Szegedy 2015."""

    running_mean: Tensor
    running_var: Tensor

    def __init__(self, members: int, features: int, momentum: float = 0.1) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(members, 1, features))
        self.bias = nn.Parameter(torch.zeros(members, 1, features))
        self.momentum = momentum
        self.register_buffer("running_mean", torch.zeros(members, 1, features))
        self.register_buffer("running_var", torch.ones(members, 1, features))

    def forward(self, x: Tensor) -> Tensor:
        """x: (E, N, features), shape kept."""
        if self.training:
            variance, mean = torch.var_mean(x.float(), dim=1, keepdim=True, correction=0)
            with torch.no_grad():
                unbiased = variance * (x.shape[1] / max(1, x.shape[1] - 1))
                self.running_mean.lerp_(mean, self.momentum)
                self.running_var.lerp_(unbiased, self.momentum)
        else:
            mean, variance = self.running_mean, self.running_var
        return (x - mean) * (variance + 1e-5).rsqrt() * self.weight + self.bias


class EnsembleDropout(nn.Module):
    """Dropout whose masks follow from a seed a member and a count of passes, both in its state.

    So a run resumed from a checkpoint drops the same units as one that never stopped.
    """

    seeds: Tensor
    passes: Tensor

    def __init__(self, p: float, generators: Sequence[torch.Generator]) -> None:
        super().__init__()
        self.p = p
        seeds = [torch.randint(2**31, (1,), generator=g) for g in generators]
        self.register_buffer("seeds", torch.cat(seeds))
        self.register_buffer("passes", torch.zeros((), dtype=torch.int64))

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> "EnsembleDropout":
        """Leave seeds and count on the CPU: read from an accelerator they would stop it a pass."""
        del fn, recurse
        return self

    def forward(self, x: Tensor) -> Tensor:
        """x: (E, N, features), shape kept."""
        if not self.training or self.p == 0:
            return x
        kept = torch.empty(x.shape, device=x.device)
        generator = generator_on(x.device)
        for member, seed in zip(kept, self.seeds.tolist(), strict=True):
            # torch's CPU generator reads the low 32 bits of a seed only.
            generator.manual_seed((seed + 0x9E3779B1 * int(self.passes)) % 2**32)
            member.bernoulli_(1 - self.p, generator=generator)
        self.passes += 1
        return x * kept.to(x) / (1 - self.p)


class MinibatchDiscrimination(nn.Module):
    """Appends how close each sample is to the rest of its batch. Salimans et al. 2016, section 3.2.

    o_b(x_i) = Σ_{j≠i} exp(-‖M_ib - M_jb‖₁) with M = x T: (E, N, in) -> (E, N, in + kernels).
    """

    def __init__(
        self, inputs: int, generators: Sequence[torch.Generator], kernels: int = 8, rows: int = 4
    ) -> None:
        super().__init__()
        self.kernels, self.rows = kernels, rows
        bound = 1 / math.sqrt(inputs)
        self.weight = nn.Parameter(uniform((inputs, kernels * rows), bound, generators))

    def forward(self, x: Tensor) -> Tensor:
        """x: (E, N, in) -> (E, N, in + kernels)."""
        projected = torch.bmm(x.float(), self.weight).unflatten(-1, (self.kernels, self.rows))
        distance = (projected[:, :, None] - projected[:, None]).abs().sum(-1)  # (E, N, N, kernels)
        closeness = torch.exp(-distance).sum(2) - 1
        return torch.cat([x, closeness.to(x)], dim=-1)


class MinibatchStddev(nn.Module):
    """Appends the batch's mean standard deviation as one feature. Karras et al. 2018, section 3."""

    def forward(self, x: Tensor) -> Tensor:
        """x: (E, N, in) -> (E, N, in + 1)."""
        spread = (x.float().var(dim=1, keepdim=True, correction=0) + 1e-8).sqrt()  # (E, 1, in)
        feature = spread.mean(-1, keepdim=True).expand(-1, x.shape[1], 1)
        return torch.cat([x, feature.to(x)], dim=-1)
