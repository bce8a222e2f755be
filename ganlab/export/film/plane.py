"""Samples of points as pictures: real discs, fake diamonds, and D's landscape behind them."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor, ImageDraw, ImageFont
from safetensors.numpy import load

from ganlab.config import RunConfig
from ganlab.config.choice import Choice
from ganlab.config.variants import varied
from ganlab.figures.landscape import Extent, undecided
from ganlab.figures.theme import Palette, palette
from ganlab.jobs.info import RunInfo
from ganlab.registry import Loss, find

FINER = 2
"""Planes are drawn so many times larger and made smaller, which smooths their edges."""
STRENGTH = 0.46
"""How strongly D's landscape is coloured where it is sure."""
RADIUS = 1 / 160
"""Of a point, in sides of its plane."""


def draw_planes(data: bytes, info: RunInfo, side: int, dark: bool) -> Image.Image:
    """The points of a stored sample: one plane, a row of planes for a comparison, or a map."""
    arrays = {name: array.astype(np.float32) for name, array in load(data).items()}
    extent: Extent = tuple(float(one) for one in arrays["extent"])  # type: ignore[assignment]
    colours = palette(dark)
    losses = _losses(info)
    if arrays["fake"].ndim == 2:
        return _plane(arrays, extent, losses[0], side, colours)
    shared = ("real", "extent")
    count = len(arrays["fake"])
    gap, named = max(2, side // 60), "landscape" in arrays  # a large ensemble is stored without
    columns = count if named else int(np.ceil(np.sqrt(count)))
    each = (2 * side // 3) if named else max(32, (side - gap * (columns - 1)) // columns)
    head = each // 10 if named else 0
    rows = -(-count // columns)
    size = columns * each + gap * (columns - 1), rows * (each + head) + gap * (rows - 1)
    whole = Image.new("RGB", size, colours.paper)
    for k in range(count):
        own = {name: array if name in shared else array[k] for name, array in arrays.items()}
        if not named:  # hundreds of real points would hide the few that a small plane has
            own["real"] = own["real"][:0]
        x, y = (k % columns) * (each + gap), (k // columns) * (each + head + gap)
        whole.paste(_plane(own, extent, losses[k % len(losses)], each, colours), (x, y + head))
        if named and k < len(info.variants):
            font = ImageFont.load_default(max(11, head // 2))
            text = str(info.variants[k]["label"])
            ImageDraw.Draw(whole).text((x, y + head / 2), text, colours.ink, font, anchor="lm")
    return whole


def _losses(info: RunInfo) -> list[Choice]:
    """Each member's loss."""
    config = RunConfig.from_json(info.config)
    members = varied(config, info.variants)[1] if info.variants else [config]
    return [one.loss for one in members]


def _plane(
    arrays: Mapping[str, NDArray[np.float32]],
    extent: Extent,
    loss: Choice,
    side: int,
    colours: Palette,
) -> Image.Image:
    """One GAN's plane, side × side."""
    fine = side * FINER
    if "landscape" in arrays:
        whole = _landscape(arrays, extent, loss, colours).resize((fine, fine))
    else:
        whole = Image.new("RGB", (fine, fine), _mixed(colours, colours.ink, 0.04))
    ink = ImageDraw.Draw(whole)
    radius = max(RADIUS * fine, 1.6 * FINER)
    for x, y in _places(arrays["real"], extent, fine):
        ink.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colours.real)
    long = 1.3 * radius
    for x, y in _places(arrays["fake"], extent, fine):
        tips = ((x, y - long), (x + long, y), (x, y + long), (x - long, y))
        ink.polygon(tips, fill=colours.fake)
    return whole.resize((side, side), Image.Resampling.LANCZOS)


def _landscape(
    arrays: Mapping[str, NDArray[np.float32]], extent: Extent, loss: Choice, colours: Palette
) -> Image.Image:
    """D's scores as colours, a pixel a cell: through σ where it is a probability."""
    away = arrays["landscape"][::-1] - undecided(loss, arrays, extent)
    away = np.nan_to_num(away, posinf=1e6, neginf=-1e6)
    if find(Loss, loss.name).probability:
        side = np.tanh(away / 2)  # 2σ(x) - 1
    else:
        side = away / (np.quantile(np.abs(away), 0.9) or 1.0)
    share = np.abs(np.clip(side, -1, 1))[..., None] ** 0.8 * STRENGTH
    paper, real, fake = (
        np.array(ImageColor.getrgb(one), np.float32)
        for one in (colours.paper, colours.real, colours.fake)
    )
    mixed = paper + (np.where(side[..., None] > 0, real, fake) - paper) * share
    return Image.fromarray(mixed.round().astype(np.uint8))


def _places(points: NDArray[np.float32], extent: Extent, side: int) -> list[tuple[float, float]]:
    """Where points lie in a picture of that side; those outside the extent are left out."""
    left, right, bottom, top = extent
    u = (points[:, 0] - left) / (right - left)
    v = (top - points[:, 1]) / (top - bottom)
    inside = (u >= 0) & (u <= 1) & (v >= 0) & (v <= 1)
    return [(x, y) for x, y in (side * np.stack([u, v], 1)[inside]).tolist()]


def _mixed(colours: Palette, other: str, share: float) -> tuple[int, ...]:
    """The paper with a share of another colour."""
    pairs = zip(ImageColor.getrgb(colours.paper), ImageColor.getrgb(other), strict=True)
    return tuple(round(a + (b - a) * share) for a, b in pairs)
