"""A result as a file: format, depth, quality, and what of its metadata."""

from dataclasses import replace

import streamlit as st

from ganlab.errors import GanlabError
from ganlab.superres.writing import encode
from pages.explore.enlarged import Result

FORMATS = {"PNG": ".png", "JPEG": ".jpg", "WebP (lossless)": ".webp", "TIFF": ".tif"}
ENCODERS = {"PNG": "PNG", "JPEG": "JPEG", "WebP (lossless)": "WEBP", "TIFF": "TIFF"}
DEEP = ("PNG", "TIFF")
"""Formats that hold 16 bits."""


def offer_download(results: list[Result]) -> None:
    """One result in the format that is wanted."""
    st.subheader("Take it with you", anchor=False)
    method, format, options = st.columns([2, 2, 3], vertical_alignment="bottom")
    label = method.selectbox("Result", [r.label for r in results], index=len(results) - 1)
    chosen = format.selectbox("Format", list(FORMATS))
    picture = next(r for r in results if r.label == label).picture
    with options, st.container(horizontal=True, vertical_alignment="bottom"):
        quality = st.slider("JPEG quality", 50, 100, 95) if chosen == "JPEG" else 95
        if picture.bits == 16 and chosen in DEEP and not st.toggle("16 bits", value=True):
            picture = picture.eight_bits()
        metadata = bool(picture.exif) and st.toggle("Keep metadata (EXIF)", value=True)
        location = metadata and st.toggle("also the place where it was taken", value=False)
    try:
        content = encode(
            replace(picture, notices=()), ENCODERS[chosen], quality, metadata, location
        )
    except GanlabError as error:
        st.error(str(error))
        return
    st.download_button(
        f"Download {picture.width}×{picture.height} {chosen}, {len(content) / 1e6:.1f} MB",
        content,
        file_name=f"enlarged{FORMATS[chosen]}",
        on_click="ignore",
        icon=":material/download:",
    )
