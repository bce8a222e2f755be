"""GAN inversion: find the z whose generated picture is nearest to a given one."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from ganlab.data.pictures import to_bytes, to_float
from ganlab.errors import PictureError
from ganlab.trained.generator import Generator

STEPS = 120
RATE = 0.1
PRIOR = 0.002
"""Weight of |z|²/D: between two equal reconstructions the more likely z wins."""
BOX = 20
"""MNIST fits a digit into so many pixels and puts its centre of ink in the middle of 28."""


class Inversion(NamedTuple):
    """The best z that was found."""

    z: Tensor
    """(1, z_dim)."""
    label: int | None
    """The class it was found in; None for a G that takes no labels."""
    picture: NDArray[np.uint8]
    """G(z), (C, H, W)."""
    error: float
    """Mean squared difference of the two pictures in [0, 1]: the anomaly score."""
    by_class: dict[int, float]
    """The smallest error within each class; empty for a G that takes no labels."""


def as_written(drawing: NDArray[np.uint8], size: int = 28) -> NDArray[np.uint8]:
    """A drawing (H, W), bright on black, as MNIST would hold it: (1, size, size).

    Cut to its ink, fitted into 20 pixels, its centre of mass in the middle. Raises PictureError if
    there is no ink.
    """
    rows, columns = np.nonzero(drawing > 32)
    if not len(rows):
        raise PictureError("there is nothing drawn yet: draw a digit with mouse or finger")
    cut = drawing[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    scale = BOX / max(cut.shape)
    high, wide = (max(1, round(side * scale)) for side in cut.shape)
    small = np.asarray(
        Image.fromarray(cut).resize((wide, high), Image.Resampling.BOX), dtype=np.float64
    )
    mass = small.sum() or 1.0
    down = (small.sum(1) @ np.arange(high)) / mass
    across = (small.sum(0) @ np.arange(wide)) / mass
    top = int(np.clip(round((size - 1) / 2 - down), 0, size - high))
    left = int(np.clip(round((size - 1) / 2 - across), 0, size - wide))
    out = np.zeros((1, size, size), np.uint8)
    out[0, top : top + high, left : left + wide] = np.round(small)
    return out


def invert(
    generator: Generator,
    picture: NDArray[np.uint8],
    starts: int = 4,
    steps: int = STEPS,
    seed: int = 0,
    report: Callable[[float], object] = lambda share: None,
) -> Inversion:
    """The z whose picture is nearest to picture (C, H, W) uint8, over starts in every class.

    Minimises the squared error and a weak prior with Adam, all starts in one batch. Raises
    PictureError for a picture of another size than G's.
    """
    device = generator.device
    target = to_float(torch.from_numpy(np.ascontiguousarray(picture)).to(device))[None]
    classes = max(generator.classes, 1)
    with torch.no_grad():
        z = generator.z(starts * classes, seed).to(device)
        labels = torch.arange(classes, device=device).repeat(starts) if generator.classes else None
        shape = generator.net(z[:1], None if labels is None else labels[:1]).shape[1:]
    if target.shape[1:] != shape:
        came, needs = ("×".join(map(str, s)) for s in (target.shape[1:], shape))
        raise PictureError(f"{generator.name} makes pictures of {needs}, got one of {came}")
    z = z.requires_grad_(True)
    optimizer = torch.optim.Adam([z], RATE)
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = RATE * (1 - step / steps) ** 0.5
        apart = (generator.net(z, labels) - target).square().flatten(1).mean(1)
        loss = (apart + PRIOR * z.square().mean(1)).sum()
        (z.grad,) = torch.autograd.grad(loss, [z])
        optimizer.step()
        report((step + 1) / steps)
    with torch.no_grad():
        made = generator.net(z, labels)
        errors = (made - target).square().flatten(1).mean(1) / 4  # from [-1, 1] to [0, 1]
    z, made, errors = z.detach().cpu(), made.cpu(), errors.cpu()
    labels = None if labels is None else labels.cpu()
    best = int(errors.argmin())
    by_class = {}
    if labels is not None:
        by_class = {c: float(errors[labels == c].min()) for c in range(classes)}
    return Inversion(
        z[best : best + 1],
        None if labels is None else int(labels[best]),
        to_bytes(made[best]).numpy(),
        float(errors[best]),
        by_class,
    )
