"""A live component: a Streamlit v2 component whose code travels to the browser once.

Streamlit sends a component's JavaScript with every message, twice a second to everyone who watches.
So the registered script is a small loader; the code itself comes inside the first messages, and is
left out as soon as the browser has said that it holds it. A page that is not polled never reruns
for this: the loader answers only when the same code comes a second time, in a message that differs.
"""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st
from numpy.typing import NDArray
from streamlit.components.v2 import component
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.widgets.payload import pack

HERE = Path(__file__).parent
LOADER = (HERE / "loader.js").read_text(encoding="utf-8")


def nothing() -> None:
    """A callback that only tells Streamlit that a value of this name may come."""


def _polled() -> bool:
    """Whether this is a rerun of a fragment, as every poll is, and not of the whole page."""
    context = get_script_run_ctx(suppress_warning=True)
    return context is not None and bool(context.fragment_ids_this_run)


class LiveComponent:
    """One kind of live component; make it once, at the import of its module.

    Its script exports `mount(root)`, which returns an object with `update(message, port)` and
    `destroy()`. `message` is the header with its arrays; `port.state(name, value)` and
    `port.trigger(name, value)` tell Python what the viewer does, and `port.answer(name, value)`
    what the component has to say by itself: a little later, and not while the page is being left.
    """

    def __init__(self, name: str, *, scripts: tuple[str, ...], style: str) -> None:
        css = (HERE / style).read_text(encoding="utf-8")
        pieces = [(HERE / script).read_text(encoding="utf-8") for script in scripts]
        pieces.append(f"export const style = {json.dumps(css)};\n")
        self.name = name
        self.source = "\n".join(pieces)
        self.code = hashlib.sha256(self.source.encode()).hexdigest()[:12]
        self._mount = component(f"ganlab_{name}", js=LOADER)

    def told(self, key: str) -> Mapping[str, Any]:
        """What the browser has said through `port.state` about the instance of that key."""
        state = st.session_state.get(key)
        return state if isinstance(state, Mapping) else {}

    def mount(
        self,
        *,
        key: str,
        header: Mapping[str, Any],
        arrays: Mapping[str, NDArray[Any]],
        height: int,
        events: Mapping[str, Callable[[], None]] | None = None,
    ) -> Mapping[str, Any]:
        """Show the component, at least `height` pixels high, and return what it has said."""
        envelope = {**header, "name": self.name, "code": self.code, "height": height}
        if self.told(key).get("code") != self.code:
            # The browser is not shown a message that equals its last one, and so could not answer.
            moment = time.monotonic() if _polled() else 0.0
            envelope |= {"source": self.source, "moment": moment}
        heard = {"code": nothing, "ask": nothing, **(events or {})}
        callbacks: dict[str, Any] = {f"on_{name}_change": act for name, act in heard.items()}
        return self._mount(key=key, data=pack(envelope, arrays), **callbacks)
