"""What stands before D, on real and fake alike and in G's step too: instance noise and packing."""

from collections.abc import Sequence

import torch
from torch import Tensor

from ganlab.errors import ConfigError
from ganlab.registry import Parameter, transform

Generators = torch.Generator | Sequence[torch.Generator]


def noise_level(step: int, sigma: float, decay_steps: int = 0) -> float:
    """σ, fading linearly to zero over decay_steps; constant where decay_steps is 0."""
    if decay_steps <= 0:
        return sigma
    return sigma * max(0.0, 1.0 - step / decay_steps)


@transform(
    "instance-noise",
    title="Noise on what D sees",
    summary="Blurs real and fake until they overlap, so that D cannot be sure.",
    formula=r"D(x + \sigma\varepsilon)",
    source="Sønderby et al. 2017; Arjovsky & Bottou 2017",
    parameters={
        "sigma": Parameter(0.1, "Standard deviation σ of the noise.", 0.0, 5.0, title="σ"),
        "decay_steps": Parameter(0, "Steps over which σ fades to zero; 0 keeps it.", 0, 10_000_000),
    },
    level=noise_level,
)
def instance_noise(x: Tensor, generator: Generators, sigma: float | Tensor) -> Tensor:
    """Return x + σ ε, ε ~ N(0, I) drawn by member from its generator. Sønderby et al. 2017.

    sigma is a number or a tensor that broadcasts against x, (E, 1, 1) for an ensemble's points.
    """
    if isinstance(generator, torch.Generator):
        epsilon = torch.randn(x.shape, generator=generator, device=x.device)
    else:
        draws = [torch.randn(x.shape[1:], generator=g, device=x.device) for g in generator]
        epsilon = torch.stack(draws)
    return x + sigma * epsilon


@transform(
    "packing",
    summary="D judges m samples at a time: one that lacks variety gives itself away.",
    formula=r"D(x_1,\dots,x_m)",
    source="Lin et al. 2018 (PacGAN)",
    parameters={"m": Parameter(2, "Samples judged together.", 1, 8, live=False)},
    packs="m",
)
def pack(x: Tensor, m: int) -> Tensor:
    """Join m samples into one for D to judge together. Lin et al. 2018 (PacGAN), section 3.

    (N, d) -> (N/m, m d) and (N, C, H, W) -> (N/m, m C, H, W); an ensemble's points
    (E, N, d) -> (E, N/m, m d).
    """
    if m == 1:
        return x
    batch = 1 if x.ndim == 3 else 0
    if x.shape[batch] % m:
        raise ConfigError(
            f"the batch size must be a multiple of pack, got {x.shape[batch]} with pack {m};"
            f" try {x.shape[batch] // m * m or m}"
        )
    return x.unflatten(batch, (-1, m)).flatten(batch + 1, batch + 2)
