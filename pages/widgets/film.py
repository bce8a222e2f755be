"""Walks that play side by side in the browser, with the norm of z along each."""

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pages.widgets.component import LiveComponent

_component = LiveComponent("film", scripts=("stage.js", "film.js"), style="film.css")


def film(
    *,
    key: str,
    tracks: Mapping[str, tuple[NDArray[Any], NDArray[Any]]],
    usual: tuple[float, float],
    height: int = 420,
) -> None:
    """Play tracks: title to (pictures (F, C, H, W) uint8, norms of z (F,)), all of one length.

    usual is the range of norms in which nearly all draws of z lie; it is shaded.
    """
    arrays: dict[str, NDArray[Any]] = {}
    listed = []
    mark = hashlib.sha1(usedforsecurity=False)
    for k, (title, (pictures, norms)) in enumerate(tracks.items()):
        arrays[f"t{k}"] = pictures
        arrays[f"t{k}.norms"] = np.asarray(norms, np.float32)
        listed.append({"name": f"t{k}", "title": title})
        mark.update(title.encode() + pictures.tobytes())
    header = {"identity": mark.hexdigest(), "tracks": listed, "usual": list(usual)}
    _component.mount(key=key, header=header, arrays=arrays, height=height)
