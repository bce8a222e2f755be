"""What each result is worth: a table, the protocol, and figures of where and how it is off."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from numpy.typing import NDArray

from ganlab.evaluation import superres_distances
from ganlab.evaluation.superres import Score, score_of
from ganlab.figures.superres import differences, error_maps, perception_distortion, spectra
from ganlab.images import quality
from ganlab.images.methods import shipped
from ganlab.images.picture import Picture
from ganlab.trained.upscaling import UpscaleRequest, upscale
from pages.explore.enlarged import FAST_PIXELS, Result
from pages.widgets.lab import plainly

STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0)
MAP_SIDE = 400
"""Pixels that a side of an error map may have."""

Values = Sequence[float | None]


def measure(
    results: list[Result],
    lr: Picture,
    hr: Picture | None,
    name: str,
    scale: int,
    dark: bool,
) -> None:
    """The table with figures where there is an original; what can be said where there is none.

    `name` stands for the samples of lr and hr. What was measured once is not measured again.
    """
    st.subheader("Measured", anchor=False)
    if hr is None or results[0].picture.colour.shape[:2] != hr.colour.shape[:2]:
        _without_original(results, lr, scale)
        return
    protocol = _protocol()
    scores = {}
    for result in results:
        # Whatever the viewer does ends the script between two methods; what is done stays known.
        with st.spinner(f"Measuring {result.label}"):
            scores[result.label] = _score(result.name, scale, protocol, result.picture, lr, hr)
    heads = [f"PSNR-{protocol.channels} (dB)", f"SSIM-{protocol.channels}", "LR-consistency (dB)"]
    heads += ["Features", "Texture", "Spectrum"]
    rows = {
        label: (s.psnr, s.ssim, s.consistency, s.features, s.texture, s.spectral_gap)
        for label, s in scores.items()
    }
    st.markdown(marked(heads, rows, (2, 4, 2, 4, 3, 3), (max, max, max, min, min, min)))
    tall, wide = superres_distances.judged_size(hr.height, hr.width)
    part = ""
    if (tall, wide) != (hr.height, hr.width):
        part = f"Features and texture are taken on the central {wide}×{tall} pixels. "
    st.caption(
        f"{protocol.words}. "
        f"Features: distance in {superres_distances.FEATURE_NAME}, lower is nearer. "
        "Texture: octaves by which local texture energy is off. Spectrum: decades by which power "
        f"above a quarter cycle a pixel is off. {part}"
    )
    _figures(results, scores, lr, hr, name, scale, protocol, dark)


@st.cache_data(max_entries=256, show_spinner=False)
def _score(
    name: str, scale: int, protocol: quality.Protocol, _sr: Picture, _lr: Picture, _hr: Picture
) -> Score:
    """Of the result of that name, which says its input and its original too."""
    return score_of("", _sr, _lr, _hr, scale, 0.0, protocol)


def _protocol() -> quality.Protocol:
    with st.popover("Protocol", icon=":material/straighten:"):
        channels = st.segmented_control(
            "PSNR and SSIM on", ["Y", "RGB"], default="Y", required=True, key="sr_channels"
        )
        cut = st.toggle("Leave out the border", value=True, help="As wide as the scale.")
        st.caption("Values of different protocols cannot be compared. Papers have Y, without it.")
    return quality.Protocol("RGB" if channels == "RGB" else "Y", cut)


def _without_original(results: list[Result], lr: Picture, scale: int) -> None:
    rows: dict[str, Values] = {}
    for result in results:
        with st.spinner(f"Measuring {result.label}"):
            rows[result.label] = _alone(result.name, scale, result.picture, lr)
    st.markdown(marked(["LR-consistency (dB)", "Sharpness"], rows, (2, 2), (max, None)))
    st.caption(
        "No original of this exists here, so there is no PSNR: LR-consistency asks whether "
        "the result, shrunk again, is the input; sharpness is the mean gradient in grey levels."
    )


@st.cache_data(max_entries=256, show_spinner=False)
def _alone(name: str, scale: int, _sr: Picture, _lr: Picture) -> tuple[float | None, float]:
    """LR-consistency, where the size is a whole multiple, and sharpness."""
    same = (_sr.width, _sr.height) == (_lr.width * scale, _lr.height * scale)
    again = quality.consistency(_sr.levels(), _lr.levels(), scale) if same else None
    return again, quality.sharpness(_sr.levels())


def _figures(
    results: list[Result],
    scores: dict[str, Score],
    lr: Picture,
    hr: Picture,
    name: str,
    scale: int,
    protocol: quality.Protocol,
    dark: bool,
) -> None:
    left, right = st.columns(2)
    points = {
        label: (255 * 10 ** (-s.psnr / 20), s.features)
        for label, s in scores.items()
        if s.features is not None
    }
    with right:
        pictures = [("Original", name, hr), *((r.label, r.name, r.picture) for r in results)]
        curves = {label: _spectrum(its_name, one) for label, its_name, one in pictures}
        st.plotly_chart(spectra(curves, scale, dark))
    with st.expander("Where and how far each method is off", icon=":material/difference:"):
        known_by = tuple((result.label, result.name) for result in results)
        maps, histogram = _errors(known_by, dark, results, hr)
        st.plotly_chart(maps)
        st.plotly_chart(histogram)
    with left, plainly():  # last, since the path takes longest
        if points:
            path = list(_path(name, lr, hr, scale, protocol)) if scale == 4 else []
            named = f"distance in {superres_distances.FEATURE_NAME}"
            st.plotly_chart(perception_distortion(points, path, named, dark, protocol.channels))


@st.cache_data(max_entries=256, show_spinner=False)
def _spectrum(name: str, _picture: Picture) -> NDArray[np.float64]:
    return quality.power_spectrum(_picture.levels())


@st.cache_data(max_entries=8, show_spinner=False)
def _errors(
    known_by: tuple[tuple[str, str], ...], dark: bool, _results: list[Result], _hr: Picture
) -> tuple[go.Figure, go.Figure]:
    """Maps of where luma is off, and how often it is off by how much."""
    reference = quality.luma(_hr.levels())
    step = max(1, max(_hr.width, _hr.height) // MAP_SIDE)
    maps, signed = {}, {}
    for result in _results:
        error = quality.luma(result.picture.levels()) - reference
        maps[result.label] = np.abs(error)[::step, ::step]
        signed[result.label] = np.clip(np.rint(error), -60, 60).astype(np.int8)
    return error_maps(maps, dark), differences(signed, dark)


def _path(
    name: str, lr: Picture, hr: Picture, scale: int, protocol: quality.Protocol
) -> Iterator[tuple[float, float, float]]:
    """The way from one network to the other: (α, RMS error, feature distance)."""
    if not {"sr-x4-psnr", "sr-x4-gan"} <= set(shipped()) or lr.width * lr.height > FAST_PIXELS:
        return
    for strength in STRENGTHS:
        with st.spinner("Blending the two networks"):
            one = _blended(name, strength, scale, protocol, lr, hr)
        if one.features is not None:
            yield strength, 255 * 10 ** (-one.psnr / 20), one.features


@st.cache_data(max_entries=64, show_spinner=False)
def _blended(
    name: str,
    strength: float,
    scale: int,
    protocol: quality.Protocol,
    _lr: Picture,
    _hr: Picture,
) -> Score:
    sr = upscale(_lr, UpscaleRequest("sr-x4-gan", scale, strength=strength))
    return score_of("", sr, _lr, _hr, scale, 0.0, protocol)


def marked(
    heads: Sequence[str],
    rows: Mapping[str, Values],
    digits: Sequence[int],
    best: Sequence[Callable[[Any], float] | None],
) -> str:
    """A table in Markdown with the best value of each column in bold."""
    lines = ["| Method | " + " | ".join(heads) + " |", "|---|" + "---:|" * len(heads)]
    winners = []
    for column, choose in enumerate(best):
        values = [value for row in rows.values() if (value := row[column]) is not None]
        winners.append(choose(values) if choose and values else None)
    for label, row in rows.items():
        cells = []
        for value, places, winner in zip(row, digits, winners, strict=True):
            text = "n/a" if value is None else "∞" if value == np.inf else f"{value:.{places}f}"
            cells.append(f"**{text}**" if value is not None and value == winner else text)
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    return "\n".join(lines)
