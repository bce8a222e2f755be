"""Orders carried out while one watches: what is known at once, the rest tile by tile."""

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st
from PIL import Image

from ganlab.errors import GanlabError
from ganlab.superres.cores import use_free_cores
from ganlab.superres.pictures import Picture
from ganlab.superres.upscaling import KERNELS, Order, Upscaling
from pages.explore.superres_methods import label_of

FAST = 60_000
"""Input pixels up to which results come without asking: about a second for all methods."""
KEPT = 24

Key = tuple[str, Order, int]


@dataclass(frozen=True)
class Result:
    """One method's picture, how long it took, and in what pieces."""

    label: str
    picture: Picture
    seconds: float
    pieces: str = ""


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
    mark = hashlib.sha1(usedforsecurity=False)
    for samples in (picture.colour, picture.alpha):
        if samples is not None:
            mark.update(np.ascontiguousarray(samples).tobytes() + str(samples.shape).encode())
    return mark.hexdigest()[:16]


def results_of(picture: Picture, orders: list[Order]) -> list[Result]:
    """Every order's picture, computed where it is not known; a slow one waits for a word."""
    known: dict[Key, Result] = st.session_state.setdefault("sr_results", {})
    name = digest_of(picture)
    keys = {order: (name, order, _version(order)) for order in orders}
    missing = [order for order, key in keys.items() if key not in known]
    part = orders[0].region if orders else None
    pixels = part.width * part.height if part else picture.width * picture.height
    slow = pixels > FAST and any(order.method not in KERNELS for order in missing)
    if slow and not st.button("Enlarge", type="primary", icon=":material/play_arrow:"):
        st.caption(f"{pixels / 1e6:.1f} million pixels take a while; try a region first.")
        missing = []
    if missing:
        for order, result in _computed(picture, missing, slow).items():
            known[keys[order]] = result
    while len(known) > KEPT:
        known.pop(next(iter(known)))
    return [known[key] for key in keys.values() if key in known]


def _version(order: Order) -> int:
    """When the file of a method that is one was written: a run may have trained on."""
    path = Path(order.method)
    return path.stat().st_mtime_ns if path.suffix and path.is_file() else 0


def _computed(picture: Picture, orders: list[Order], slow: bool) -> dict[Order, Result]:
    use_free_cores()
    place, refusals = st.empty(), []
    done: dict[Order, Result] = {}
    with place.container():
        bar = st.progress(0.0, "Starting")
        if slow:  # a click reruns the script, which ends this one at the next tile
            st.button("Cancel", icon=":material/stop:")
        for order in orders:
            label = label_of(order.method, order.strength)
            try:
                work = Upscaling(picture, order)
                last = None
                for last in work:
                    left = f", {last.seconds_left:.0f} s left" if last.done > 1 else ""
                    bar.progress(
                        last.done / last.total, f"{label}: tile {last.done} of {last.total}{left}"
                    )
            except GanlabError as error:
                refusals.append(f"{label}: {error}")
                continue
            assert work.result is not None
            assert last is not None
            done[order] = Result(label, work.result, last.seconds, work.pieces(last.total))
    place.empty()
    for refusal in refusals:
        st.error(refusal, icon=":material/error:")
    return done
