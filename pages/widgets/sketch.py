"""A board to draw on with mouse or finger."""

import base64
import binascii

import numpy as np
from numpy.typing import NDArray

from pages.widgets.component import LiveComponent, nothing

SIDE = 112
_component = LiveComponent("sketch")


def sketch(*, key: str, height: int = 350) -> NDArray[np.uint8] | None:
    """What is drawn, (SIDE, SIDE) uint8, bright on black; None while the board is empty."""
    result = _component.mount(
        key=key, header={}, arrays={}, height=height, events={"drawing": nothing}
    )
    return decode(result.get("drawing"))


def decode(text: object) -> NDArray[np.uint8] | None:
    """The drawing in what the browser said; None for nothing, or for what is no drawing."""
    if not isinstance(text, str) or not text or len(text) > 4 * SIDE**2:
        return None
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(content) != SIDE**2:
        return None
    return np.frombuffer(content, np.uint8).reshape(SIDE, SIDE)
