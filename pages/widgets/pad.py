"""A plane of pictures to drag on; the browser blends its atlas, and no drag asks the server."""

import hashlib
from typing import Any, NamedTuple

from numpy.typing import NDArray

from ganlab.errors import PictureError
from pages.widgets.component import LiveComponent

_component = LiveComponent("pad")


class Axis(NamedTuple):
    """What a direction of the pad means."""

    name: str
    low: float
    high: float


def pad(
    *,
    key: str,
    atlas: NDArray[Any],
    across: Axis,
    up: Axis,
    label: str,
    hint: str = "Drag anywhere, or use the arrow keys.",
    height: int = 470,
) -> None:
    """Show atlas (side², C, H, W) uint8, row by row from the top, as a plane to drag on."""
    side = round(len(atlas) ** 0.5)
    if side < 2 or side * side != len(atlas):
        raise PictureError(f"an atlas must hold n × n pictures, n at least 2, got {len(atlas)}")
    header = {
        "identity": hashlib.sha1(atlas.tobytes(), usedforsecurity=False).hexdigest(),
        "side": side,
        "axes": [{"name": one.name, "range": [one.low, one.high]} for one in (across, up)],
        "label": label,
        "hint": hint,
    }
    _component.mount(key=key, header=header, arrays={"atlas": atlas}, height=height)
