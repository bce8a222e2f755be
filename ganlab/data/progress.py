"""How a data set that takes a while says how far it is."""

from collections.abc import Callable

Report = Callable[[str, float], None]
"""Called with a sentence and the share that is done, 0 to 1."""


def silent(sentence: str, share: float) -> None:
    """Say nothing."""
    del sentence, share
