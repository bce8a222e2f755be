"""A sweep trained here and now: every cell's GAN in lock-step, each scored at the end."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ganlab.bench.cost import QUIET
from ganlab.bench.rows import finite
from ganlab.bench.sweep import Sweep
from ganlab.metrics.point_scores import SAMPLES
from ganlab.training.device import describe_device
from ganlab.training.loop import Training

SCORES = ("modes", "modes_near", "high_quality", "reverse_kl", "spread")
Progress = Callable[[int, int], None]
"""Called with the steps made and the steps in all."""


@dataclass(frozen=True)
class CollapseMap:
    """What the GANs of a sweep came to."""

    sweep: Sweep
    scores: list[dict[str, float]]
    """As `metrics.point_scores.score_points` gives them, in the order of the sweep's cells."""
    lost: dict[int, int]
    """Cells that diverged, with the step at which that was seen."""
    seconds: float
    """CPU time of the training of all of them."""
    device: str

    def table(self, score: str) -> list[list[float]]:
        """A score as rows from the lowest y; NaN where the cell diverged."""
        values = [math.nan if k in self.lost else one[score] for k, one in enumerate(self.scores)]
        return self.sweep.table(values)

    def to_json(self) -> dict[str, Any]:
        """Plain values; None stands for what is infinite or no number."""
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


def train(sweep: Sweep, report: Progress = lambda step, steps: None) -> CollapseMap:
    """Train all GANs of the sweep in lock-step on the CPU."""
    training = Training(sweep.base, sweep.variants(), device="cpu", pace=QUIET)
    started = time.process_time()
    while not training.end:
        training.advance(min(100, sweep.steps - training.step))
        report(training.step, sweep.steps)
    spent = time.process_time() - started
    whole = training.ensemble
    return CollapseMap(
        sweep, whole.measure(), dict(whole.lost), spent, describe_device(whole.device)
    )
