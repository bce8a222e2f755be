"""A live component: a Streamlit v2 component whose code travels to the browser once.

Streamlit sends a component's JavaScript with every message, twice a second to everyone who watches.
So the registered script is a small loader; the code itself comes inside the first messages, and is
left out as soon as the browser has said that it holds it. A page that is not polled never reruns
for this: the loader answers only when the same code comes a second time, in a message that differs.
"""

import hashlib
import json
import re
import time
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st
from numpy.typing import NDArray
from streamlit.components.v2 import component
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ganlab.paths import STATIC
from pages.widgets.payload import pack

IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+\.js)";\n+', re.MULTILINE)
COMMENT = re.compile(r"^ */\*\*(?:(?!\*/).)*\*/\n", re.MULTILINE | re.DOTALL)
EXPORT = re.compile(r"^export (?=async |class |const |function )", re.MULTILINE)


def script(name: str) -> str:
    """An ES module of `pages/static/` as one script with all that it imports, each module once.

    Streamlit takes a component's code as one text, so modules are put one after the other, those
    that are imported first, without types and import lines and with no export but a default one.
    So all names at the top level of a component's modules must differ.
    """
    pieces: dict[str, str] = {}

    def add(module: str) -> None:
        if module in pieces:
            return
        text = (STATIC / module).read_text(encoding="utf-8")
        for other in IMPORT.findall(text):
            add(other)
        pieces[module] = EXPORT.sub("", COMMENT.sub("", IMPORT.sub("", text)))

    add(name)
    return "\n".join(pieces.values())


def nothing() -> None:
    """A callback that only tells Streamlit that a value of this name may come."""


def _polled() -> bool:
    """Whether this is a rerun of a fragment, as every poll is, and not of the whole page."""
    context = get_script_run_ctx(suppress_warning=True)
    return context is not None and bool(context.fragment_ids_this_run)


class LiveComponent:
    """One kind of live component; make it once, at the import of its module.

    Its module, NAME.js in `pages/static/`, exports `mount(root)`, which returns an object with
    `update(message, port)` and `destroy()`. `message` is the header with its arrays;
    `port.state(name, value)` and `port.trigger(name, value)` tell Python what the viewer does, and
    `port.answer(name, value)` what the component has to say by itself: a little later, and not
    while the page is being left. Its style is the file of its name, or `style`.
    """

    def __init__(self, name: str, *, style: str = "") -> None:
        css = (STATIC / (style or f"{name}.css")).read_text(encoding="utf-8")
        exports = f"export {{ mount }};\nexport const style = {json.dumps(css)};\n"
        self.name = name
        self.source = script(f"{name}.js") + exports
        self.code = hashlib.sha256(self.source.encode()).hexdigest()[:12]
        self._mount = component(f"ganlab_{name}", js=script("loader.js"))

    def received(self, key: str) -> Mapping[str, Any]:
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
        if self.received(key).get("code") != self.code:
            # The browser is not shown a message that equals its last one, and so could not answer.
            moment = time.monotonic() if _polled() else 0.0
            envelope |= {"source": self.source, "moment": moment}
        heard = {"code": nothing, "ask": nothing, **(events or {})}
        callbacks: dict[str, Any] = {f"on_{name}_change": act for name, act in heard.items()}
        return self._mount(key=key, data=pack(envelope, arrays), **callbacks)
