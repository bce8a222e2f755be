"""Two pictures of one thing, compared closely: wipe, side by side or flicker, zoomed in step."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from pages.widgets.component import LiveComponent
from pages.widgets.delivery import Ledger, unsent
from pages.widgets.live_grid import digest


@dataclass(frozen=True)
class Shown:
    """One picture that can be chosen: its name, its file, and a line about it."""

    label: str
    picture: bytes
    note: str = ""
    identity: str = ""
    """What it stays when its label changes, and what the pair is kept by; by default the label."""


_component = LiveComponent("compare_view")


def compare_view(
    *,
    key: str,
    run: str,
    pictures: Sequence[Shown],
    left: int = 0,
    right: int = -1,
    height: int = 560,
) -> None:
    """Show any two of the pictures, which have one size; choice, zoom and place outlive reruns.

    `run` is the identity: the pair goes back to `left` and `right` when it changes. Each picture
    travels twice and no more; the browser asks for what it lacks.
    """
    ledger: Ledger = st.session_state.setdefault(f"{key}.ledger", Ledger())
    names = [digest(shown.picture) for shown in pictures]
    header = {
        "run": run,
        "pictures": [
            {
                "id": shown.identity or shown.label,
                "label": shown.label,
                "note": shown.note,
                "digest": name,
            }
            for shown, name in zip(pictures, names, strict=True)
        ],
        "left": left % len(pictures),
        "right": right % len(pictures),
        "tall": height,
    }
    files = {name: shown.picture for name, shown in zip(names, pictures, strict=True)}
    sending = unsent(ledger, _component.received(key), run, files)
    _component.mount(
        key=key,
        header=header,
        arrays={name: np.frombuffer(files[name], np.uint8) for name in sending},
        height=height + 90,
    )
