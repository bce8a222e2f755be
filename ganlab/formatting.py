"""How numbers are said wherever people read them: on pages, in findings and on the command line."""

PERCENT = "\N{NO-BREAK SPACE}%"
"""What stands behind a number of hundredths."""


def percent(share: float, digits: int = 0, sign: str = "") -> str:
    """A share as '54 %', on one line; sign '+' also writes the sign of what is not negative."""
    return f"{100 * share:{sign}.{digits}f}{PERCENT}"
