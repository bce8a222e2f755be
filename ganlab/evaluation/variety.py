"""How varied generated digits are: which classes they show, and how often one of them returns."""

import math
from typing import Any, NamedTuple

import torch
from numpy.typing import NDArray
from torch import Tensor

from ganlab.evaluation.feature_networks import extractor_for
from ganlab.metrics.digits import birthday_test, class_counts, class_entropy, closest_pairs
from ganlab.networks.classifier import Reading
from ganlab.training.state import State

SAMPLES = 1_000
"""How many samples the birthday test looks at."""
SHOWN = 12
"""Nearest pairs that are named, for people to look at."""
REAL, FEWER_REAL = 500, 128
"""Real pictures that generated ones are compared with while a run trains; by SqueezeNet fewer."""
LIVE = ("diversity", "nearness", "class_entropy", "as_meant")
"""What `LiveVariety` measures; the last two where the feature network knows classes."""


class Reals(NamedTuple):
    """Real digits as the classifier sees them."""

    features: Tensor
    """(N, D)."""
    read: Tensor
    """The class of each, read as those of generated ones are, (N,)."""


def variety(fake: Reading, real: Reals, classes: int = 10, n: int = SAMPLES) -> dict[str, Any]:
    """The classes of generated and of real digits, and the birthday test, as JSON.

    'classes' and 'real_classes' are shares; 'class_entropy' and 'real_class_entropy' are shares of
    log(classes); 'birthdays' is what `birthdays` says of the first n.
    """
    read = fake.logits.argmax(1)
    return {
        "classes": shares(read, classes),
        "real_classes": shares(real.read, classes),
        "class_entropy": class_entropy(read, classes),
        "real_class_entropy": class_entropy(real.read, classes),
        "birthdays": birthdays(fake.features, real.features, n),
    }


def shares(read: Tensor, classes: int) -> list[float]:
    """The share of each class among read (N,)."""
    return (class_counts(read, classes).double() / max(len(read), 1)).tolist()


def birthdays(fake: Tensor, real: Tensor, n: int = SAMPLES) -> dict[str, Any]:
    """The birthday test on the first n features of fake (N, D), as JSON. Arora & Zhang 2017.

    Pairs count that are nearer than the nearest pair among as many real samples: 'threshold'.
    'support' is None where no pair was found: the test then only says 'many'. 'closest' are the
    nearest pairs, [first, second, distance], and 'real_closest' the nearest of the real ones: the
    test's own protocol has a person look at them.
    """
    fake, real = fake[:n], real[: min(n, len(fake))]
    (nearest,) = closest_pairs(real, 1)
    found = birthday_test(fake, nearest.distance)
    return {
        "n": len(fake),
        "pairs": found.pairs,
        "support": None if math.isinf(found.support) else found.support,
        "threshold": found.threshold,
        "closest": [list(pair) for pair in closest_pairs(fake, SHOWN)],
        "real_closest": list(nearest),
    }


class LiveVariety:
    """Measures the pictures of a run's few fixed z again and again, against real ones read once.

    Draws nothing from the run's own streams.
    """

    @torch.no_grad()
    def __init__(self, state: State) -> None:
        self._extractor = extractor_for(state.config, state.device)
        self.classes = len(self._extractor.classes)
        """How many classes the feature network tells apart."""
        n = min(REAL if self.classes else FEWER_REAL, len(state.source))
        pictures, _ = state.source.sample(n, seed=state.config.seed + 1)
        self._real = self._extractor.read(pictures).features
        apart = torch.cdist(self._real, self._real)
        self._spread = float(apart.sum() / (len(apart) * (len(apart) - 1)))
        self._nearest = float(apart.fill_diagonal_(math.inf).amin(1).median())

    def __call__(self, pictures: NDArray[Any], labels: Tensor | None = None) -> dict[str, float]:
        """The scores LIVE of pictures (N, C, H, W) uint8.

        'diversity' is their mean distance to each other in features, over that of real pictures: 0
        where all are equal. 'nearness' is the median distance to the nearest real picture, over
        that of real pictures to each other: 0 of copies. Where the network knows classes,
        'class_entropy' is as in `variety`, and 'as_meant' the share that is read as its label.
        """
        found = self._extractor.read(torch.as_tensor(pictures))
        apart = torch.pdist(found.features)
        near = torch.cdist(found.features, self._real).amin(1).median()
        scores = {
            "diversity": float(apart.mean()) / max(self._spread, 1e-12),
            "nearness": float(near) / max(self._nearest, 1e-12),
        }
        if self._extractor.classes:
            read = found.logits.argmax(1)
            scores["class_entropy"] = class_entropy(read, self.classes)
            if labels is not None:
                scores["as_meant"] = float((read == labels.cpu()).double().mean())
        return scores
