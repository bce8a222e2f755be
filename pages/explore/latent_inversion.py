"""Draw a digit; find the z that gives it back; see what G cannot reproduce."""

import io

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from ganlab.errors import GanlabError, PictureError
from ganlab.generator import Generator
from ganlab.inversion import Inversion, as_written, invert
from ganlab.judge.classifier import load_judge
from ganlab.latent import usual_norm
from pages.widgets.sketch import sketch

LARGEST = 5 * 2**20
SCALE = 7


def panel(generator: Generator) -> None:
    """The board, the reconstruction, the error."""
    left, right = st.columns([1, 2], gap="medium")
    with left:
        drawing = sketch(key="board")
        upload = st.file_uploader("or a picture of one digit", type=["png", "jpg"], key="picture")
    with right:
        try:
            if upload is not None:
                drawing = read(upload.getvalue())
            if drawing is None:
                st.info("Draw a digit on the black board; a second later G tries to draw it too.")
                return
            wanted = as_written(drawing)
            bar = st.progress(0.0, "Looking for z: four starts in every class.")
            found = invert(generator, wanted, report=lambda share: bar.progress(share))
            bar.empty()
        except GanlabError as error:
            st.error(str(error), icon=":material/error:")
            return
        _show(wanted, found)


def read(content: bytes) -> NDArray[np.uint8]:
    """An uploaded picture as a drawing, bright on black; raises PictureError if it is none."""
    if len(content) > LARGEST:
        raise PictureError(f"a picture may have 5 MB, got {len(content) / 2**20:.0f} MB")
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if picture.width * picture.height > 16_000_000:
                raise PictureError("a picture may have 16 megapixels: make it smaller first")
            grey = picture.convert("L")
            grey.thumbnail((256, 256))
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise PictureError("this file is no picture that can be read") from error
    array = np.asarray(grey)
    border = np.concatenate([array[0], array[-1], array[:, 0], array[:, -1]])
    return 255 - array if np.median(border) > 127 else array.copy()  # ink on paper is turned over


def _show(wanted: NDArray[np.uint8], found: Inversion) -> None:
    off = np.abs(wanted.astype(int) - found.picture).astype(np.uint8)
    with st.container(horizontal=True):
        for title, picture in (
            ("As MNIST holds it", wanted),
            ("What G makes of it", found.picture),
            ("Where they differ", off),
        ):
            st.image(np.kron(picture[0], np.ones((SCALE, SCALE), np.uint8)), caption=title)
    shares = load_judge().read(torch.from_numpy(found.picture)[None]).logits.softmax(1)[0]
    sure, read_as = float(shares.max()), int(shares.argmax())
    st.markdown(
        f"The classifier reads G's picture as **{read_as}** ({sure:.0%})"
        + (f"; it was found in class **{found.label}**." if found.label is not None else ".")
    )
    with st.container(horizontal=True):
        st.metric(
            "Anomaly score",
            f"{found.error:.4f}",
            border=True,
            help="Mean squared difference; what G has never seen it cannot give back.",
        )
        st.metric(
            "|z|",
            f"{float(found.z.norm()):.1f}",
            delta=f"{usual_norm(found.z.shape[1]):.1f} is usual",
            delta_color="off",
            delta_arrow="off",
            border=True,
        )
    if found.by_class:
        ranked = sorted(found.by_class.items(), key=lambda pair: pair[1])
        words = ", ".join(f"{c}: {error:.4f}" for c, error in ranked[:4])
        st.caption(f"Smallest difference by class: {words}.")
