"""A grid of small pictures for fixed z that changes in place, with a history to scrub through.

Each picture is one sprite: all tiles of a snapshot in one PNG or WebP, row by row without borders.
Sprites travel once, so that polling costs nothing while no new snapshot has come.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from ganlab.errors import PictureError
from pages.widgets.component import LiveComponent, nothing
from pages.widgets.delivery import Ledger, unsent

MAGIC = (b"\x89PNG", b"RIFF", b"\xff\xd8\xff")


@dataclass(frozen=True)
class Frame:
    """One snapshot of the history: its step and its sprite."""

    step: int
    picture: bytes


def digest(picture: bytes) -> str:
    """A short name for a sprite's bytes, equal for equal sprites."""
    if not picture.startswith(MAGIC):
        raise PictureError("a grid's sprite must be the bytes of a PNG, WebP or JPEG file")
    return hashlib.sha1(picture, usedforsecurity=False).hexdigest()[:16]


_component = LiveComponent("live_grid")


def live_grid(
    *,
    key: str,
    run: str,
    picture: bytes | None,
    step: int,
    rows: int,
    cols: int,
    title: str = "",
    caption: str = "",
    real: bytes | None = None,
    frames: Sequence[Frame] = (),
    labels: Sequence[str] = (),
    fade: int = 250,
    max_width: int = 560,
    on_pick: Callable[[], None] | None = None,
    empty: str = "The first pictures come with the first snapshot",
) -> int | None:
    """Show the newest snapshot; call it in a fragment with one key, as often as it may change.

    run       identity: the grid is cleared when it changes.
    picture   sprite of rows x cols equal tiles, None while there is none; `step` is its step,
              or -1 for pictures that belong to no training.
    real      a sprite of real pictures of the same shape, which the viewer can switch to.
    frames    the history in ascending steps, for the slider below the grid; `picture` ends it.
    labels    one for each tile, shown when it is enlarged.
    fade      milliseconds of the cross-fade between two snapshots; 0 for none.
    on_pick   called when the viewer chooses a tile by click or Enter. Returned is the index of the
              tile chosen in this run of the script, else None.
    """
    ledger: Ledger = st.session_state.setdefault(f"{key}.ledger", Ledger())
    history = [(frame.step, digest(frame.picture), frame.picture) for frame in frames]
    if picture is not None and (not history or history[-1][0] < step):
        history.append((step, digest(picture), picture))
    pictures = {name: sprite for _, name, sprite in history}
    if real is not None:
        pictures[digest(real)] = real
    sending = unsent(ledger, _component.received(key), run, pictures)
    header = {
        "run": run,
        "rows": rows,
        "cols": cols,
        "title": title,
        "caption": caption,
        "frames": [[at, name] for at, name, _ in history],
        "scrub": bool(frames),
        "real": None if real is None else digest(real),
        "labels": list(labels),
        "fade": fade,
        "max_width": max_width,
        "pick": on_pick is not None,
        "empty": empty,
    }
    result = _component.mount(
        key=key,
        header=header,
        arrays={name: np.frombuffer(pictures[name], np.uint8) for name in sending},
        height=min(max_width, 560) * rows // max(cols, 1) + 60,
        events={"pick": on_pick or nothing},
    )
    chosen = result.get("pick")
    return int(chosen) if isinstance(chosen, (int, float)) else None
