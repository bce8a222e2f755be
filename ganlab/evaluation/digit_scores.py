"""Scores of generated digits against real ones, in the classifier's features."""

from typing import Any

from torch import Tensor

from ganlab.metrics.digits import accuracy_by_class, class_entropy, confidence, confusion
from ganlab.metrics.feature_distances import frechet_distance, kernel_distance, neighbours
from ganlab.networks.classifier import Reading

CLASSES = 10
K = 5
"""Neighbours that make a neighbourhood."""


def reading_scores(reading: Reading, intended: Tensor | None) -> dict[str, Any]:
    """What needs no real digits: confidence, class entropy and, where labels were meant, accuracy.

    Accuracies are None where nothing was intended.
    """
    read = reading.logits.argmax(1)
    scores: dict[str, Any] = {
        "confidence": confidence(reading.logits),
        "class_entropy": class_entropy(read, CLASSES),
    }
    if intended is None:
        return scores | {"accuracy": None, "accuracy_by_class": None, "confusion": None}
    table = confusion(intended, read, CLASSES)
    by_class = [None if v != v else v for v in accuracy_by_class(table).tolist()]
    return scores | {
        "accuracy": float((read == intended).double().mean()),
        "accuracy_by_class": by_class,
        "confusion": table.tolist(),
    }


def distance_scores(fake: Tensor, real: Tensor) -> dict[str, float]:
    """Fréchet and kernel distance and PRDC with K of features fake (N, D) and real (M, D)."""
    return {
        "frechet": frechet_distance(fake, real),
        "kernel": kernel_distance(fake, real),
        **neighbours(fake, real, K).scores(),
    }
