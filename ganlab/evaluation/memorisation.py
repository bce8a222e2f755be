"""Is a generated digit a copy? Its nearest neighbours among all of MNIST's training digits."""

from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganlab.data.mnist import load_mnist
from ganlab.data.progress import Report, silent
from ganlab.device import choose_device
from ganlab.errors import CheckpointError, RunError
from ganlab.evaluation.classifier import DigitClassifier, load_classifier, load_reference
from ganlab.paths import home
from ganlab.training.checkpoint import load_tensors, save_tensors

COMPARED = 1_000
"""So many real test digits tell how near the nearest training digit usually is."""
PART = 2_000


class Training(NamedTuple):
    """The training digits as the classifier sees them."""

    pictures: NDArray[np.uint8]
    """(N, 1, 28, 28)."""
    features: Tensor
    """(N, D)."""
    usual: tuple[float, float, float]
    """The 5th, 50th and 95th percentile of a real test digit's distance to its nearest one."""


class Nearest(NamedTuple):
    """The nearest training digits of one picture, the nearest first."""

    pictures: NDArray[np.uint8]
    distances: list[float]


def read_training(report: Report = silent) -> Training:
    """All 60,000 training digits and their features; the home keeps those for next time.

    Raises DataError if MNIST is neither here nor to be had.
    """
    classifier = load_classifier(device=choose_device())
    pictures = load_mnist("train").pictures
    features = _kept_features(classifier, pictures, report)
    test = load_reference().features[:COMPARED]
    apart = torch.cat([torch.cdist(part, features).amin(1) for part in test.split(100)])
    low, middle, high = torch.quantile(apart, torch.tensor([0.05, 0.5, 0.95])).tolist()
    return Training(pictures.numpy(), features, (low, middle, high))


def nearest(picture: NDArray[Any], training: Training, count: int = 6) -> Nearest:
    """The training digits nearest to picture (1, 28, 28), in the classifier's features."""
    own = load_classifier().read(picture[None]).features
    apart = (training.features - own).norm(dim=1)  # exact near 0, where cdist's product is not
    distances, places = apart.topk(count, largest=False)
    return Nearest(training.pictures[places.numpy()], distances.tolist())


def _kept_features(classifier: DigitClassifier, pictures: Tensor, report: Report) -> Tensor:
    path = home() / "cache" / "mnist-train-features.safetensors"
    mark = {"features": classifier.name, "count": len(pictures)}
    try:
        tensors, facts = load_tensors(path)
        if facts == mark and tensors["train"].shape[0] == len(pictures):
            return tensors["train"].float()
    except (CheckpointError, KeyError):
        pass  # not there yet, or cut: it is made again
    parts = []
    for start in range(0, len(pictures), PART):
        parts.append(classifier.read(pictures[start : start + PART]).features.half())
        report("Reading the training digits once", (start + PART) / len(pictures))
    features = torch.cat(parts)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        save_tensors(path, {"train": features}, mark)
    except (RunError, OSError):
        pass  # a home that cannot be written costs this work again next time, and no more
    return features.float()
