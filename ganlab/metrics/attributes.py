"""Attributes measured on a written digit: slant, stroke weight, width, height and loops.

Pictures are (N, 1, H, W) in [-1, 1], bright ink on black; every attribute is (N,), and 0 for a
picture without ink.
"""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from skimage.measure import euler_number, label
from torch import Tensor

from ganlab.errors import PictureError

FAINT = 1e-6
INKED = 0.3
"""A pixel with more ink than this belongs to the stroke when holes are counted: of 0.2 to 0.6 the
one at which most of MNIST's 0, 6, 8 and 9 close their loops and fewest 3 and 7 gain one."""


def ink(x: Tensor) -> Tensor:
    """How much ink each pixel holds, (N, H, W) in [0, 1]."""
    return (x[:, 0].double() + 1) / 2


def _moments(x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Variances across and down, and their covariance, of the ink, in pixels² with y upward."""
    mass = ink(x)
    _, height, width = mass.shape
    across = torch.arange(width, dtype=mass.dtype, device=x.device)
    up = -torch.arange(height, dtype=mass.dtype, device=x.device)
    whole = mass.sum((1, 2)).clamp(min=FAINT)
    columns, rows = mass.sum(1) / whole[:, None], mass.sum(2) / whole[:, None]
    dx = across - (columns @ across)[:, None]  # (N, W)
    dy = up - (rows @ up)[:, None]  # (N, H)
    xy = torch.einsum("nhw,nw,nh->n", mass, dx, dy) / whole
    return (columns * dx.square()).sum(1), (rows * dy.square()).sum(1), xy


def slant(x: Tensor) -> Tensor:
    """How far the writing leans to the right for each pixel upward: the shear of its ink."""
    _, down, both = _moments(x)
    return both / down.clamp(min=FAINT)


def weight(x: Tensor) -> Tensor:
    """Thickness of the stroke in pixels: twice the ink over the length of its outline."""
    mass = ink(x)
    padded = torch.nn.functional.pad(mass, (1, 1, 1, 1))
    right = padded[:, 1:-1, 1:] - padded[:, 1:-1, :-1]
    below = padded[:, 1:, 1:-1] - padded[:, :-1, 1:-1]
    # Gradients half-way between pixels, brought to the pixels, so that a slope is counted once.
    outline = (right[:, :, 1:] ** 2 + right[:, :, :-1] ** 2) / 2
    outline = outline + (below[:, 1:] ** 2 + below[:, :-1] ** 2) / 2
    return 2 * mass.sum((1, 2)) / outline.sqrt().sum((1, 2)).clamp(min=FAINT)


def width(x: Tensor) -> Tensor:
    """Width in pixels of the box that would have the same spread of ink."""
    return (12 * _moments(x)[0]).sqrt()


def height(x: Tensor) -> Tensor:
    """Height in pixels of the box that would have the same spread of ink."""
    return (12 * _moments(x)[1]).sqrt()


def loops(x: Tensor) -> Tensor:
    """How many holes the ink encloses: its pieces less its Euler number, eight neighbours each."""
    dark = (ink(x) > INKED).cpu().numpy()
    holes = []
    for one in dark:
        pieces: Any = label(one, connectivity=2)
        holes.append(int(pieces.max()) - euler_number(one, connectivity=2))
    return torch.tensor(holes, dtype=torch.float64, device=x.device)


ATTRIBUTES: Mapping[str, Callable[[Tensor], Tensor]] = {
    "slant": slant,
    "weight": weight,
    "width": width,
    "height": height,
    "loops": loops,
}


def attributes(x: Tensor) -> Tensor:
    """All of ATTRIBUTES, (N, 5) float64; PictureError unless x has one channel."""
    if x.shape[1] != 1:
        raise PictureError(f"ink is measured in pictures of one channel, got {x.shape[1]}")
    return torch.stack([measure(x) for measure in ATTRIBUTES.values()], dim=1)
