"""Snapshots of points as small numbers: what travels to the playground's canvas.

Positions become int16 over twice the extent around its centre (steps of 6e-5 of the half side), the
landscape uint16 between its lowest and highest score, arrows int16 of their longest component.
Frames of one message lie behind one another in one array for each layer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganlab.errors import DataError

Extent = tuple[float, float, float, float]
"""(left, right, bottom, top)"""
REACH = 2.0
"""How far positions reach beyond the extent, in half sides from its centre."""
NOWHERE = -32768
"""A coordinate that is not finite."""
NOW = ("fake_now", "manifold_now", "arrows_now")
"""The same of G itself, where the others are of an averaged G."""
LAYERS = ("fake", "landscape", "manifold", "arrows", *NOW)


@dataclass(frozen=True)
class CanvasFrame:
    """One snapshot: its step and its arrays, of which all but 'fake' may be missing.

    fake       (n, 2), point i from the same z in every frame
    landscape  (h, w) scores (logits) of D; [i, j] at the i-th of h heights from bottom to top and
               the j-th of w places from left to right, the borders of the extent included
    manifold   (m, k, 2) images under G of a grid in z; (m, 1, 2) or (m, 2) for a z of one number
    arrows     (n, 2) -∇L_G at the fake points

    These are of the averaged G; in a run that averages, those of NOW are the same of G itself.
    """

    step: int
    arrays: Mapping[str, NDArray[Any]]
    boundary: float = 0.0
    """The score at which D is undecided: 0 where σ(D) is a probability."""


def quantised(points: NDArray[Any], extent: Extent) -> NDArray[np.int16]:
    """Positions (..., 2) as int16, clipped to `REACH` half sides around the extent's centre."""
    left, right, bottom, top = extent
    centre = np.array([left + right, bottom + top]) / 2
    half = np.array([right - left, top - bottom]) / 2 * REACH
    scaled = (np.asarray(points, np.float64) - centre) / half * 32767
    finite = np.isfinite(scaled).all(axis=-1, keepdims=True)
    whole = np.rint(np.clip(np.where(finite, scaled, 0.0), -32767, 32767))
    return np.where(finite, whole, NOWHERE).astype(np.int16)


def scored(landscape: NDArray[Any]) -> tuple[NDArray[np.uint16], float, float]:
    """Scores (h, w) as uint16, and the scores that 0 and 65535 stand for.

    What is not finite becomes the nearest end; an even landscape spans one unit.
    """
    scores = np.asarray(landscape, np.float64)
    finite = scores[np.isfinite(scores)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    if high - low < 1e-12:
        low, high = low - 0.5, high + 0.5
    scores = np.nan_to_num(scores, nan=(low + high) / 2, posinf=high, neginf=low)
    return np.rint((scores - low) / (high - low) * 65535).astype(np.uint16), low, high


def shrunk(arrows: NDArray[Any]) -> tuple[NDArray[np.int16], float]:
    """Arrows (n, 2) as int16 and the length of one unit; an arrow that is not finite is none."""
    vectors = np.asarray(arrows, np.float64)
    vectors = np.where(np.isfinite(vectors).all(axis=-1, keepdims=True), vectors, 0.0)
    unit = float(np.abs(vectors).max(initial=0.0)) / 32767 or 1.0
    return np.rint(vectors / unit).astype(np.int16), unit


def thinned(frames: Sequence[CanvasFrame], most: int) -> list[CanvasFrame]:
    """At most `most` frames: the newer half of them one by one, the rest evenly from all before."""
    if len(frames) <= most:
        return list(frames)
    newest = most // 2
    old = frames[: len(frames) - newest]
    places = np.unique(np.linspace(0, len(old) - 1, most - newest).round().astype(int))
    return [*(old[place] for place in places), *frames[len(frames) - newest :]]


def frame_batch(
    frames: Sequence[CanvasFrame], extent: Extent
) -> tuple[list[dict[str, Any]], dict[str, NDArray[Any]]]:
    """The facts of each frame, with its places in the arrays by layer, and those arrays."""
    facts: list[dict[str, Any]] = []
    layers: dict[str, list[NDArray[Any]]] = {name: [] for name in LAYERS}
    for frame in frames:
        if "fake" not in frame.arrays:
            raise DataError(f"the frame of step {frame.step} must hold 'fake', the points of G")
        entry: dict[str, Any] = {"step": int(frame.step), "boundary": float(frame.boundary)}
        for name in LAYERS:
            array = frame.arrays.get(name)
            if array is None:
                continue
            entry[name] = len(layers[name])
            if name == "landscape":
                array, entry["low"], entry["high"] = scored(array)
            elif name.startswith("arrows"):
                array, entry[name.replace("arrows", "unit")] = shrunk(array)
            elif name.startswith("manifold"):
                array = quantised(array if array.ndim == 3 else array[:, None], extent)
            else:
                array = quantised(array, extent)
            layers[name].append(array)
        facts.append(entry)
    arrays = {}
    for name, parts in layers.items():
        shapes = {part.shape for part in parts}
        if len(shapes) > 1:
            raise DataError(
                f"{name!r} must have one shape in all frames of a run, got {sorted(shapes)}"
            )
        if parts:
            arrays[name] = np.stack(parts)
    return facts, arrays


def drawn_points(value: Any, extent: Extent, most: int) -> NDArray[np.float32]:
    """The points (n, 2) that the browser sends as [[x, y], ...]; DataError for anything else."""
    try:
        points = np.asarray(value, np.float64)
    except (TypeError, ValueError) as wrong:
        raise DataError("a drawing must be a list of [x, y]; draw it again") from wrong
    if points.ndim != 2 or points.shape[-1] != 2 or not np.isfinite(points).all():
        raise DataError("a drawing must be a list of finite [x, y]; draw it again")
    if not 0 < len(points) <= most:
        raise DataError(f"a drawing holds 1 to {most} points, got {len(points)}")
    left, right, bottom, top = extent
    return np.clip(points, [left, bottom], [right, top]).astype(np.float32)
