"""One colour for each mode of a mixture, by its position."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

TO_CONE = np.array(
    [
        [1.0, 0.3963377774, 0.2158037573],
        [1.0, -0.1055613458, -0.0638541728],
        [1.0, -0.0894841775, -1.2914855480],
    ]
)
TO_RGB = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.7076147010],
    ]
)
"""From OKLab to cone responses, and from their cubes to linear sRGB. Ottosson 2020."""


def oklch(lightness: float, chroma: float, hue: float) -> str:
    """'#rrggbb' of a colour in OKLCH, hue in turns; clipped where sRGB has no such colour."""
    angle = math.tau * hue
    lab = np.array([lightness, chroma * math.cos(angle), chroma * math.sin(angle)])
    linear = np.clip(TO_RGB @ (TO_CONE @ lab) ** 3, 0.0, 1.0)
    curve = np.where(linear > 0.0031308, 1.055 * linear ** (1 / 2.4) - 0.055, 12.92 * linear)
    return "#" + "".join(f"{round(255 * value):02x}" for value in curve)


def mode_colours(centres: Sequence[Sequence[float]] | NDArray[np.float64], dark: bool) -> list[str]:
    """A colour per mode: the hue by its direction from the middle, the lightness by its distance.

    centres (K, 2). Neighbours on a ring differ in lightness too, for colour-blind viewers.
    """
    places = np.asarray(centres, np.float64).reshape(-1, 2)
    if not len(places):
        return []
    steps = places - places.mean(0)
    far = np.hypot(*steps.T)
    turn = (np.arctan2(steps[:, 1], steps[:, 0]) / math.tau) % 1.0
    ascending = np.lexsort((turn, far.round(6)))
    rank = np.empty(len(places), int)
    rank[ascending] = np.arange(len(places))
    low, high = (0.58, 0.80) if dark else (0.50, 0.74)
    reach = far.max(initial=0.0) or 1.0
    return [
        oklch(high if rank[k] % 2 else low, 0.04 + 0.11 * min(1.0, far[k] / reach), turn[k])
        for k in range(len(places))
    ]
