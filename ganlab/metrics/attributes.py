"""Attributes measured on a written digit: slant, stroke weight, width, height and loops.

Pictures are (N, 1, H, W) in [-1, 1], bright ink on black; every attribute is (N,), and 0 for a
picture without ink.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

import torch
from skimage.measure import euler_number, label
from torch import Tensor

from ganlab.errors import PictureError

FAINT = 1e-6
DIRECTIONS = 8
"""In which the ink across a stroke is looked for."""
EDGE = 0.1
"""A run of ink ends where there is less."""
INKED = 0.3
"""A pixel with more ink than this belongs to the stroke. Of 0.2 to 0.6 it is the one at which most
of MNIST's 0, 6, 8 and 9 close their loops and fewest 3 and 7 gain one."""


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
    """Thickness of the stroke in pixels: half of the ink lies where it is thinner.

    How thick it is at a pixel is the ink of the run through it, in the direction of the least.
    Smooth bars and rings of 2 to 5 pixels come out within 5 %, as do boxes and rings of whole
    pixels.
    """
    mass = ink(x)
    runs = [_across(mass, torch.pi * k / DIRECTIONS) for k in range(DIRECTIONS)]
    least, order = torch.stack(runs).amin(0).flatten(1).sort(1)
    held = (mass * (mass > INKED)).flatten(1).gather(1, order).cumsum(1)
    half = (held < held[:, -1:] / 2).sum(1, keepdim=True)
    return torch.where(held[:, -1] > 0, least.gather(1, half)[:, 0], 0.0)


def _across(mass: Tensor, angle: float) -> Tensor:
    """The ink of the run through each pixel along a direction, (N, H, W) -> (N, H, W)."""
    n, height, width = mass.shape
    side = math.ceil(math.hypot(height, width)) + 2
    places = torch.arange(side, dtype=mass.dtype, device=mass.device) - (side - 1) / 2
    along, beside = torch.meshgrid(places, places, indexing="ij")
    cos, sin = math.cos(angle), math.sin(angle)
    # Rows of the turned picture run along the direction.
    grid = torch.stack([cos * beside - sin * along, sin * beside + cos * along], dim=-1)
    grid = 2 * grid / torch.tensor([width, height], dtype=mass.dtype, device=mass.device)
    turned = torch.nn.functional.grid_sample(
        mass[:, None], grid.expand(n, -1, -1, -1), align_corners=False
    )[:, 0]
    inked = turned > EDGE
    before, after = turned.clone(), turned.clone()
    for row in range(1, side):
        before[:, row] += before[:, row - 1] * inked[:, row - 1]
        after[:, -1 - row] += after[:, -row] * inked[:, -row]
    # Back at the pixels of the picture, from the nearest place of the turned one.
    down = torch.arange(height, device=mass.device) - (height - 1) / 2
    right = torch.arange(width, device=mass.device) - (width - 1) / 2
    y, x = torch.meshgrid(down, right, indexing="ij")
    row = (-sin * x + cos * y + (side - 1) / 2).round().long()
    column = (cos * x + sin * y + (side - 1) / 2).round().long()
    return (before + after - turned)[:, row, column]


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
