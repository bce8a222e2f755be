"""A run's samples as the frames of a film: the same z over the training, enlarged and captioned."""

import io
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ganlab.config import RunConfig
from ganlab.errors import ConfigError, RunError
from ganlab.export.film.plane import draw_planes
from ganlab.export.film.selection import Cut, moments
from ganlab.figures.theme import palette
from ganlab.jobs.folder import RunFolder
from ganlab.jobs.info import SUPERRES
from ganlab.jobs.samples import COLUMNS, from_png, sprite, untiled
from ganlab.registry import Preset, table
from ganlab.training.schedule import milestones

Frame = NDArray[np.uint8]
"""(H, W, 3)."""
PNG = b"\x89PNG"
LETTERS = 1 / 26
"""Height of a caption's letters, in sides of a frame."""


def frames(record: RunFolder, cut: Cut) -> tuple[list[int], Iterator[Frame]]:
    """The steps that the film shows, and its frames one after another, all of one size.

    Raises RunError if the run has no sample yet, ConfigError if it shows nothing that fits `cut`.
    """
    info = record.info()
    steps = record.sample_steps()
    if not steps:
        raise RunError(f"{record.id} has no pictures yet: let it train for a few seconds")
    epoch, span = 0, 0
    if info.kind != SUPERRES:
        config = RunConfig.from_json(info.config)
        count = int(record.facts().get("real_count", 0))
        epoch, span = config.epoch(count), milestones(config, count).shown
    chosen = moments(steps, span, cut.frames)
    paint = _painter(record, cut)
    return chosen, (_whole(paint, record, step, epoch, cut) for step in chosen)


def shows_points(record: RunFolder) -> bool:
    """Whether the run's samples are points, not pictures."""
    found = record.sample()
    return found is not None and not found[1].startswith(PNG)


def shows_greys(record: RunFolder) -> bool:
    """Whether the run's samples are pictures without colours."""
    found = record.sample()
    if found is None or not found[1].startswith(PNG):
        return False
    with Image.open(io.BytesIO(found[1])) as picture:
        return picture.mode == "L"


def caption(step: int, epoch: int) -> str:
    """The caption of a step; epoch is how many steps one has, 0 where there are none."""
    if not epoch:
        return f"step {step:,}"
    passes = step / epoch
    return f"epoch {passes:.0f}" if step % epoch == 0 else f"epoch {passes:.1f}"


def _painter(record: RunFolder, cut: Cut) -> Callable[[bytes], Image.Image]:
    """The function that turns a stored sample into a frame."""
    info = record.info()
    if shows_points(record):
        if cut.pictures is not None:
            raise ConfigError(f"{record.id} draws points: leave out how many pictures to show")
        return lambda data: draw_planes(data, info, cut.side, cut.dark)
    if info.kind == SUPERRES:
        if cut.pictures is not None:
            raise ConfigError(f"{record.id} enlarges: leave out how many pictures to show")
        return lambda data: _enlarged(Image.open(io.BytesIO(data)), cut.side)
    known = table(Preset).get(info.preset)
    count = cut.pictures or (known.film if known else Preset.film)
    return lambda data: _enlarged(Image.fromarray(_first(from_png(data), count)), cut.side)


def _first(picture: NDArray[np.uint8], count: int) -> NDArray[np.uint8]:
    """The first `count` tiles of a stored sprite as a square of their own."""
    tiles = untiled(picture, picture.shape[1] // COLUMNS)[:count]
    return sprite(tiles, int(np.ceil(np.sqrt(len(tiles)))))


def _enlarged(picture: Image.Image, side: int) -> Image.Image:
    """In colour, and by a whole factor as near to `side` as pixels of one size allow."""
    factor = max(1, side // max(picture.size))
    size = (picture.width * factor, picture.height * factor)
    return picture.convert("RGB").resize(size, Image.Resampling.NEAREST)


def _whole(
    paint: Callable[[bytes], Image.Image], record: RunFolder, step: int, epoch: int, cut: Cut
) -> Frame:
    found = record.sample(step)
    if found is None:  # thinned away since the steps were read
        found = record.sample()
        assert found, "a run never loses its newest sample"
    picture = paint(found[1])
    if cut.caption:
        both = f"{caption(step, epoch)} · step {step:,}" if epoch else caption(step, epoch)
        picture = _captioned(picture, both, cut)
    return np.asarray(picture)


def _captioned(picture: Image.Image, text: str, cut: Cut) -> Image.Image:
    """The picture with a line below it on the page's colour."""
    colours = palette(cut.dark)
    letters = max(12, round(cut.side * LETTERS))
    strip = 2 * letters
    whole = Image.new("RGB", (picture.width, picture.height + strip), colours.paper)
    whole.paste(picture)
    middle = (picture.width / 2, picture.height + strip / 2)
    font = ImageFont.load_default(letters)
    ImageDraw.Draw(whole).text(middle, text, fill=colours.ink, font=font, anchor="mm")
    return whole
