"""Panel: one picture, several methods, seen closely and measured."""

import hashlib
import io
import tempfile
from dataclasses import astuple, dataclass, replace
from pathlib import Path

import numpy as np
import streamlit as st
from PIL import Image

from ganlab.errors import GanlabError
from ganlab.figures.superres import differences, error_maps, perception_distortion, spectra
from ganlab.superres import judge, quality
from ganlab.superres.benchmark import Score, score_of, shrunk
from ganlab.superres.degradation import embedded_photographs
from ganlab.superres.methods import METHODS, shipped
from ganlab.superres.pictures import Picture
from ganlab.superres.reading import read
from ganlab.superres.upscaling import Order, Region, Upscaling
from ganlab.superres.writing import encode
from pages.widgets.compare_view import Shown, compare_view

BUILT_IN = {"Cat": 2, "Astronaut": 0, "Coffee": 1, "Palace": 4, "Flower": 5, "Rocket": 3}
OWN = "Your own"
ORIGINAL, SMALL = "A full-quality original", "A small picture"
FAST = 60_000
"""Input pixels up to which results come without asking: about a second for all methods."""
VIEWED = 12_000_000
STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0)
FORMATS = {"PNG": ".png", "JPEG": ".jpg", "WebP (lossless)": ".webp", "TIFF": ".tif"}
ENCODERS = {"PNG": "PNG", "JPEG": "JPEG", "WebP (lossless)": "WEBP", "TIFF": "TIFF"}


@dataclass(frozen=True)
class Result:
    """One method's picture and how long it took."""

    label: str
    picture: Picture
    seconds: float


@st.cache_resource(show_spinner=False)
def built_in(name: str) -> Picture:
    """A photograph that comes with the packages."""
    return Picture(np.asarray(embedded_photographs()[BUILT_IN[name]]))


@st.cache_data(max_entries=64, show_spinner=False)
def as_png(digest: str, _picture: Picture) -> bytes:
    """The picture for the screen, exact and quickly packed."""
    image = Image.fromarray(_picture.rgb())
    alpha = _picture.eight_bits().alpha
    if alpha is not None:
        image.putalpha(Image.fromarray(alpha))
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def digest_of(picture: Picture) -> str:
    """A short name for a picture's samples."""
    return hashlib.sha1(
        np.ascontiguousarray(picture.colour).tobytes() + str(picture.colour.shape).encode(),
        usedforsecurity=False,
    ).hexdigest()[:16]


def panel(dark: bool) -> None:
    """Controls on the left, the comparison on the right, measures and downloads below."""
    controls, view = st.columns([1, 2.7], gap="large")
    with controls:
        picture = _choose_picture()
        if picture is None:
            st.info("Choose a picture to begin.", icon=":material/image:")
            return
        kind = st.radio(
            "What is it?",
            [ORIGINAL, SMALL],
            help="An original is shrunk first, so that every method can be measured against it. "
            "For a small picture no original exists, and no PSNR is invented.",
        )
        orders, scale = _choose_methods(picture, kind == ORIGINAL)
    hr = None
    if kind == ORIGINAL:
        hr, picture = shrunk(picture, scale)
    part = orders[0].region if orders else None
    lr = picture if part is None else picture.region(*astuple(part))
    if hr is not None and part is not None:
        hr = hr.region(*(scale * value for value in astuple(part)))
    size = (orders[0].size if orders else None) or (lr.width * scale, lr.height * scale)
    with view:
        for notice in picture.notices:
            st.caption(f":material/info: {notice.capitalize()}.")
        st.caption(
            f"{lr.width}×{lr.height} → {size[0]}×{size[1]} pixels, ×{size[0] / lr.width:.3g}"
        )
        results = _results(picture, orders)
        if not results:
            return
        _compare(results, hr)
    _measure(results, lr, hr, scale, dark)
    _download(results)


def _choose_picture() -> Picture | None:
    choice = st.selectbox("Picture", [*BUILT_IN, OWN], key="sr_picture")
    if choice != OWN:
        return built_in(choice)
    file = st.file_uploader(
        "Upload", type=["png", "jpg", "jpeg", "webp", "tif", "tiff", "bmp", "gif"]
    )
    if file is None:
        return None
    try:
        return read(file.getvalue(), file.name)
    except GanlabError as error:
        st.error(str(error), icon=":material/broken_image:")
        return None


def _choose_methods(picture: Picture, original: bool) -> tuple[list[Order], int]:
    here = shipped()
    names = st.multiselect(
        "Methods",
        here,
        default=[n for n in ("bicubic", "sr-x4-psnr", "sr-x4-gan") if n in here],
        format_func=lambda name: METHODS[name].label,
        help="\n".join(f"- **{METHODS[n].label}**: {METHODS[n].summary}" for n in here),
    )
    scale = int(
        st.segmented_control("Scale", [2, 3, 4], default=4, required=True, format_func="×{}".format)
    )
    strength = None
    if "sr-x4-gan" in names:
        strength = st.slider(
            "Strength α",
            0.0,
            1.0,
            1.0,
            0.05,
            help="0 is the network towards the pixels, 1 the GAN; between them their weights are "
            "blended.",
        )
    region = _choose_region(picture, scale if original else 1)
    size = None
    if not original and region is None and st.toggle("To a size instead of a scale"):
        width = int(st.number_input("Width in pixels", 1, 8 * picture.width, 2 * picture.width))
        size = (width, max(1, round(picture.height * width / picture.width)))
    with st.expander("Bring your own network"):
        dropped = st.file_uploader(
            "Weights",
            type=["safetensors", "pth"],
            help="Our own networks, RRDB (ESRGAN), SRVGGCompact and MSRResNet. Files are read "
            "without running anything that they hold.",
        )
    orders = [
        Order(
            name,
            None if size else scale,
            size,
            strength=strength if name == "sr-x4-gan" and strength is not None else None,
            region=region,
        )
        for name in names
    ]
    if dropped is not None:
        path = _kept(dropped.name, dropped.getvalue())
        orders.append(Order(str(path), None if size else scale, size, region=region))
    return orders, scale


def _choose_region(picture: Picture, shrinkage: int) -> Region | None:
    """A part to try first, in pixels of what will be enlarged."""
    width, height = picture.width // shrinkage, picture.height // shrinkage
    if not st.toggle("A region first", help="See a part in about a second before the whole."):
        return None
    side = min(width, height, 128)
    left = st.slider("From the left", 0, max(width - side, 1), (width - side) // 2)
    top = st.slider("From the top", 0, max(height - side, 1), (height - side) // 2)
    return Region(min(left, width - side), min(top, height - side), side, side)


def _kept(name: str, content: bytes) -> Path:
    """An uploaded file of weights as a file, named after its content."""
    folder = Path(tempfile.gettempdir()) / "ganlab-networks"
    folder.mkdir(exist_ok=True)
    stem = hashlib.sha1(content, usedforsecurity=False).hexdigest()[:16]
    path = folder / f"{stem}{Path(name).suffix.lower()}"
    if not path.exists():
        path.write_bytes(content)
    return path


def _label(order: Order) -> str:
    if order.method not in METHODS:
        return "Your network"
    label = METHODS[order.method].label
    return label if order.strength in (None, 1.0) else f"{label}, α = {order.strength:g}"


def _results(picture: Picture, orders: list[Order]) -> list[Result]:
    """Every order's picture: what is known at once, the rest computed tile by tile."""
    known: dict[tuple[str, Order], Result] = st.session_state.setdefault("sr_results", {})
    name = digest_of(picture)
    missing = [order for order in orders if (name, order) not in known]
    pixels = picture.width * picture.height
    if orders and orders[0].region:
        pixels = orders[0].region.width * orders[0].region.height
    slow = pixels > FAST and any(
        not METHODS.get(o.method, METHODS["sr-x4-gan"]).kernel for o in missing
    )
    if slow and not st.button("Enlarge", type="primary", icon=":material/play_arrow:"):
        st.caption(f"{pixels / 1e6:.1f} million pixels take a while; try a region first.")
        missing = []
    if missing:
        _compute(picture, name, missing, known, slow)
    while len(known) > 24:
        known.pop(next(iter(known)))
    return [known[name, order] for order in orders if (name, order) in known]


def _compute(
    picture: Picture,
    name: str,
    orders: list[Order],
    known: dict[tuple[str, Order], Result],
    slow: bool,
) -> None:
    place, refusals = st.empty(), []
    with place.container():
        bar = st.progress(0.0, "Starting")
        if slow:  # a click reruns the script, which ends this one at the next tile
            st.button("Cancel", icon=":material/stop:")
        for order in orders:
            try:
                work = Upscaling(picture, order)
                last = None
                for progress in work:
                    last = progress
                    left = f", {progress.seconds_left:.0f} s left" if progress.done > 1 else ""
                    bar.progress(
                        progress.done / progress.total,
                        f"{_label(order)}: tile {progress.done} of {progress.total}{left}",
                    )
            except GanlabError as error:
                refusals.append(f"{_label(order)}: {error}")
                continue
            assert work.result is not None
            known[name, order] = Result(
                _label(order), work.result, last.seconds if last is not None else 0.0
            )
    place.empty()
    for refusal in refusals:
        st.error(refusal, icon=":material/error:")


def _compare(results: list[Result], hr: Picture | None) -> None:
    pictures = [(result.label, result.picture) for result in results]
    first = results[0].picture
    if hr is not None and (hr.width, hr.height) == (first.width, first.height):
        pictures.insert(0, ("Original", hr))
    if first.width * first.height > VIEWED:
        wide, tall = min(first.width, 3000), min(first.height, 3000)
        corner = ((first.width - wide) // 2, (first.height - tall) // 2)
        st.caption("Too large for the screen: the middle is shown.")
        pictures = [(label, p.region(*corner, wide, tall)) for label, p in pictures]
    shown = [
        Shown(label, as_png(digest_of(p), p), f"{p.width}×{p.height}") for label, p in pictures
    ]
    compare_view(
        key="sr_view",
        run="superres",
        pictures=shown,
        left=1 if pictures[0][0] == "Original" and len(shown) > 2 else 0,
        right=-1,
    )


def _measure(
    results: list[Result], lr: Picture, hr: Picture | None, scale: int, dark: bool
) -> None:
    st.subheader("Measured")
    whole = hr is not None and results[0].picture.colour.shape[:2] == hr.colour.shape[:2]
    if hr is None or not whole:
        rows = {}
        for result in results:
            sr = result.picture
            same = (sr.width, sr.height) == (lr.width * scale, lr.height * scale)
            rows[result.label] = (
                quality.consistency(sr.levels(), lr.levels(), scale) if same else None,
                quality.sharpness(sr.levels()),
            )
        st.markdown(marked(["LR-consistency (dB)", "Sharpness"], rows, (2, 2), (max, None)))
        st.caption(
            "No original of this exists here, so there is no PSNR: LR-consistency asks whether "
            "the result, shrunk again, is the input; sharpness is the mean gradient in grey levels."
        )
        return
    scores = {
        result.label: score_of(result.label, result.picture, lr, hr, scale, result.seconds)
        for result in results
    }
    heads = ["PSNR-Y (dB)", "SSIM-Y", "LR-consistency (dB)", "Features", "Texture", "Spectrum"]
    st.markdown(
        marked(
            heads,
            {
                label: (s.psnr, s.ssim, s.consistency, s.features, s.texture, s.spectral_gap)
                for label, s in scores.items()
            },
            (2, 4, 2, 4, 3, 3),
            (max, max, max, min, min, min),
        )
    )
    st.caption(
        f"{quality.PROTOCOL}. Features: distance in {judge.FEATURE_NAME}, lower is nearer. "
        "Texture: octaves by which local texture energy is off. Spectrum: decades by which power "
        "above a quarter cycle a pixel is off."
    )
    _figures(results, scores, lr, hr, scale, dark)


def _figures(
    results: list[Result],
    scores: dict[str, Score],
    lr: Picture,
    hr: Picture,
    scale: int,
    dark: bool,
) -> None:
    left, right = st.columns(2)
    points = {
        label: (255 * 10 ** (-s.psnr / 20), s.features)
        for label, s in scores.items()
        if s.features is not None
    }
    with left:
        if points:
            path = _path(digest_of(lr), lr, hr, scale) if scale == 4 else []
            st.plotly_chart(
                perception_distortion(points, path, f"distance in {judge.FEATURE_NAME}", dark)
            )
    with right:
        pictures = [("Original", hr), *((r.label, r.picture) for r in results)]
        curves = {label: quality.power_spectrum(p.levels()) for label, p in pictures}
        st.plotly_chart(spectra(curves, scale, dark))
    with st.expander("Where and how far each method is off"):
        signed = {
            r.label: quality.luma(r.picture.levels()) - quality.luma(hr.levels()) for r in results
        }
        step = max(1, max(hr.width, hr.height) // 400)
        maps = {label: np.abs(error)[::step, ::step] for label, error in signed.items()}
        st.plotly_chart(error_maps(maps, dark))
        st.plotly_chart(differences(signed, dark))


@st.cache_data(max_entries=16, show_spinner="Blending the two networks")
def _path(digest: str, _lr: Picture, _hr: Picture, scale: int) -> list[tuple[float, float, float]]:
    """The way from one network to the other: (α, RMS error, feature distance)."""
    if not {"sr-x4-psnr", "sr-x4-gan"} <= set(shipped()) or _lr.width * _lr.height > FAST:
        return []
    found = []
    for strength in STRENGTHS:
        work = Upscaling(_lr, Order("sr-x4-gan", scale, strength=strength))
        for _ in work:
            pass
        assert work.result is not None
        one = score_of("", work.result, _lr, _hr, scale, 0.0)
        if one.features is None:
            return []
        found.append((strength, 255 * 10 ** (-one.psnr / 20), one.features))
    return found


def marked(
    heads: list[str],
    rows: dict[str, tuple[float | None, ...]],
    digits: tuple[int, ...],
    best: tuple,
) -> str:
    """A table in Markdown with the best value of each column in bold."""
    lines = ["| Method | " + " | ".join(heads) + " |", "|---|" + "---:|" * len(heads)]
    winners = []
    for column, choose in enumerate(best):
        values = [row[column] for row in rows.values() if row[column] is not None]
        winners.append(choose(values) if choose and values else None)
    for label, row in rows.items():
        cells = []
        for value, places, winner in zip(row, digits, winners, strict=True):
            text = "n/a" if value is None else "∞" if value == np.inf else f"{value:.{places}f}"
            cells.append(f"**{text}**" if value is not None and value == winner else text)
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _download(results: list[Result]) -> None:
    st.subheader("Take it with you")
    method, format, options = st.columns([2, 2, 3], vertical_alignment="bottom")
    label = method.selectbox("Result", [r.label for r in results], index=len(results) - 1)
    chosen = format.selectbox("Format", list(FORMATS))
    with options:
        strength = st.slider("JPEG quality", 50, 100, 95) if chosen == "JPEG" else 95
        metadata = st.toggle("Keep metadata (EXIF)", value=True)
        location = metadata and st.toggle("also the place where it was taken", value=False)
    result = next(r for r in results if r.label == label)
    picture = replace(result.picture, notices=())
    try:
        content = encode(picture, ENCODERS[chosen], strength, metadata, location)
    except GanlabError as error:
        st.error(str(error))
        return
    st.download_button(
        f"Download {picture.width}×{picture.height} {chosen}, {len(content) / 1e6:.1f} MB",
        content,
        file_name=f"enlarged{FORMATS[chosen]}",
        icon=":material/download:",
    )
