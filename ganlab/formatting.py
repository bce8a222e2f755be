"""Formats of numbers on pages, in findings and on the command line."""

PERCENT = "\N{NO-BREAK SPACE}%"
"""The suffix of a percentage."""


def percent(share: float, digits: int = 0, sign: str = "") -> str:
    """A share as '54 %', on one line; sign '+' also writes the sign of what is not negative."""
    return f"{100 * share:{sign}.{digits}f}{PERCENT}"


def plain_digits(x: float, places: int) -> str:
    """A number with a true minus, and none before a nought."""
    text = f"{x:.{places}f}"
    return text.replace("-", "−") if float(text) else f"{0:.{places}f}"
