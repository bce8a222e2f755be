"""What an explanation of a preset holds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Explanation:
    """A page's worth of words on one preset."""

    idea: str
    """Two or three sentences: what problem it answers, and how."""
    objective: tuple[str, ...]
    """What the players minimise, in LaTeX: a tuple, for a formula that stands alone can break."""
    recipe: str
    """Networks, optimisers and steps, in one or two sentences."""
    paper: str
    look: tuple[str, ...]
    """What to look at while it trains, and what to change to see the idea at work."""
