"""Fair timing on a shared machine: variants take turns in one process, CPU seconds are compared."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np


@dataclass
class Timing:
    """What one variant took, in seconds a unit of work, one entry a round."""

    cpu: list[float]
    wall: list[float]


def interleave(
    variants: Mapping[str, Callable[[], int]], rounds: int, warm_up: int = 1
) -> dict[str, Timing]:
    """Run every variant once a round, in turn; each returns how many units of work it did.

    The first `warm_up` rounds are not counted.
    """
    timings = {name: Timing([], []) for name in variants}
    for turn in range(rounds + warm_up):
        for name, work in variants.items():
            cpu, wall = time.process_time(), time.perf_counter()
            units = work()
            cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
            if turn >= warm_up:
                timings[name].cpu.append(cpu / units)
                timings[name].wall.append(wall / units)
    return timings


def table(timings: Mapping[str, Timing], baseline: str, unit: str) -> str:
    """A table of medians and of how many times faster each is than the baseline."""
    base = timings[baseline]
    lines = [f"{'variant':34} {unit + '/CPU s':>14} {unit + '/s':>12} {'× CPU':>7} {'× wall':>7}"]
    for name, timing in timings.items():
        cpu, wall = np.median(timing.cpu), np.median(timing.wall)
        # The median of the rounds' own ratios: both sides of a round met the same neighbours.
        by_cpu = np.median(np.divide(base.cpu, timing.cpu))
        by_wall = np.median(np.divide(base.wall, timing.wall))
        lines.append(f"{name:34} {1 / cpu:14.0f} {1 / wall:12.0f} {by_cpu:7.2f} {by_wall:7.2f}")
    return "\n".join(lines)
