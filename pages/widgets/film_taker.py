"""The training of a run as a film to take home: GIF, WebM or MP4, one click each.

The server draws the frames and makes the GIF. Videos are recorded from the same frames by the
browser, which has the encoders; what it cannot record it says.
"""

import json
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from ganlab.errors import GanlabError
from ganlab.export.film.film import HOLD, SECONDS, film, frame_rate
from ganlab.export.film.frames import frames
from ganlab.export.film.selection import Cut
from ganlab.jobs.folder import RunFolder
from ganlab.jobs.info import RunInfo
from ganlab.jobs.samples import to_png
from pages.widgets.component import LiveComponent
from pages.widgets.lab import hub
from pages.widgets.messages import sentence

_component = LiveComponent("film_taker")
KINDS = ("gif", "webm", "mp4")


@st.fragment
def take_film(info: RunInfo, key: str = "film-taker") -> None:
    """The buttons, for a run that has made a step; nothing for any other."""
    if not info.step:
        return
    order = st.session_state.get(f"{key}.order")
    header: dict[str, Any] = {"file": f"{info.id}-film"}
    arrays: dict[str, NDArray[Any]] = {}
    if order is not None and _component.received(key).get("done") != order["n"]:
        header["order"], arrays = _carried_out(hub().store.open(info.id), order)
    _component.mount(
        key=key,
        header=header,
        arrays=arrays,
        height=32,
        events={"take": lambda: _note(key), "done": lambda: None},
    )


def _note(key: str) -> None:
    """Keep what was ordered until the browser says that it has it."""
    order = _component.received(key).get("take")
    if isinstance(order, str):
        order = json.loads(order)
    if isinstance(order, dict) and order.get("kind") in KINDS and "n" in order:
        st.session_state[f"{key}.order"] = dict(order)


def _carried_out(
    record: RunFolder, order: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """The facts of the film, and its bytes: 'gif', or the frames 'f0', 'f1', … as PNG."""
    cut = Cut(caption=bool(order.get("caption")), dark=bool(order.get("dark")))
    facts = {"n": order["n"]}
    try:
        if order["kind"] == "gif":
            made = film(record, ".gif", cut)
            facts |= {"frames": len(made.steps)}
            return facts, {"gif": np.frombuffer(made.content, np.uint8)}
        steps, pictures = frames(record, cut)
        drawn = {f"f{k}": np.frombuffer(to_png(one), np.uint8) for k, one in enumerate(pictures)}
    except GanlabError as error:
        return facts | {"error": sentence(error)}, {}
    rate = float(frame_rate(len(steps), SECONDS))
    return facts | {"frames": len(steps), "rate": rate, "hold": HOLD}, drawn
