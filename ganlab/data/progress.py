"""Callbacks that report the progress of loading a data set."""

from collections.abc import Callable

Report = Callable[[str, float], None]
"""Called with a sentence and the share that is done, 0 to 1."""


def silent(sentence: str, share: float) -> None:
    """Report nothing."""
    del sentence, share
