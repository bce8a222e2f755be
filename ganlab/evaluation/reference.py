"""How the real side of the comparison is stored.

Run `python -m ganlab.evaluation.reference --out FILE`.

The 10,000 test digits, which neither the classifier nor a generator has learned from, as features
in half precision; with them what 10,000 training digits score against them, the floor.
"""

import argparse
from pathlib import Path

import torch

from ganlab.data.mnist import load_mnist
from ganlab.device import choose_device
from ganlab.evaluation.classifier import load_classifier
from ganlab.evaluation.digit_scores import distance_scores, reading_scores
from ganlab.training.checkpoint import save_tensors

COUNT = 10_000


def main() -> None:
    """Read both sets, compare them, write the file."""
    parser = argparse.ArgumentParser(description="store the features of MNIST's test digits")
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--device", default="auto")
    chosen = parser.parse_args()
    out, device = chosen.out, choose_device(chosen.device)
    torch.set_num_threads(1)
    classifier = load_classifier(device=device)
    test, train = load_mnist("test"), load_mnist("train")
    order = torch.randperm(len(train.labels), generator=torch.Generator().manual_seed(0))[:COUNT]
    real = classifier.read(test.pictures).features.half()
    other = classifier.read(train.pictures[order])
    floor = distance_scores(other.features, real.float())
    read = reading_scores(other, train.labels[order])
    floor |= {name: read[name] for name in ("confidence", "class_entropy")}
    facts = {
        "features": classifier.name,
        "data": "MNIST, 10,000 test digits",
        "floor": {"data": "MNIST, 10,000 training digits", "n": COUNT, **floor},
    }
    save_tensors(out, {"real": real, "labels": test.labels.to(torch.uint8)}, facts)
    print(facts)  # noqa: T201


if __name__ == "__main__":
    main()
