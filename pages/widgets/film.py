"""Walks that play side by side in the browser, with what is measured of them frame by frame."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganlab.figures.theme import DARK, LIGHT
from pages.widgets.component import LiveComponent

_component = LiveComponent("film")


@dataclass(frozen=True)
class Track:
    """One walk. It is shown as pictures, or as a way in the plane if `points` are given."""

    title: str
    norms: NDArray[Any]
    """|z| of each frame, (F,)."""
    pictures: NDArray[Any] | None = None
    """(F, C, H, W) uint8."""
    points: NDArray[Any] | None = None
    """Where G puts each frame, (F, 2)."""
    strides: NDArray[Any] | None = None
    """How far the picture moves from the frame before to each frame, (F,); NaN at the first."""


def film(
    *,
    key: str,
    tracks: Sequence[Track],
    usual: tuple[float, float],
    loop: bool = False,
    clouds: dict[str, NDArray[Any]] | None = None,
    stride_words: str = "",
    name: str = "walk",
    height: int = 480,
) -> None:
    """Play tracks of one length.

    usual    the range of norms in which nearly all draws of z lie; it is shaded.
    loop     the walk ends where it began, so it starts over instead of turning back.
    clouds   'real' and 'fake' points (N, 2) behind a way in the plane.
    name     of the video that the viewer may take home.
    """
    arrays: dict[str, NDArray[Any]] = {}
    mark = hashlib.sha1(f"{loop} {name}".encode(), usedforsecurity=False)
    listed = []
    for k, track in enumerate(tracks):
        parts = {
            "pictures": track.pictures,
            "points": track.points,
            "norms": track.norms,
            "strides": track.strides,
        }
        for part, values in parts.items():
            if values is not None:
                own = values if part == "pictures" else np.asarray(values, np.float32)
                arrays[f"t{k}.{part}"] = own
                mark.update(own.tobytes())
        listed.append({"name": f"t{k}", "title": track.title})
        mark.update(track.title.encode())
    for kind, points in (clouds or {}).items():
        arrays[kind] = np.asarray(points, np.float32)
        mark.update(arrays[kind].tobytes())
    header = {
        "identity": mark.hexdigest(),
        "tracks": listed,
        "usual": list(usual),
        "loop": loop,
        "stride_words": stride_words,
        "file": name,
        "colours": [
            {"real": one.real, "fake": one.fake, "G": one.G, "ink": one.ink, "paper": one.paper}
            for one in (LIGHT, DARK)
        ],
    }
    _component.mount(key=key, header=header, arrays=arrays, height=height)
