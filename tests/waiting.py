"""Waiting for what only Python can see."""

import time
from collections.abc import Callable


def until(happened: Callable[[], object], what: str = "", seconds: float = 120.0) -> None:
    """Wait until something holds; fail with what was waited for."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.02)  # the one wait between two looks
