"""Orders carried out while one watches: what is known at once, the rest tile by tile."""

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from PIL import Image
from torch import nn

from ganlab.errors import GanlabError
from ganlab.images.picture import Picture
from ganlab.trained.upscaling import UpscaleRequest, Upscaling
from ganlab.training.threads import use_free_threads
from pages.explore.kept_results import MOST_BYTES, Shelf, bytes_of
from pages.explore.picture_choice import Source
from pages.widgets.messages import sentence, size

FAST_PIXELS = 60_000
"""Input pixels up to which results come without asking."""
FAST_WORK = 160e9
"""Pixels times weights of all networks together, likewise: about a second on two cores."""

Key = tuple[str, UpscaleRequest, tuple[int, ...]]


@dataclass(frozen=True)
class Result:
    """One method's picture, how long it took, and in what pieces."""

    name: str
    """A short one for its samples."""
    label: str
    order: UpscaleRequest
    picture: Picture
    seconds: float
    pieces: str = ""


@dataclass(frozen=True)
class _Made:
    """A result without the label, which a run or an upload may change."""

    picture: Picture
    seconds: float
    pieces: str


@st.cache_data(max_entries=64, max_size=MOST_BYTES, show_spinner=False)
def as_png(name: str, _picture: Picture) -> bytes:
    """The picture of that name for the screen, exact and quickly packed."""
    image = Image.fromarray(_picture.rgb())
    alpha = _picture.eight_bits().alpha
    if alpha is not None:
        image.putalpha(Image.fromarray(alpha))
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def results_of(source: Source, labels: Mapping[UpscaleRequest, str]) -> list[Result]:
    """Every order's picture, computed where it is not known; a slow one waits for a word."""
    shelf: Shelf = st.session_state.setdefault("sr_results", Shelf())
    orders = _together(source.picture, list(labels))
    keys = {order: (source.name, order, _version(order)) for order in orders}
    # Asked for, what is known becomes the newest, and no picture of this comparison is dropped.
    missing = [order for order, key in keys.items() if shelf.get(key) is None]
    works = _begun(source.picture, {order: labels[order] for order in missing})
    slow = is_slow(works)
    if slow and not st.button("Enlarge", type="primary", icon=":material/play_arrow:"):
        pixels = max(work.part.width * work.part.height for work in works.values())
        st.caption(f"{pixels / 1e6:.2g} million pixels take a while; try a region first.")
    elif works:
        _carried_out(works, labels, keys, shelf, slow)
    found = {order: shelf.get(key) for order, key in keys.items()}
    return [
        Result(_name(keys[order]), labels[order], order, made.picture, made.seconds, made.pieces)
        for order, made in found.items()
        if made is not None
    ]


def _together(picture: Picture, orders: list[UpscaleRequest]) -> list[UpscaleRequest]:
    """The orders whose results fit into a session together; the first ones stay away."""
    room, kept = MOST_BYTES, []
    for order in reversed(orders):
        room -= _bytes_needed(picture, order)
        if kept and room < 0:
            break
        kept.insert(0, order)
    if left := len(orders) - len(kept):
        needed = sum(_bytes_needed(picture, order) for order in orders)
        st.warning(
            f"{len(orders)} results of this size take {size(needed)} and a session keeps "
            f"{size(MOST_BYTES)}, so the first {left} are left out: choose a region or fewer "
            "methods.",
            icon=":material/memory:",
        )
    return kept


def _bytes_needed(picture: Picture, order: UpscaleRequest) -> int:
    """Of an order's result."""
    part = order.region or picture
    width, height = order.size or (
        part.width * (order.scale or 4),
        part.height * (order.scale or 4),
    )
    return round(bytes_of(picture) / (picture.width * picture.height) * width * height)


def _name(key: Key) -> str:
    return hashlib.sha1(repr(key).encode(), usedforsecurity=False).hexdigest()[:16]


def _version(order: UpscaleRequest) -> tuple[int, ...]:
    """When the files among its method and partner were written: a run may have trained on."""
    files = [path for path in map(Path, (order.method, order.partner)) if path.suffix]
    return tuple(path.stat().st_mtime_ns for path in files if path.is_file())


def _begun(
    picture: Picture, labels: Mapping[UpscaleRequest, str]
) -> dict[UpscaleRequest, Upscaling]:
    """The orders with their networks; one that cannot be carried out is named and left out."""
    works = {}
    for order, label in labels.items():
        try:
            works[order] = Upscaling(picture, order)
        except GanlabError as error:
            _refuse(label, error)
    return works


def is_slow(works: Mapping[UpscaleRequest, Upscaling]) -> bool:
    """Whether the work is more than should start unasked: many pixels, or a large network."""
    total = 0.0
    for work in works.values():
        pixels = work.part.width * work.part.height
        if isinstance(work.network, nn.Module):
            total += pixels * sum(weights.numel() for weights in work.network.parameters())
            if pixels > FAST_PIXELS:
                return True
    return total > FAST_WORK


def _carried_out(
    works: Mapping[UpscaleRequest, Upscaling],
    labels: Mapping[UpscaleRequest, str],
    keys: Mapping[UpscaleRequest, Key],
    shelf: Shelf,
    slow: bool,
) -> None:
    """Every result goes on the shelf as it comes, so that a cancelled one costs no other."""
    use_free_threads()
    place = st.empty()
    refused: dict[str, GanlabError] = {}
    with place.container():
        bar = st.progress(0.0, "Starting")
        if slow:  # a click reruns the script, which ends this one at the next tile
            st.button("Cancel", icon=":material/stop:")
        for order, work in works.items():
            label, last = labels[order], None
            try:
                for last in work:
                    left = f", {last.seconds_left:.0f} s left" if last.done > 1 else ""
                    bar.progress(
                        last.done / last.total, f"{label}: tile {last.done} of {last.total}{left}"
                    )
            except GanlabError as error:
                refused[label] = error
                continue
            assert work.result is not None
            assert last is not None
            made = _Made(work.result, last.seconds, work.pieces(last.total))
            shelf.put(keys[order], made, bytes_of(work.result))
    place.empty()
    for label, error in refused.items():
        _refuse(label, error)


def _refuse(label: str, error: GanlabError) -> None:
    st.error(f"{label}: {sentence(error)}", icon=":material/error:")
