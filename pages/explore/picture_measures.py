"""What each result is worth: a table, the protocol, and figures of where and how it is off."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from ganlab.figures.superres import differences, error_maps, perception_distortion, spectra
from ganlab.superres import judge, quality
from ganlab.superres.benchmark import Score, score_of
from ganlab.superres.methods import shipped
from ganlab.superres.pictures import Picture
from ganlab.superres.upscaling import Order, upscale
from pages.explore.enlarged import FAST, Result, digest_of

STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0)

Values = Sequence[float | None]


def measure(results: list[Result], lr: Picture, hr: Picture | None, scale: int, dark: bool) -> None:
    """The table with figures where there is an original; what can be said where there is none."""
    st.subheader("Measured", anchor=False)
    if hr is None or results[0].picture.colour.shape[:2] != hr.colour.shape[:2]:
        _without_original(results, lr, scale)
        return
    protocol = _protocol()
    scores = {
        result.label: score_of(
            result.label, result.picture, lr, hr, scale, result.seconds, protocol
        )
        for result in results
    }
    heads = [f"PSNR-{protocol.channels} (dB)", f"SSIM-{protocol.channels}", "LR-consistency (dB)"]
    heads += ["Features", "Texture", "Spectrum"]
    rows = {
        label: (s.psnr, s.ssim, s.consistency, s.features, s.texture, s.spectral_gap)
        for label, s in scores.items()
    }
    st.markdown(marked(heads, rows, (2, 4, 2, 4, 3, 3), (max, max, max, min, min, min)))
    st.caption(
        f"{protocol.words}. Features: distance in {judge.FEATURE_NAME}, lower is nearer. "
        "Texture: octaves by which local texture energy is off. Spectrum: decades by which power "
        "above a quarter cycle a pixel is off."
    )
    _figures(results, scores, lr, hr, scale, protocol, dark)


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


def _figures(
    results: list[Result],
    scores: dict[str, Score],
    lr: Picture,
    hr: Picture,
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
    with left:
        if points:
            path = _path(digest_of(lr), lr, hr, scale, protocol) if scale == 4 else []
            named = f"distance in {judge.FEATURE_NAME}"
            st.plotly_chart(perception_distortion(points, path, named, dark, protocol.channels))
    with right:
        pictures = [("Original", hr), *((r.label, r.picture) for r in results)]
        curves = {label: quality.power_spectrum(p.levels()) for label, p in pictures}
        st.plotly_chart(spectra(curves, scale, dark))
    with st.expander("Where and how far each method is off", icon=":material/difference:"):
        signed = {
            r.label: quality.luma(r.picture.levels()) - quality.luma(hr.levels()) for r in results
        }
        step = max(1, max(hr.width, hr.height) // 400)
        maps = {label: np.abs(error)[::step, ::step] for label, error in signed.items()}
        st.plotly_chart(error_maps(maps, dark))
        st.plotly_chart(differences(signed, dark))


@st.cache_data(max_entries=16, show_spinner="Blending the two networks")
def _path(
    digest: str, _lr: Picture, _hr: Picture, scale: int, protocol: quality.Protocol
) -> list[tuple[float, float, float]]:
    """The way from one network to the other: (α, RMS error, feature distance)."""
    if not {"sr-x4-psnr", "sr-x4-gan"} <= set(shipped()) or _lr.width * _lr.height > FAST:
        return []
    found = []
    for strength in STRENGTHS:
        sr = upscale(_lr, Order("sr-x4-gan", scale, strength=strength))
        one = score_of("", sr, _lr, _hr, scale, 0.0, protocol)
        if one.features is None:
            return []
        found.append((strength, 255 * 10 ** (-one.psnr / 20), one.features))
    return found


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
