"""Many files in one go: a bad file is named and skipped, the rest end in one archive."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from ganlab.errors import GanlabError
from ganlab.superres.quality import consistency, sharpness
from ganlab.superres.reading import read
from ganlab.superres.tiling import Progress
from ganlab.superres.upscaling import Order, Upscaling
from ganlab.superres.writing import encode

ENDINGS = {"PNG": ".png", "JPEG": ".jpg", "WEBP": ".webp", "TIFF": ".tif"}


@dataclass(frozen=True)
class Done:
    """What became of one file: either bytes and measures, or a refusal in one sentence."""

    name: str
    refusal: str = ""
    output: str = ""
    content: bytes = b""
    notices: tuple[str, ...] = ()
    measures: Mapping[str, float | int | str] | None = None


def enlarge_all(
    files: Iterable[tuple[str, bytes]], order: Order, format: str = "PNG", quality: int = 95
) -> Iterator[Progress | Done]:
    """Tiles as they come, and one Done at the end of every file; no file stops the others."""
    taken: set[str] = set()
    for name, content in files:
        try:
            work = Upscaling(read(content, name), order)
            yield from work
            assert work.result is not None
            result = work.result
            output = unused(PurePath(name).stem + ENDINGS[format], taken)
            written = encode(result, format, quality)
        except GanlabError as error:
            yield Done(name, refusal=str(error))
            continue
        taken.add(output)
        measures: dict[str, float | int | str] = {
            "input": name,
            "output": output,
            "method": order.method,
            "input_width": work.picture.width,
            "input_height": work.picture.height,
            "width": result.width,
            "height": result.height,
            "sharpness": round(sharpness(result.levels()), 3),
        }
        scale = result.width // work.picture.width
        if (result.width, result.height) == (
            work.picture.width * scale,
            work.picture.height * scale,
        ):
            again = consistency(result.levels(), work.picture.levels(), scale)
            measures["consistency_db"] = round(again, 2)
        yield Done(name, "", output, written, result.notices, measures)


def unused(name: str, taken: set[str]) -> str:
    """The name, or the name with a number if it is taken."""
    stem, suffix = PurePath(name).stem, PurePath(name).suffix
    number = 2
    while name in taken:
        name, number = f"{stem}-{number}{suffix}", number + 1
    return name


def archive(done: Iterable[Done]) -> bytes:
    """A ZIP of all results, with their measures and the refusals as CSV tables."""
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
        if refusals:
            file.writestr("skipped.csv", table(refusals))
    return buffer.getvalue()


def table(rows: list[dict]) -> str:
    """Rows as CSV; a column stands where any row has it."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
