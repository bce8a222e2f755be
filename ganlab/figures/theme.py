"""One colour per concept, safe for colour-blind viewers (after Okabe & Ito 2008), light and dark.

Charts never rely on colour alone: real and fake differ in marker, D and G in dash.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Palette:
    """Colours as '#rrggbb' for one background."""

    real: str
    fake: str
    D: str
    G: str
    accent: str
    good: str
    warning: str
    bad: str
    ink: str
    """Text and axes."""
    muted: str
    """Grid lines, reference lines and captions."""
    paper: str
    """The page behind."""


LIGHT = Palette(
    real="#0072B2",
    fake="#D55E00",
    D="#6F4BC3",
    G="#00836B",
    accent="#6F4BC3",
    good="#00836B",
    warning="#B36B00",
    bad="#B3261E",
    ink="#1D1B26",
    muted="#8A8799",
    paper="#FFFFFF",
)

DARK = Palette(
    real="#56B4E9",
    fake="#FF9D5C",
    D="#B69CFF",
    G="#3FD0AE",
    accent="#B69CFF",
    good="#3FD0AE",
    warning="#F0B429",
    bad="#FF8A80",
    ink="#ECEAF4",
    muted="#8D89A0",
    paper="#14121C",
)

SEQUENCE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#6F4BC3", "#7A7A7A")
"""For things without a colour of their own, such as runs side by side; see `in_sequence`."""


def in_sequence(place: int, dark: bool) -> str:
    """The colour of the n-th thing without a colour of its own, lightened for a dark page."""
    colour = SEQUENCE[place % len(SEQUENCE)]
    if not dark:
        return colour
    channels = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(c + (255 - c) * 0.35):02x}" for c in channels)


def palette(dark: bool) -> Palette:
    """The palette for a dark or a light page."""
    return DARK if dark else LIGHT
