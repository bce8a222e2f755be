"""Formats of numbers on pages, in findings and on the command line."""

PERCENT = "\N{NO-BREAK SPACE}%"
"""The suffix of a percentage."""


def percent(share: float, digits: int = 0, sign: str = "") -> str:
    """A share as '54 %', on one line; sign '+' also writes the sign of what is not negative."""
    return f"{100 * share:{sign}.{digits}f}{PERCENT}"
