"""Which picture is enlarged: a built-in photograph or an upload."""

import hashlib
from typing import NamedTuple

import numpy as np
import streamlit as st

from ganlab.data.degradation import embedded_photographs
from ganlab.errors import GanlabError
from ganlab.evaluation.superres import shrunk
from ganlab.images.picture import Picture
from ganlab.images.reading import read
from pages.explore.kept_results import latest
from pages.widgets.messages import sentence

BUILT_IN = {"Cat": 2, "Astronaut": 0, "Coffee": 1, "Palace": 4, "Flower": 5, "Rocket": 3}
OWN = "Your own"
ORIGINAL, SMALL = "A full-quality original", "A small picture"
UPLOADED = ["png", "jpg", "jpeg", "webp", "tif", "tiff", "bmp", "gif"]


class Source(NamedTuple):
    """A picture and a short name for its samples, which every result of it is known by."""

    name: str
    picture: Picture


@st.cache_resource(show_spinner=False)
def built_in(name: str) -> Picture:
    """A photograph that comes with the packages."""
    return Picture(np.asarray(embedded_photographs()[BUILT_IN[name]]))


def choose_picture() -> Source | None:
    """The picture that the viewer wants; None while there is none."""
    choice = st.selectbox("Picture", [*BUILT_IN, OWN], key="sr_picture")
    if choice != OWN:
        return Source(choice, built_in(choice))
    file = st.file_uploader("Upload", type=UPLOADED, key="sr_upload")
    if file is None:
        return None
    try:
        return latest("upload", file.file_id, lambda: _decoded(file.getvalue(), file.name))
    except GanlabError as error:
        st.error(sentence(error), icon=":material/broken_image:")
        return None


def _decoded(content: bytes, name: str) -> Source:
    digest = hashlib.sha1(content, usedforsecurity=False).hexdigest()[:16]
    return Source(digest, read(content, name))


def is_original(key: str = "sr_kind") -> bool:
    """Whether the picture is taken as an original, to be shrunk and measured against."""
    kind = st.radio(
        "What is it?",
        [ORIGINAL, SMALL],
        help="An original is shrunk first, so that every method can be measured against it. "
        "For a small picture no original exists, and no PSNR is invented.",
        key=key,
    )
    return kind == ORIGINAL


def made_small(source: Source, scale: int) -> tuple[Picture, Source]:
    """The original to measure against, and its small copy; PictureError if it is too small."""
    name = f"{source.name}/{scale}"
    hr, lr = latest("small", name, lambda: shrunk(source.picture, scale))
    return hr, Source(name, lr)
