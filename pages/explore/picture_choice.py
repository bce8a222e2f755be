"""Which picture is enlarged: a built-in photograph or an upload."""

import numpy as np
import streamlit as st

from ganlab.errors import GanlabError
from ganlab.superres.degradation import embedded_photographs
from ganlab.superres.pictures import Picture
from ganlab.superres.reading import read

BUILT_IN = {"Cat": 2, "Astronaut": 0, "Coffee": 1, "Palace": 4, "Flower": 5, "Rocket": 3}
OWN = "Your own"
ORIGINAL, SMALL = "A full-quality original", "A small picture"
UPLOADED = ["png", "jpg", "jpeg", "webp", "tif", "tiff", "bmp", "gif"]


@st.cache_resource(show_spinner=False)
def built_in(name: str) -> Picture:
    """A photograph that comes with the packages."""
    return Picture(np.asarray(embedded_photographs()[BUILT_IN[name]]))


def choose_picture() -> Picture | None:
    """The picture that the viewer wants; None while there is none."""
    choice = st.selectbox("Picture", [*BUILT_IN, OWN], key="sr_picture")
    if choice != OWN:
        return built_in(choice)
    file = st.file_uploader("Upload", type=UPLOADED)
    if file is None:
        return None
    try:
        return read(file.getvalue(), file.name)
    except GanlabError as error:
        st.error(str(error), icon=":material/broken_image:")
        return None


def is_original() -> bool:
    """Whether the picture is taken as an original, to be shrunk and measured against."""
    kind = st.radio(
        "What is it?",
        [ORIGINAL, SMALL],
        help="An original is shrunk first, so that every method can be measured against it. "
        "For a small picture no original exists, and no PSNR is invented.",
    )
    return kind == ORIGINAL
