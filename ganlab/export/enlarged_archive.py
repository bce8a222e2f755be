"""Enlarge many files into one archive; a file that cannot be read is listed and skipped."""

import csv
import io
import re
import time
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath, PurePosixPath

from ganlab.errors import GanlabError
from ganlab.evaluation import superres_distances
from ganlab.evaluation.superres import score_of, shrunk
from ganlab.images.picture import Picture
from ganlab.images.quality import LITERATURE, consistency, sharpness
from ganlab.images.reading import read
from ganlab.images.tiling import Progress
from ganlab.images.writing import encode
from ganlab.trained.upscaling import UpscaleRequest, Upscaling

ENDINGS = {"PNG": ".png", "JPEG": ".jpg", "WEBP": ".webp", "TIFF": ".tif"}

Measures = Mapping[str, float | int | str | None]


@dataclass(frozen=True)
class Batch:
    """The requests that are applied to every file, and the format of the results."""

    labels: Mapping[UpscaleRequest, str]
    """Every request with its label on pages and in tables."""
    original: bool = False
    """Whether the files are originals, which are shrunk first and compared with the results."""
    width: int = 0
    """The width of the results in pixels; 0 takes the scale of each request."""
    format: str = "PNG"
    quality: int = 95
    metadata: bool = True
    location: bool = False

    def fitted(self, request: UpscaleRequest, picture: Picture) -> UpscaleRequest:
        """The request with the size that this picture is to have."""
        if not self.width:
            return request
        height = max(1, round(picture.height * self.width / picture.width))
        return replace(request, scale=None, size=(self.width, height))


@dataclass(frozen=True)
class Underway:
    """The progress of a batch: the file and the request, counted from 0, and the tiles done."""

    file: int
    name: str
    request: int
    requests: int
    label: str
    tiles: Progress

    @property
    def share(self) -> float:
        """The share of this file that is done, from 0 to 1."""
        return (self.request + self.tiles.done / self.tiles.total) / self.requests


@dataclass(frozen=True)
class Done:
    """The result of one file and request: bytes and scores, or the reason for a refusal."""

    name: str
    refusal: str = ""
    output: str = ""
    content: bytes = b""
    notices: tuple[str, ...] = ()
    measures: Measures | None = None


def enlarge_all(files: Iterable[tuple[str, bytes]], batch: Batch) -> Iterator[Underway | Done]:
    """Yield the progress after every tile, and a Done for every request.

    A file that fails does not stop the others.
    """
    taken: set[str] = set()
    for index, (name, content) in enumerate(files):
        try:
            hr, lr = None, read(content, name)
            if batch.original:
                scales = {request.scale for request in batch.labels}
                hr, lr = shrunk(lr, int(scales.pop() or 4))
        except GanlabError as error:
            yield Done(name, refusal=str(error))
            continue
        for number, (request, label) in enumerate(batch.labels.items()):
            begin = time.perf_counter()
            try:
                work = Upscaling(lr, batch.fitted(request, lr))
                for tiles in work:
                    yield Underway(index, name, number, len(batch.labels), label, tiles)
                assert work.result is not None
                seconds = time.perf_counter() - begin
                mark = f"-{slug(label)}" if len(batch.labels) > 1 else ""
                stem = PurePosixPath(name.replace("\\", "/")).stem  # Windows paths too
                output = unused(stem + mark + ENDINGS[batch.format], taken)
                written = encode(
                    work.result, batch.format, batch.quality, batch.metadata, batch.location
                )
                measures = measured(work.result, lr, hr, label, seconds)
            except GanlabError as error:
                yield Done(name, refusal=f"{label}: {error}")
                continue
            taken.add(output)
            about = {"input": name, "output": output, **measures}
            yield Done(name, "", output, written, work.result.notices, about)


def measured(
    sr: Picture, lr: Picture, hr: Picture | None, label: str, seconds: float
) -> dict[str, float | int | str | None]:
    """A row of the table; scores that need an original are there only if there is one."""
    row: dict[str, float | int | str | None] = {
        "method": label,
        "input_width": lr.width,
        "input_height": lr.height,
        "width": sr.width,
        "height": sr.height,
        "seconds": round(seconds, 3),
        "sharpness": round(sharpness(sr.levels()), 3),
    }
    scale = sr.width // lr.width
    if (sr.width, sr.height) != (lr.width * scale, lr.height * scale):
        return row
    if hr is None:
        again = consistency(sr.levels(), lr.levels(), scale)
        return {**row, "consistency_db": round(again, 2)}
    score = score_of(label, sr, lr, hr, scale, seconds)
    return {
        **row,
        "psnr_y_db": round(score.psnr, 3),
        "ssim_y": None if score.ssim is None else round(score.ssim, 5),
        "consistency_db": round(score.consistency, 2),
        "features": None if score.features is None else round(score.features, 5),
        "texture": round(score.texture, 4),
        "spectrum": round(score.spectral_gap, 4),
    }


def slug(label: str) -> str:
    """A label as a part of a file's name: 'Lean SRGAN ×4' is 'lean-srgan-4'."""
    return re.sub(r"[^\w.]+", "-", label.lower()).strip("-")


def unused(name: str, taken: set[str]) -> str:
    """The name, or the name with a number if it is taken."""
    stem, suffix = PurePath(name).stem, PurePath(name).suffix
    number = 2
    while name in taken:
        name, number = f"{stem}-{number}{suffix}", number + 1
    return name


def archive(done: Iterable[Done]) -> bytes:
    """A ZIP of all results, with their scores and the refusals as CSV tables."""
    rows, refusals = [], []
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as file:
        for one in done:
            if one.refusal:
                refusals.append({"input": one.name, "reason": one.refusal})
                continue
            file.writestr(one.output, one.content)
            rows.append(dict(one.measures or {}))
        if rows:
            file.writestr("metrics.csv", table(rows))
        if any("psnr_y_db" in row for row in rows):
            file.writestr("protocol.txt", protocol())
        if refusals:
            file.writestr("skipped.csv", table(refusals))
    return buffer.getvalue()


def protocol() -> str:
    """The definition of the columns of scores, since other definitions give other values."""
    return (
        f"{LITERATURE.words}.\n"
        f"features: distance in {superres_distances.FEATURE_NAME}, lower is nearer.\n"
        "texture: octaves by which local texture energy is off.\n"
        "spectrum: decades by which power above a quarter cycle a pixel is off.\n"
    )


def table(rows: list[dict]) -> str:
    """Rows as CSV, with a column for every name that occurs in a row."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
