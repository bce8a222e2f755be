"""A result as a file: format, depth, quality, and what of its metadata."""

from dataclasses import replace
from typing import NamedTuple

import streamlit as st

from ganlab.errors import GanlabError
from ganlab.images.picture import Picture
from ganlab.images.writing import encode
from pages.explore.enlarged import Result
from pages.explore.kept_results import MOST_BYTES
from pages.widgets.messages import sentence, size

FORMATS = {"PNG": ".png", "JPEG": ".jpg", "WebP (lossless)": ".webp", "TIFF": ".tif"}
ENCODERS = {"PNG": "PNG", "JPEG": "JPEG", "WebP (lossless)": "WEBP", "TIFF": "TIFF"}
DEEP = ("PNG", "TIFF")
"""Formats that hold 16 bits."""


class File(NamedTuple):
    """How a result is written."""

    format: str
    quality: int = 95
    metadata: bool = True
    location: bool = False

    @property
    def encoder(self) -> str:
        """The format's name in Pillow."""
        return ENCODERS[self.format]


def choose_file(has_metadata: bool, key: str) -> File:
    """The format, the quality where it has one, and which metadata go along."""
    format, options = st.columns([2, 3], vertical_alignment="bottom")
    chosen = format.selectbox("Format", list(FORMATS), key=f"{key}.format")
    with options, st.container(horizontal=True, vertical_alignment="bottom"):
        quality = 95
        if chosen == "JPEG":
            quality = st.slider("JPEG quality", 50, 100, 95, key=f"{key}.quality")
        metadata = has_metadata and st.toggle(
            "Keep metadata (EXIF)", value=True, key=f"{key}.metadata"
        )
        location = metadata and st.toggle(
            "also the place where it was taken", value=False, key=f"{key}.location"
        )
    return File(chosen, quality, metadata, location)


def losses(format: str, grey: bool, deep: bool, transparent: bool) -> str:
    """What a format cannot hold of such a picture, in one sentence; nothing if it holds all."""
    lost = []
    if format == "WebP (lossless)" and grey:
        lost.append("grey becomes equal red, green and blue")
    if format not in DEEP and deep:
        lost.append("16 bits a sample become 8")
    if format == "JPEG" and transparent:
        lost.append("transparency becomes white")
    if not lost:
        return ""
    return f"In {format.removesuffix(' (lossless)')} {' and '.join(lost)}; PNG and TIFF keep it."


def offer_download(results: list[Result]) -> None:
    """One result in the chosen format."""
    st.subheader("Take it with you", anchor=False)
    method, choices = st.columns([2, 5], vertical_alignment="bottom")
    label = method.selectbox("Result", [r.label for r in results], index=len(results) - 1)
    result = next(r for r in results if r.label == label)
    picture = result.picture
    with choices:
        file = choose_file(bool(picture.exif), "sr_file")
        deep = picture.bits == 16
        if deep and file.format in DEEP:
            deep = st.toggle("16 bits", value=True)
    if said := losses(file.format, picture.grey, picture.bits == 16, picture.alpha is not None):
        st.caption(f":material/info: {said}")
    try:
        content = _encoded(result.name, file, deep, picture)
    except GanlabError as error:
        st.error(sentence(error), icon=":material/error:")
        return
    st.download_button(
        f"Download {picture.width}×{picture.height} {file.format}, {size(len(content))}",
        content,
        file_name=f"enlarged{FORMATS[file.format]}",
        on_click="ignore",
        icon=":material/download:",
    )


@st.cache_data(max_entries=16, max_size=MOST_BYTES, show_spinner="Writing the file")
def _encoded(name: str, file: File, deep: bool, _picture: Picture) -> bytes:
    """The result of that name as a file's bytes."""
    picture = _picture if deep else _picture.eight_bits()
    return encode(
        replace(picture, notices=()), file.encoder, file.quality, file.metadata, file.location
    )
