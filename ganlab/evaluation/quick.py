"""A quick evaluation of a run that trains: the distances alone, at a small N."""

import time
from typing import Any

import torch
from torch import Tensor

from ganlab.config import RunConfig
from ganlab.data.pictures import PictureSource
from ganlab.data.progress import Report, silent
from ganlab.errors import DataError
from ganlab.evaluation.classifier import is_there, readable
from ganlab.evaluation.digit_scores import distance_scores
from ganlab.evaluation.feature_networks import extractor_for
from ganlab.evaluation.quality import BATCH, FEWEST, look_at_generated
from ganlab.metrics.feature_distances import K
from ganlab.networks.squeezenet import is_at_hand
from ganlab.training.state import State

N = 300
"""How many pictures it takes, where there are twice as many real."""
TRIED = 10
"""How many are made and read to learn what an evaluation will cost."""


def can_evaluate_quickly(config: RunConfig) -> bool:
    """Whether the feature network for these pictures is here: nothing is downloaded for this."""
    return (config.data.name in readable() and is_there()) or is_at_hand()


@torch.no_grad()
def seconds_a_picture(state: State) -> float:
    """What making and reading one picture takes, by a few of them."""
    extractor, labels = extractor_for(state.config, state.device), state.shown_labels(TRIED)
    took = 0.0
    for _ in range(2):  # the first time weights are loaded
        began = time.perf_counter()
        look_at_generated(state, extractor, TRIED, labels, silent)
        took = time.perf_counter() - began
    return took / TRIED


class QuickEvaluation:
    """Looks at a run time and again against the same real pictures, which are read once.

    Raises DataError if there are too few real pictures.
    """

    @torch.no_grad()
    def __init__(self, state: State, n: int = N) -> None:
        assert isinstance(state.source, PictureSource)
        self.n = min(n, len(state.source) // 2)
        if self.n < FEWEST:
            raise DataError(f"{len(state.source)} real pictures are too few to glance at")
        self._extractor = extractor_for(state.config, state.device)
        pictures, _ = state.source.sample(2 * self.n, seed=state.config.seed + 1)
        features = torch.cat(
            [self._extractor.read(part).features for part in pictures.split(BATCH)]
        )
        self._real, other = features.split(self.n)
        floor = self._distances(other)
        self._floor = {f"{name}_floor": value for name, value in floor.items()}

    @torch.no_grad()
    def __call__(self, state: State, report: Report = silent) -> dict[str, Any]:
        """'frechet', 'coverage' and 'density' with their '_floor', as `run_quality` has them.

        Draws nothing from the run's own streams. {} if a large G could not make all N in time.
        """
        labels = state.shown_labels(self.n)
        fake = look_at_generated(state, self._extractor, self.n, labels, report).features
        if len(fake) < self.n:
            return {}
        facts = {"features": self._extractor.name, "step": state.step, "n": self.n, "k": K}
        return facts | self._distances(fake) | self._floor

    def _distances(self, fake: Tensor) -> dict[str, float]:
        found = distance_scores(fake, self._real, "quick")
        return {name: value for name, value in found.items() if name != "repeated"}
