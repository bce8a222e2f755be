"""How varied the digits of a run are: 1,000 of them as it is, and the shown ones over time."""

import functools
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ganlab.config import Choice, RunConfig
from ganlab.data.pictures import PictureSet, load_pictures
from ganlab.device import choose_device
from ganlab.errors import RunError
from ganlab.evaluation.classifier import box_of, load_classifier, readable
from ganlab.evaluation.variety import SAMPLES, Reals, shares, variety
from ganlab.jobs.folder import RunFolder
from ganlab.jobs.samples import from_png, untiled
from ganlab.registry import Data, find
from ganlab.trained.generator import load

SEED = 20_018
"""The seed of the samples, the same for every run, so that two runs meet the same z."""


@dataclass(frozen=True)
class Variety:
    """A run's digits, measured."""

    step: int
    scores: dict[str, Any]
    """As `evaluation.variety.variety` gives them."""
    pairs: NDArray[np.uint8]
    """The generated pictures most like each other, (P, 2, C, H, W), the nearest pair first."""
    real_pair: NDArray[np.uint8]
    """The two most similar among as many real ones, (2, C, H, W)."""


def can_be_read(config: RunConfig) -> bool:
    """Whether the lab's classifier can read what the run draws."""
    return config.data.name in readable()


def measure(record: RunFolder, n: int = SAMPLES) -> Variety:
    """The variety of n pictures by the run's newest checkpoint; RunError if there is none yet."""
    if not record.checkpoint.is_file():
        raise RunError(f"{record.id} has no checkpoint yet: the first comes after 15 seconds")
    device = choose_device()
    generator, classifier = load(record.checkpoint, device), load_classifier(device=device)
    fake = generator.sample(n, seed=SEED)
    real, reals = _real(json.dumps(generator.config.data.to_json()), n)
    reading = classifier.read(fake, box_of(generator.config.data.name))
    scores = variety(reading, reals, len(real.classes), n)
    found = scores["birthdays"]
    pairs = [fake[[first, second]] for first, second, _ in found["closest"]]
    first, second, _ = found["real_closest"]
    step = int(record.facts().get("checkpoint_step", 0))
    return Variety(step, scores, np.stack(pairs), real.pictures[[first, second]].numpy())


@functools.lru_cache(maxsize=4)
def _real(data: str, n: int) -> tuple[PictureSet, Reals]:
    """N real pictures of the data set in that JSON, and how the classifier sees them."""
    chosen = Choice.parse("data", json.loads(data))
    whole = load_pictures(chosen)
    order = torch.randperm(len(whole.labels), generator=torch.Generator().manual_seed(SEED))[:n]
    some = PictureSet(whole.pictures[order], whole.labels[order], whole.classes, whole.name)
    reading = load_classifier(device=choose_device()).read(some.pictures, box_of(chosen.name))
    return some, Reals(reading.features, reading.logits.argmax(1))


def read_sample(png: bytes, config: RunConfig) -> NDArray[np.float64]:
    """The share of each class among the pictures of a stored sample of the run, (classes,)."""
    facts = find(Data, config.data.name)
    pictures = untiled(from_png(png), facts.size)
    reading = load_classifier().read(pictures, box_of(config.data.name))
    return np.array(shares(reading.logits.argmax(1), facts.classes))
