"""Generated digits beside real ones, as the classifier sees both: every score with its N."""

from typing import Any

import torch
from torch import Tensor

from ganlab.data.pictures import PictureSource, to_bytes
from ganlab.judge.classifier import JUDGED, box_of, is_there, load_judge
from ganlab.judge.variety import birthdays
from ganlab.metrics.digits import accuracy_by_class, class_entropy, confidence, confusion
from ganlab.metrics.features import frechet_distance, kernel_distance, neighbours
from ganlab.models.classifier import Reading
from ganlab.training.state import State, draw_z

CLASSES = 10
QUICK = 1_000
"""How many pictures the score of a finished run is measured on."""


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
    """Fréchet and kernel distance and PRDC (k = 5) of features fake (N, D) and real (M, D)."""
    return {
        "frechet": frechet_distance(fake, real),
        "kernel": kernel_distance(fake, real),
        **neighbours(fake, real)._asdict(),
    }


@torch.no_grad()
def run_scores(state: State, n: int = QUICK) -> dict[str, float]:
    """What can be measured in a second or two at the end of a run on digits; {} on other data.

    'accuracy' of a conditional G, 'confidence', 'class_entropy' beside 'class_entropy_real', and
    'frechet' in the classifier's features with 'frechet_floor', real against real, both at 'judged'
    pictures. 'accuracy_real' is the classifier's own on the run's data: the ceiling of the other.
    'duplicates' are the pairs that the birthday test counts.
    """
    if state.config.data.name not in JUDGED or not is_there():
        return {}
    if not isinstance(state.source, PictureSource):
        return {}
    judge = load_judge()
    generator = torch.Generator().manual_seed(state.config.seed + 1)
    z = draw_z(state.config, n, generator).to(state.device)
    labels = None
    if state.draw_labels(0) is not None:
        labels = torch.arange(n) % CLASSES
    box = box_of(state.config.data.name)
    fake = judge.read(_pictures(state, z, labels), box)
    pictures, shown = state.source.sample(2 * n, seed=state.config.seed + 1)
    real = judge.read(pictures, box)
    features, half = real.features, len(pictures) // 2
    scores = {k: v for k, v in reading_scores(fake, labels).items() if isinstance(v, float)}
    return scores | {
        "class_entropy_real": class_entropy(real.logits.argmax(1), CLASSES),
        "duplicates": float(birthdays(fake.features, features[:half], n)["pairs"]),
        "accuracy_real": float((real.logits.argmax(1) == shown.cpu()).double().mean()),
        "frechet": frechet_distance(fake.features, features[:half]),
        "frechet_floor": frechet_distance(features[half:], features[:half]),
        "judged": float(n),
    }


def _pictures(state: State, z: Tensor, labels: Tensor | None) -> Tensor:
    G = state.shown_generator
    was_training = G.training
    G.eval()
    parts = []
    for start in range(0, len(z), 250):
        some = None if labels is None else labels[start : start + 250].to(state.device)
        parts.append(to_bytes(G(z[start : start + 250], some)).cpu())
    G.train(was_training)
    return torch.cat(parts)
