"""Draw a digit; find the z that gives it back; see what G cannot reproduce."""

import hashlib
import io

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError
from streamlit.runtime.uploaded_file_manager import UploadedFile

from ganlab.errors import GanlabError, PictureError
from ganlab.evaluation.classifier import load_classifier, readable
from ganlab.formatting import percent
from ganlab.latent.interpolation import usual_norms
from ganlab.latent.inversion import Inversion, as_written, invert
from ganlab.trained.generator import Generator
from pages.explore.walk_anchors import Start, set_out
from pages.widgets.messages import sentence
from pages.widgets.sketch import sketch

LARGEST = 5 * 2**20
SCALE = 7
FOUND, GIVEN_UP = "inversion-found", "inversion-given-up"


def panel(generator: Generator) -> None:
    """The board, the reconstruction, the error."""
    if generator.makes_points:
        st.info("There is a picture to be given back: choose a model that makes some.")
        return
    left, right = st.columns([1, 2], gap="medium")
    with left:
        drawing = sketch(key="board")
        upload = st.file_uploader(
            "or a picture of one digit",
            type=["png", "jpg"],
            key="picture",
            max_upload_size=LARGEST >> 20,
        )
    with right:
        try:
            target = _target(generator, drawing, upload)
            if target is None:
                st.info("Draw a digit on the black board; a second later G tries to draw it too.")
                return
            found = _found(generator, target)
        except GanlabError as error:
            st.error(sentence(error), icon=":material/error:")
            return
        if found is not None:
            _show(generator, target, found)


def _target(
    generator: Generator, drawing: NDArray[np.uint8] | None, upload: UploadedFile | None
) -> NDArray[np.uint8] | None:
    """What G is asked to give back, in the shape that it makes; None while there is nothing."""
    shape = generator.sample(1).shape[1:]
    if generator.config.data.name in readable():
        drawing = drawing if upload is None else read(upload.getvalue())
        return None if drawing is None else as_written(drawing, shape[-1])
    if upload is not None:
        return read_whole(upload.getvalue(), shape)
    return None if drawing is None else as_shape(drawing, shape)


def _found(generator: Generator, target: NDArray[np.uint8]) -> Inversion | None:
    """The z of a picture, looked for once; None if the search was cancelled."""
    mark = mark_of(generator, target)
    kept: tuple[str, Inversion] | None = st.session_state.get(FOUND)
    if kept is not None and kept[0] == mark:
        return kept[1]
    if st.session_state.get(GIVEN_UP) == mark:
        st.caption("Cancelled. Draw on, or look again.")
        if not st.button("Look again", icon=":material/replay:"):
            return None
        st.session_state.pop(GIVEN_UP)
    place = st.empty()
    with place.container(horizontal=True, vertical_alignment="center"):
        starts = "four starts" + (" in every class" if generator.classes else "")
        bar = st.progress(0.0, f"Looking for z: {starts}.")
        # A click ends this run of the script at its next sign of progress, and remembers why.
        st.button("Cancel", icon=":material/close:", on_click=_give_up, args=(mark,))
    found = invert(generator, target, report=lambda share: bar.progress(share))
    place.empty()
    st.session_state[FOUND] = (mark, found)
    return found


def mark_of(generator: Generator, target: NDArray[np.uint8]) -> str:
    """Names a search: this model for this picture."""
    digest = hashlib.sha1(target.tobytes(), usedforsecurity=False).hexdigest()
    return f"{generator.mark} {digest}"


def _give_up(mark: str) -> None:
    st.session_state[GIVEN_UP] = mark


def read(content: bytes) -> NDArray[np.uint8]:
    """An uploaded picture as a drawing, bright on black; raises PictureError if it is none."""
    grey = _opened(content, "L")
    grey.thumbnail((256, 256))
    array = np.asarray(grey)
    border = np.concatenate([array[0], array[-1], array[:, 0], array[:, -1]])
    return 255 - array if np.median(border) > 127 else array.copy()  # ink on paper is turned over


def read_whole(content: bytes, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """An uploaded picture in G's shape (C, H, W), its middle square; PictureError if it is none."""
    picture = _opened(content, "L" if shape[0] == 1 else "RGB")
    return as_shape(np.asarray(ImageOps.fit(picture, (shape[2], shape[1]))), shape)


def as_shape(array: NDArray[np.uint8], shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """A picture (H, W) or (H, W, 3) in G's shape (C, H, W)."""
    size = (shape[2], shape[1])
    fitted = np.asarray(Image.fromarray(array).resize(size, Image.Resampling.BOX))
    channels = fitted[None] if fitted.ndim == 2 else fitted.transpose(2, 0, 1)
    return np.ascontiguousarray(np.broadcast_to(channels, shape))


def _opened(content: bytes, mode: str) -> Image.Image:
    if len(content) > LARGEST:
        raise PictureError(f"a picture may have 5 MB, got {len(content) / 2**20:.0f} MB")
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if picture.width * picture.height > 16_000_000:
                raise PictureError("a picture may have 16 megapixels: make it smaller first")
            return picture.convert(mode)
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise PictureError("this file is no picture that can be read") from error


def _show(generator: Generator, target: NDArray[np.uint8], found: Inversion) -> None:
    off = np.abs(target.astype(int) - found.picture).astype(np.uint8)
    shown = {"As G is asked": target, "What G makes of it": found.picture, "Where they differ": off}
    for place, (title, picture) in zip(st.columns(3), shown.items(), strict=True):
        large = np.kron(picture.transpose(1, 2, 0), np.ones((SCALE, SCALE, 1), np.uint8))
        place.image(large, caption=title)
    classifier = load_classifier()
    if found.picture.shape == classifier.shape:
        shares = classifier.read(torch.from_numpy(found.picture)[None]).logits.softmax(1)[0]
        sure, read_as = float(shares.max()), int(shares.argmax())
        st.markdown(
            f"The classifier reads G's picture as **{read_as}** ({percent(sure)})"
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
            delta=f"{usual_norms(generator.z(10_000, 1))[1]:.1f} is usual",
            delta_color="off",
            delta_arrow="off",
            border=True,
        )
    st.button(
        "Walk from it",
        icon=":material/timeline:",
        on_click=set_out,
        args=(Start(generator.mark, found.z, found.label),),
        help="Opens Walk with this z as its first anchor.",
    )
    if found.by_class:
        ranked = sorted(found.by_class.items(), key=lambda pair: pair[1])
        words = ", ".join(f"{c}: {error:.4f}" for c, error in ranked[:4])
        st.caption(f"Smallest difference by class: {words}.")
