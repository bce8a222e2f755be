"""Methods against originals: every picture of a folder is shrunk, enlarged again and measured."""

import math
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image

from ganlab.data.degradation import photographs
from ganlab.errors import DataError, PictureError
from ganlab.evaluation import superres_distances
from ganlab.images import quality
from ganlab.images.picture import Picture
from ganlab.images.reading import read
from ganlab.images.resize import KERNELS
from ganlab.networks.perceptual_features import squeezenet_is_there
from ganlab.trained.upscaling import UpscaleRequest, network_for, upscale


@dataclass(frozen=True)
class Score:
    """One method on one picture, or its mean over several; None where it cannot be measured."""

    method: str
    psnr: float
    ssim: float | None
    consistency: float
    features: float | None
    """SqueezeNet's deeper layers: 0 is equal."""
    texture: float
    """Octaves by which local texture energy is off."""
    spectral_gap: float
    sharpness: float
    """Mean gradient, in parts of the original's: 1 is equally sharp."""
    seconds: float


def shrunk(picture: Picture, scale: int, name: str = "the picture") -> tuple[Picture, Picture]:
    """(original cut to a multiple of scale, the same made small): the start of any comparison.

    Both have 8 bits and no transparency, and their notices say so where the picture had more.
    PictureError if a side is shorter than scale.
    """
    if min(picture.width, picture.height) < scale:
        raise PictureError(
            f"{name} is too small to be shrunk by {scale} ({picture.width}×{picture.height} "
            f"pixels): take a larger original, or take it as a small picture"
        )
    width, height = (side - side % scale for side in (picture.width, picture.height))
    hr = replace(picture.region(0, 0, width, height).eight_bits(), alpha=None)
    if picture.bits == 16:
        hr = hr.noted("its 16 bits a sample became 8 to be measured")
    if picture.alpha is not None:
        hr = hr.noted("its transparency was left out to be measured")
    small = Image.fromarray(hr.colour).resize(
        (width // scale, height // scale), Image.Resampling.BICUBIC
    )
    if (width, height) != (picture.width, picture.height):
        hr = hr.noted(f"it was cut to {width}×{height}, multiples of {scale}, to be measured")
    return hr, replace(hr, colour=np.asarray(small))


def score(
    picture: Picture,
    request: UpscaleRequest,
    scale: int,
    protocol: quality.Protocol = quality.LITERATURE,
) -> Score:
    """Enlarge a shrunk picture as requested and compare it with the original."""
    hr, lr = shrunk(picture, scale)
    begin = time.perf_counter()
    sr = upscale(lr, replace(request, scale=scale))
    return score_of(
        label(request), sr, lr, hr, scale, time.perf_counter() - begin, protocol, request.device
    )


def score_of(
    name: str,
    sr: Picture,
    lr: Picture,
    hr: Picture,
    scale: int,
    seconds: float,
    protocol: quality.Protocol = quality.LITERATURE,
    device: str = "auto",
) -> Score:
    """Compare a result with its input and its original; features are taken on the device."""
    measured = quality.measure(sr.levels(), lr.levels(), hr.levels(), scale, protocol)
    # Without SqueezeNet's weights the other columns still stand.
    features = None
    if squeezenet_is_there():
        features = superres_distances.feature_distance(sr.rgb(), hr.rgb(), device=device)
    assert measured.psnr is not None
    assert measured.spectral_gap is not None
    return Score(
        method=name,
        psnr=measured.psnr,
        ssim=measured.ssim,
        consistency=measured.consistency,
        features=features,
        texture=superres_distances.texture_distance(sr.levels(), hr.levels()),
        spectral_gap=measured.spectral_gap,
        sharpness=measured.sharpness / max(quality.sharpness(hr.levels()), 1e-9),
        seconds=seconds,
    )


def label(request: UpscaleRequest) -> str:
    """How a row of the table is called."""
    if request.strength is None:
        return request.method
    return f"{request.method} α={request.strength:g}"


def detour(request: UpscaleRequest, scale: int) -> str:
    """What is done to a network's own scale to come to another one, as a mark behind its name."""
    native = scale if request.method in KERNELS else network_for(request).scale
    if native == scale:
        return ""
    return f" (×{native}, {'shrunk' if native > scale else 'enlarged'})"


def benchmark(
    folder: Path,
    scale: int,
    requests: Iterable[UpscaleRequest],
    report: Callable[[str], None] | None = None,
    protocol: quality.Protocol = quality.LITERATURE,
) -> list[Score]:
    """The mean score of every request over the pictures of a folder, which are read one by one.

    A picture that cannot be read or shrunk is skipped where `report` is given, which is called with
    the reason; else it is an error.
    """
    requests = list(requests)
    marks = [detour(request, scale) for request in requests]
    scores: list[list[Score]] = [[] for _ in requests]
    for name, picture in _readable(folder, scale, report):
        for request, found in zip(requests, scores, strict=True):
            found.append(score(picture, request, scale, protocol))
            if report is not None:
                report(f"{label(request)}: {name}")
    if not any(scores):
        raise DataError(f"no picture of {folder} can be read and shrunk by {scale}")
    rows = [mean(found) for found in scores]
    return [replace(row, method=row.method + mark) for row, mark in zip(rows, marks, strict=True)]


def _readable(
    folder: Path, scale: int, report: Callable[[str], None] | None
) -> Iterator[tuple[str, Picture]]:
    for path in photographs(folder):
        try:
            picture = read(path)
            shrunk(picture, scale, path.name)
        except PictureError as error:
            if report is None:
                raise
            report(f"skipped: {error}")
        else:
            yield path.name, picture


def mean(scores: list[Score]) -> Score:
    """Field by field; None if it is None anywhere."""
    fields = [asdict(one) for one in scores]
    means: dict[str, float | None] = {}
    for name in fields[0]:
        if name == "method":
            continue
        values = [row[name] for row in fields]
        means[name] = None if None in values else statistics.fmean(values)
    return Score(method=scores[0].method, **means)  # type: ignore[arg-type]


def as_json(row: Score) -> dict[str, float | str | None]:
    """A row as plain values; an infinite PSNR, which JSON does not know, becomes None."""
    return {
        name: None if isinstance(value, float) and math.isinf(value) else value
        for name, value in asdict(row).items()
    }
