"""The networks of the 2-D laboratory: generator and discriminator as ensembles of MLPs.

Parameters carry a leading member axis E and E = 1 is the ordinary network. Points are in the
data's own units on both sides; each network divides or multiplies by `scale` inside, so that the
same learning rates suit a ring of radius 1 and a grid eight units wide. The outer layers of both
stay in float32 when the rest runs in bfloat16: rounding points moves what is measured of them.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

import ganlab.fast_cpu as fast_cpu
from ganlab.device import autocast_type, without_autocast
from ganlab.errors import ConfigError
from ganlab.networks.ensemble_layers import (
    EnsembleBatchNorm,
    EnsembleDropout,
    EnsembleLinear,
    MinibatchDiscrimination,
    MinibatchStddev,
)
from ganlab.registry import Parameter, network

_ACTIVATIONS = ("leaky-relu", "relu", "tanh", "silu", "gelu", "sine")


def _word(default: str, text: str, *options: str) -> Parameter:
    return Parameter(default, text, options=options, live=False)


def _one_of(name: str, value: str, known: Sequence[str]) -> None:
    if value not in known:
        raise ConfigError(f"{name} must be one of {', '.join(known)}, got {value!r}")


@network(
    "mlp",
    summary="Two small multilayer perceptrons, as many side by side as a race or a map needs.",
    space="points",
    parameters={
        "g_width": Parameter(128, "Units in a hidden layer of G.", 1, 1024, live=False),
        "g_depth": Parameter(3, "Hidden layers of G.", 0, 8, live=False),
        "g_activation": _word("leaky-relu", "What bends G's layers.", *_ACTIVATIONS),
        "g_gain": Parameter(
            1.0,
            "Factor on G's first weights: with tanh, 3 starts G folded, as many modes need.",
            0.1,
            10.0,
            live=False,
        ),
        "g_norm": _word("none", "Normalisation of G's hidden layers.", "none", "batch"),
        "d_width": Parameter(128, "Units in a hidden layer of D.", 1, 1024, live=False),
        "d_depth": Parameter(3, "Hidden layers of D.", 0, 8, live=False),
        "d_activation": _word("leaky-relu", "What bends D's layers.", *_ACTIVATIONS),
        "d_gain": Parameter(
            1.0,
            "Factor on what D reads: larger shows it finer detail from the start.",
            0.1,
            20.0,
            logarithmic=True,
            live=False,
        ),
        "d_norm": _word(
            "none",
            "Spectral: each weight of D is divided by its largest singular value.",
            "none",
            "batch",
            "spectral",
        ),
        "d_dropout": Parameter(0.0, "Share of D's units silenced.", 0.0, 0.9, live=False),
        "d_batch_feature": _word(
            "none",
            "What D is given of the rest of its batch.",
            "none",
            "discrimination",
            "stddev",
        ),
    },
    batch_norm="d_norm",
)
def build(
    g_generators: Sequence[torch.Generator],
    d_generators: Sequence[torch.Generator],
    *,
    z_dim: int = 2,
    scale: float = 1.0,
    pack: int = 1,
    **values: Any,
) -> tuple["PointGenerator", "PointDiscriminator"]:
    """G and D of as many members as there are generators; values as in its record."""
    mine = {name[2:]: value for name, value in values.items() if name.startswith("g_")}
    theirs = {name[2:]: value for name, value in values.items() if name.startswith("d_")}
    G = PointGenerator(g_generators, z_dim=z_dim, scale=scale, **mine)
    D = PointDiscriminator(d_generators, pack=pack, scale=scale, **theirs)
    return G, D


class EnsembleMLP(nn.Module):
    """E multi-layer perceptrons of one shape: (E, N, inputs) -> (E, N, outputs).

    Member k is drawn from generators[k] alone, layer after layer, so that it equals the only
    member of an MLP drawn from a generator of the same seed.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        generators: Sequence[torch.Generator],
        *,
        width: int = 128,
        depth: int = 3,
        activation: str = "leaky-relu",
        norm: str = "none",
        dropout: float = 0.0,
        batch_feature: str = "none",
    ) -> None:
        super().__init__()
        _one_of("activation", activation, tuple(fast_cpu.ACTIVATIONS))
        _one_of("norm", norm, ("none", "batch", "spectral"))
        _one_of("batch_feature", batch_feature, ("none", "discrimination", "stddev"))
        members = len(generators)
        spectral = norm == "spectral"
        self.activation = fast_cpu.ACTIVATIONS[activation]
        self.hidden = nn.ModuleList()
        self.after = nn.ModuleList()
        features = inputs
        for k in range(depth):
            layer = EnsembleLinear(features, width, generators, spectral=spectral, exact=k == 0)
            self.hidden.append(layer)
            extras: list[nn.Module] = []
            if norm == "batch":
                extras.append(EnsembleBatchNorm(members, width))
            if dropout > 0:
                extras.append(EnsembleDropout(dropout, generators))
            self.after.append(nn.Sequential(*extras))
            features = width
        self.batch_feature: MinibatchDiscrimination | MinibatchStddev | None = None
        if batch_feature == "discrimination":
            self.batch_feature = MinibatchDiscrimination(features, generators)
            features += self.batch_feature.kernels
        elif batch_feature == "stddev":
            self.batch_feature = MinibatchStddev()
            features += 1
        self.head = EnsembleLinear(features, outputs, generators, spectral=spectral, exact=True)
        self.members = members
        self.stages = [
            (layer, after if list(after.children()) else None)
            for layer, after in zip(self.hidden, self.after, strict=True)
        ]
        self.mixes_batch = norm == "batch" or batch_feature != "none"
        """Whether a sample's output depends on the rest of its batch."""
        self.plain = norm == "none" and dropout == 0 and batch_feature == "none"
        """Whether it is nothing but products and activations, as `forward_saving` requires."""
        self.flat = list(self.parameters())
        """Weights and biases in the order of the layers: walking the modules again is slow."""

    def forward(self, x: Tensor, /) -> Tensor:
        """x: (E, N, inputs) -> (E, N, outputs), float32.

        Under autocast the inner products are taken in its type. The casts are written out, for on
        networks as small as these autocast itself costs as much as a layer.
        """
        dtype = autocast_type(x.device)
        if dtype is None:
            return self._run(x, torch.float32)
        with without_autocast(x.device):
            return self._run(x, dtype)

    def _run(self, x: Tensor, dtype: torch.dtype) -> Tensor:
        for layer, after in self.stages:
            x = layer(x, dtype)
            x = self.activation(x if after is None else after(x))
        return self.head(self.batch_feature(x) if self.batch_feature else x)

    def forward_saving(self, x: Tensor, dtype: torch.dtype) -> tuple[Tensor, list[fast_cpu.Saved]]:
        """What `forward` gives where autocast has that type, and what `backward` needs."""
        return fast_cpu.forward(x, self.flat, self.activation, dtype)

    def backward(
        self, saved: list[fast_cpu.Saved], gradient: Tensor, *, weights: bool, inputs: bool
    ) -> Tensor | None:
        """Take the gradient of the output back: into the weights' `grad`, or to the inputs."""
        into = [_gradient_of(w) for w in self.flat] if weights else ()
        return fast_cpu.backward(saved, gradient, self.activation, into, inputs)


class PointGenerator(EnsembleMLP):
    """Points (E, N, 2) in the data's units from z (E, N, z_dim)."""

    def __init__(
        self,
        generators: Sequence[torch.Generator],
        *,
        z_dim: int = 2,
        scale: float = 1.0,
        width: int = 128,
        depth: int = 3,
        activation: str = "leaky-relu",
        gain: float = 1.0,
        norm: str = "none",
        dropout: float = 0.0,
    ) -> None:
        super().__init__(
            z_dim,
            2,
            generators,
            width=width,
            depth=depth,
            activation=activation,
            norm=norm,
            dropout=dropout,
        )
        self.z_dim = z_dim
        self.scale = scale
        with torch.no_grad():
            for layer in [*self.hidden, self.head]:
                layer.weight.mul_(gain)

    def forward(self, z: Tensor, labels: None = None, /) -> Tensor:
        """z: (E, N, z_dim) -> (E, N, 2). Points have no labels."""
        return super().forward(z) * self.scale

    def forward_saving(self, x: Tensor, dtype: torch.dtype) -> tuple[Tensor, list[fast_cpu.Saved]]:
        """z: (E, N, z_dim) -> (E, N, 2), and what `backward` needs."""
        points, saved = super().forward_saving(x, dtype)
        return points * self.scale, saved

    def backward(
        self, saved: list[fast_cpu.Saved], gradient: Tensor, *, weights: bool, inputs: bool
    ) -> Tensor | None:
        """Take the gradient of the points (E, N, 2) back."""
        return super().backward(saved, gradient * self.scale, weights=weights, inputs=inputs)


class PointDiscriminator(EnsembleMLP):
    """Logits (E, N) from points (E, N, 2 pack) in the data's units."""

    def __init__(
        self,
        generators: Sequence[torch.Generator],
        *,
        pack: int = 1,
        scale: float = 1.0,
        width: int = 128,
        depth: int = 3,
        activation: str = "leaky-relu",
        gain: float = 1.0,
        norm: str = "none",
        dropout: float = 0.0,
        batch_feature: str = "none",
    ) -> None:
        super().__init__(
            2 * pack,
            1,
            generators,
            width=width,
            depth=depth,
            activation=activation,
            norm=norm,
            dropout=dropout,
            batch_feature=batch_feature,
        )
        self.factor = gain / scale
        self.has_squared_gradient = (
            fast_cpu.on() and self.plain and self.activation.piecewise_linear
        )
        """Whether penalties may use `squared_gradient`."""

    def forward(self, x: Tensor, labels: None = None, /) -> Tensor:
        """x: (E, N, 2 pack) -> (E, N). Points have no labels."""
        return super().forward(x * self.factor).squeeze(-1)

    def forward_saving(self, x: Tensor, dtype: torch.dtype) -> tuple[Tensor, list[fast_cpu.Saved]]:
        """x: (E, N, 2 pack) -> (E, N), and what `backward` needs."""
        logits, saved = super().forward_saving(x * self.factor, dtype)
        return logits.squeeze(-1), saved

    def backward(
        self, saved: list[fast_cpu.Saved], gradient: Tensor, *, weights: bool, inputs: bool
    ) -> Tensor | None:
        """Take the gradient of the logits (E, N) back."""
        found = super().backward(saved, gradient[..., None], weights=weights, inputs=inputs)
        return None if found is None else found * self.factor

    def squared_gradient(self, x: Tensor) -> Tensor:
        """‖∇D(x)‖² (E, N) at points x (E, N, 2 pack), differentiable once, in D's weights."""
        return fast_cpu.SquaredGradient.apply(x, self.activation, self.factor, *self.flat)


def _gradient_of(weight: nn.Parameter) -> Tensor:
    """Room for the weight's gradient, which must lie in memory as the weight does."""
    if weight.grad is None or weight.grad.stride() != weight.stride():
        weight.grad = torch.empty_like(weight)
    return weight.grad
