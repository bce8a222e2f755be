"""The evaluation of a generator of digits: what `evaluate` prints and the Digits page shows."""

from typing import Any

import torch
from torch import Tensor

from ganlab.errors import ConfigError
from ganlab.evaluation.classifier import (
    DigitClassifier,
    Reference,
    box_of,
    load_classifier,
    load_reference,
    readable,
)
from ganlab.evaluation.digit_scores import CLASSES, distance_scores, reading_scores
from ganlab.evaluation.variety import Reals, variety
from ganlab.metrics.feature_distances import frechet_distance
from ganlab.registry import Network, find
from ganlab.trained.generator import Generator


def balanced(n: int, classes: int = CLASSES) -> Tensor:
    """N labels (n,), each class as often as any, in turn."""
    return torch.arange(n) % classes


def check_n(n: int) -> None:
    """Refuse a number of digits that says too little or takes too long; ConfigError."""
    if not 100 <= n <= 100_000:
        raise ConfigError(f"n must be between 100 and 100000, got {n}")


def evaluate(
    generator: Generator,
    n: int = 10_000,
    seed: int = 0,
    classifier: DigitClassifier | None = None,
    reference: Reference | None = None,
) -> dict[str, Any]:
    """Every score of n generated digits against the real ones of the reference, as JSON.

    'frechet_by_class' compares each class with the real ones of its own. 'floor' holds what real
    digits score against the same reference. Raises ConfigError if the model makes no digits.
    """
    classifier = classifier or load_classifier(device=generator.device)
    reference = reference or load_reference()
    config = generator.config
    if config.data.name not in readable():
        raise ConfigError(
            f"{generator.name} was trained on {config.data.name}, and only digits can be judged:"
            f" choose a model of {' or '.join(readable())}"
        )
    check_n(n)
    conditional = find(Network, config.network.name).conditional
    labels = balanced(n) if conditional else None
    pictures = generator.sample(n, labels, seed)
    reading = classifier.read(pictures, box_of(config.data.name))
    # Coverage falls with the number of fakes alone, so both sides are of one size where they can.
    order = torch.randperm(len(reference.labels), generator=torch.Generator().manual_seed(0))
    real = reference.features[order[:n]]
    out: dict[str, Any] = {
        "model": generator.name,
        "n": n,
        "seed": seed,
        "features": classifier.name,
        "reference": reference.facts["data"],
        "n_real": len(real),
        **reading_scores(reading, labels),
        **distance_scores(reading.features, real),
        "frechet_by_class": None,
        **variety(reading, Reals(real, reference.labels[order[:n]])),
        "floor": reference.facts["floor"],
    }
    if labels is not None:
        out["frechet_by_class"] = [
            frechet_distance(
                reading.features[labels == c], reference.features[reference.labels == c]
            )
            for c in range(CLASSES)
        ]
    return out
