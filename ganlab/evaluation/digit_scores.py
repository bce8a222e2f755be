"""Scores of generated digits against real ones, in the classifier's features."""

from typing import Any

from torch import Tensor

from ganlab.metrics.digits import accuracy_by_class, confusion
from ganlab.metrics.feature_distances import K, neighbours
from ganlab.metrics.scores import measured
from ganlab.networks.classifier import Reading

CLASSES = 10


def reading_scores(
    reading: Reading, intended: Tensor | None, where: str = "evaluate"
) -> dict[str, Any]:
    """What needs no real digits: confidence, class entropy and, where labels were meant, accuracy.

    Accuracies are None where nothing was intended.
    """
    read = reading.logits.argmax(1)
    given = {"logits": reading.logits, "read": read, "classes": CLASSES}
    if intended is None:
        none = {"accuracy": None, "accuracy_by_class": None, "confusion": None}
        return measured(where, given) | none
    table = confusion(intended, read, CLASSES)
    by_class = [None if v != v else v for v in accuracy_by_class(table).tolist()]
    return measured(where, given | {"intended": intended}) | {
        "accuracy_by_class": by_class,
        "confusion": table.tolist(),
    }


def distance_scores(fake: Tensor, real: Tensor, where: str = "evaluate") -> dict[str, float]:
    """The metrics of features fake (N, D) and real (M, D), their neighbourhoods by K.

    'repeated' is how many real ones repeat another one, where there are any.
    """
    near = neighbours(fake, real, K)
    found = measured(where, {"fake": fake, "real": real, "neighbours": near})
    return found | ({"repeated": near.repeated} if near.repeated else {})
