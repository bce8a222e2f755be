"""Presets on points in the plane: they train within seconds."""

from ganlab.config import Choice, OptimizerConfig, RunConfig
from ganlab.registry import preset

POINT_ADAM = OptimizerConfig(lr=1e-3, beta1=0.0, beta2=0.99, decay="cosine", floor=0.02)
FOLDED = {"g_activation": "tanh", "g_gain": 3.0, "d_gain": 3.0}
"""A G that starts out folded and a D that sees detail: what makes many small modes learnable."""


def _cured(data: Choice, gamma: float, steps: int, width: int = 64, batch: int = 128) -> RunConfig:
    """Points with the relativistic loss, R1 + R2 and an averaged G. Huang et al. 2024 (R3GAN)."""
    return RunConfig(
        data=data,
        network=Choice("mlp", FOLDED | {"g_width": width, "d_width": width}),
        z_dim=2,
        loss=Choice("relativistic"),
        penalties=(Choice("r1-r2", {"gamma": gamma}),),
        d_optimizer=POINT_ADAM,
        g_optimizer=POINT_ADAM,
        batch=batch,
        ema=0.998,
        steps=steps,
    )


@preset(
    "ring",
    title="A ring of eight",
    summary="Eight Gaussians on a circle, learnt whole: relativistic loss, R1 and R2.",
    watch="G's sheet folds onto all eight modes within seconds, then sharpens between them.",
    source="Huang et al. 2024 (R3GAN); the ring is Metz et al. 2017's",
)
def ring() -> RunConfig:
    """R3GAN's recipe on eight Gaussians."""
    return _cured(Choice("ring", {"std": 0.05}), 0.03, 8_000)


@preset(
    "ring-collapse",
    title="Mode collapse",
    summary="The plain GAN on the same ring: its losses look harmless while modes get lost.",
    watch="Fake points gather in a few modes and hop between them; the rest stays empty.",
    source="Goodfellow et al. 2014; Metz et al. 2017",
)
def ring_collapse() -> RunConfig:
    """A plain GAN whose G moves ten times as fast as D, the rates of Metz et al.'s example."""
    return RunConfig(
        data=Choice("ring", {"std": 0.05}),
        network=Choice("mlp", {"g_width": 64, "g_depth": 2, "d_width": 64, "d_depth": 2}),
        z_dim=2,
        # The rates of Metz et al.'s own example: a G that moves ten times as fast as D.
        d_optimizer=OptimizerConfig(lr=1e-4),
        g_optimizer=OptimizerConfig(lr=1e-3),
        batch=128,
        ema=0.0,
        steps=8_000,
    )


@preset(
    "grid",
    title="A grid of twenty-five",
    summary="Twenty-five small Gaussians far apart, with the same settings as the ring.",
    watch="First a blanket over the square, then a net of lines, then twenty-five knots.",
    source="Huang et al. 2024 (R3GAN); the grid is Lin et al. 2018's",
)
def grid() -> RunConfig:
    """R3GAN's recipe on twenty-five Gaussians: wider networks, a larger batch, a larger γ."""
    return _cured(Choice("grid"), 0.1, 12_000, width=128, batch=256)


@preset(
    "sine",
    title="The sine of the lecture notes",
    summary="x₁ uniform on [0, 2π], x₂ = sin x₁: a curve without width.",
    watch="A cloud curves into an S and thins to a line, its ends last.",
)
def sine() -> RunConfig:
    """R3GAN's recipe on the curve."""
    return _cured(Choice("sine"), 0.03, 6_000)
