"""DiffAugment: random changes that a gradient passes, for real and fake alike and in G's step too.

Zhao et al. 2020. Each picture is changed in its own way. Pictures are (N, C, H, W) in [-1, 1]; what
moves in and what is cut out is 0, the grey in the middle, as in the paper's DiffAugment_pytorch.py
(`F.pad` with zeros, and a mask of zeros that multiplies).
"""

import torch
from torch import Generator, Tensor

from ganlab.registry import Parameter, transform

FILL = 0.0
"""What stands where a picture has moved away or is cut out."""


def _uniform(x: Tensor, generator: Generator) -> Tensor:
    """One number in [0, 1) a picture, (N, 1, 1, 1)."""
    return torch.rand(len(x), 1, 1, 1, generator=generator, device=x.device)


def color(x: Tensor, generator: Generator, strength: float = 1.0) -> Tensor:
    """Brightness ± s/2, saturation × 1 ± s, contrast × 1 ± s/2, in this order.

    A grey picture has no saturation to change. Zhao et al. 2020, section 3.
    """
    x = x + strength * (_uniform(x, generator) - 0.5)
    grey = x.mean(1, keepdim=True)
    x = grey + (x - grey) * (1 + strength * (2 * _uniform(x, generator) - 1))
    middle = x.mean((1, 2, 3), keepdim=True)
    return middle + (x - middle) * (1 + strength * (_uniform(x, generator) - 0.5))


def translation(x: Tensor, generator: Generator, share: float = 0.125) -> Tensor:
    """Each picture moved by whole pixels, up to share of its sides; FILL comes in."""
    n, _, height, width = x.shape
    far = [round(side * share) for side in (height, width)]
    down, right = (
        torch.randint(-reach, reach + 1, (n, 1), generator=generator, device=x.device)
        for reach in far
    )
    rows = torch.arange(height, device=x.device) - down  # (N, H): where each row comes from
    columns = torch.arange(width, device=x.device) - right
    inside = ((rows >= 0) & (rows < height))[:, None, :, None]
    inside = inside & ((columns >= 0) & (columns < width))[:, None, None, :]
    which = torch.arange(n, device=x.device)[:, None, None]
    moved = x.permute(0, 2, 3, 1)[
        which, rows.clamp(0, height - 1)[:, :, None], columns.clamp(0, width - 1)[:, None, :]
    ]
    return torch.where(inside, moved.permute(0, 3, 1, 2), FILL)


def cutout(x: Tensor, generator: Generator, share: float = 0.5) -> Tensor:
    """A square of share of the side becomes FILL, its middle anywhere in the picture."""
    n, _, height, width = x.shape
    middles = [torch.rand(n, 1, generator=generator, device=x.device) * s for s in (height, width)]
    within = [
        (torch.arange(side, device=x.device) + 0.5 - middle).abs() < share * side / 2
        for side, middle in zip((height, width), middles, strict=True)
    ]
    hole = within[0][:, None, :, None] & within[1][:, None, None, :]
    return torch.where(hole, FILL, x)


@transform(
    "augment",
    summary="Moves, cuts and recolours real and fake alike: few pictures go further.",
    formula=r"D(T(x)),\quad D(T(G(z)))",
    source="Zhao et al. 2020 (DiffAugment)",
    parameters={
        "translation": Parameter(0.125, "Largest shift, as a share of the side.", 0.0, 0.5),
        "cutout": Parameter(0.5, "Side of the square cut out, as a share.", 0.0, 1.0),
        "color": Parameter(1.0, "Strength of brightness, saturation, contrast.", 0.0, 1.0),
    },
    space="pictures",
)
def augment(
    x: Tensor,
    generator: Generator,
    translation: float = 0.125,
    cutout: float = 0.5,
    color: float = 1.0,
) -> Tensor:
    """Colour, translation and cutout in the paper's order; a strength of 0 leaves its part out."""
    parts = ((_color, color), (_translation, translation), (_cutout, cutout))
    for part, strength in parts:
        if strength:
            x = part(x, generator, strength)
    return x


_color, _translation, _cutout = color, translation, cutout
