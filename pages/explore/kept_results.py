"""What a visitor's session keeps, so that a mere change of a control computes nothing again."""

from collections.abc import Callable, Hashable, Iterator
from typing import Any, TypeVar

import streamlit as st

from ganlab.images.picture import Picture

MOST_BYTES = 300 * 2**20
"""Of the pictures that one session keeps, and of those packed for screens and for download."""

T = TypeVar("T")


def latest(name: str, key: Hashable, make: Callable[[], T]) -> T:
    """The value made for this key, kept until another key comes under the same name."""
    kept: dict[str, tuple[Hashable, Any]] = st.session_state.setdefault("sr_latest", {})
    if name not in kept or kept[name][0] != key:
        kept.pop(name, None)  # before the next one is made: both need not fit into memory
        kept[name] = (key, make())
    return kept[name][1]


def bytes_of(picture: Picture) -> int:
    """Of its samples in memory."""
    return picture.colour.nbytes + (0 if picture.alpha is None else picture.alpha.nbytes)


class Shelf:
    """Pictures by key up to a number of bytes: the oldest go first, and the newest always stays."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self.most = most
        self._kept: dict[Hashable, tuple[int, Any]] = {}

    def put(self, key: Hashable, value: object, size: int) -> None:
        """Keep a value of so many bytes, and drop the oldest beyond the limit."""
        self._kept.pop(key, None)
        self._kept[key] = (size, value)
        while self.bytes > self.most and len(self._kept) > 1:
            self._kept.pop(next(iter(self._kept)))

    def get(self, key: Hashable) -> Any:
        """The value, which thereby becomes the newest; None if it is not there."""
        if key not in self._kept:
            return None
        self._kept[key] = self._kept.pop(key)
        return self._kept[key][1]

    @property
    def bytes(self) -> int:
        """Of everything that is kept."""
        return sum(size for size, _ in self._kept.values())

    def __contains__(self, key: Hashable) -> bool:
        return key in self._kept

    def __iter__(self) -> Iterator[Hashable]:
        return iter(self._kept)
