"""Train a sweep: the GANs of all cells in lock-step, each scored at the end."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ganlab.bench.cost import QUIET
from ganlab.bench.rows import finite
from ganlab.bench.sweep import Sweep
from ganlab.device import clock_of, describe_device
from ganlab.metrics.point_scores import SAMPLES
from ganlab.training.loop import Training

SCORES = ("modes", "modes_near", "high_quality", "reverse_kl", "spread")
OnProgress = Callable[[int, int], None]
"""Called with the steps made and the steps in all."""


@dataclass(frozen=True)
class CollapseMap:
    """The results of a sweep."""

    sweep: Sweep
    scores: list[dict[str, float]]
    """As `metrics.point_scores.score_points` gives them, in the order of the sweep's cells."""
    lost: dict[int, int]
    """Cells that diverged, with the step at which that was noticed."""
    seconds: float
    """Time of the training of all of them: CPU time, or wall time on an accelerator."""
    device: str

    def table(self, score: str) -> list[list[float]]:
        """A score as rows from the lowest y; NaN where the cell diverged."""
        values = [math.nan if k in self.lost else one[score] for k, one in enumerate(self.scores)]
        return self.sweep.table(values)

    def to_json(self) -> dict[str, Any]:
        """Plain values; None stands for infinity and NaN."""
        (x, y), (xs, ys) = self.sweep.knobs, self.sweep.axes
        return {
            "sweep": self.sweep.to_json(),
            "config": self.sweep.base.to_json(),
            "x": {"knob": self.sweep.x, "title": x.title, "values": list(xs)},
            "y": {"knob": self.sweep.y, "title": y.title, "values": list(ys)},
            "gans": len(self.scores),
            "n": SAMPLES,
            "modes_of": int(self.scores[0]["modes_of"]),
            **{
                score: [[finite(value) for value in row] for row in self.table(score)]
                for score in SCORES
            },
            "lost": {str(k): step for k, step in self.lost.items()},
            "seconds": round(self.seconds, 1),
            "device": self.device,
        }


def train(
    sweep: Sweep, on_progress: OnProgress = lambda step, steps: None, device: str = "auto"
) -> CollapseMap:
    """Train all GANs of the sweep in lock-step on the device."""
    training = Training(sweep.base, sweep.variants(), device=device, pace=QUIET)
    whole = training.ensemble
    clock = clock_of(whole.device)
    started = clock()
    while not training.end:
        training.advance(min(100, sweep.steps - training.step))
        on_progress(training.step, sweep.steps)
    spent = clock() - started
    return CollapseMap(
        sweep, whole.measure(), dict(whole.lost), spent, describe_device(whole.device)
    )
