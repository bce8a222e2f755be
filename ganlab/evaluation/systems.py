"""Scores of one kind of GAN: InfoGAN's codes, VAE/GAN's encodings, FIGAN's features.

The classifier is that of digits; it is None for pictures that it cannot read.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from ganlab.data.pictures import to_bytes, to_float
from ganlab.evaluation.classifier import DigitClassifier, box_of
from ganlab.networks import figan, vae_gan
from ganlab.training.state import State
from ganlab.training.tasks.pictures import draw_z

COUNT = 500
"""Pictures that a score is measured on."""


class Purity(NamedTuple):
    """How well categories fall together with classes."""

    purity: float
    """Share of pictures read as the class that most of their category are read as."""
    classes: int
    """How many classes are some category's commonest."""


def purity(category: Tensor, read: Tensor, categories: int, classes: int) -> Purity:
    """Of pictures with a category (N,) and the class that they are read as (N,)."""
    table = torch.bincount(category * classes + read, minlength=categories * classes)
    table = table.view(categories, classes)
    return Purity(float(table.amax(1).sum() / len(read)), int(table.argmax(1).unique().numel()))


def code_scores(state: State, classifier: DigitClassifier | None) -> dict[str, float]:
    """InfoGAN: the purity of its categories by the classifier, and how many classes they name."""
    if classifier is None:
        return {}
    categories = int(state.config.noise.values["categories"])
    z = _draw(state)
    read = classifier.read(_shown(state, z), box_of(state.config.data.name)).logits.argmax(1)
    found = purity(
        z[:, :categories].argmax(1).cpu(), read, categories, int(classifier.net.head.out_features)
    )
    return {"code_purity": found.purity, "code_classes": float(found.classes)}


def reconstruction_scores(state: State, classifier: DigitClassifier | None) -> dict[str, float]:
    """VAE/GAN: mean squared error of reconstructions in [0, 1], and of the mean picture.

    'reconstruction_class' is the share that the classifier reads as the class of the input.
    """
    G = state.shown_generator
    assert isinstance(G, vae_gan.Generator)
    pictures, _ = state.source.sample(COUNT, seed=state.config.seed + 2)
    x = to_float(pictures)
    back = torch.cat([G(G.encode(part)) for part in x.split(250)])
    found = {
        "reconstruction_error": float((back - x).square().mean() / 4),
        "reconstruction_of_mean": float((x - x.mean(0)).square().mean() / 4),
    }
    if classifier is not None:
        box = box_of(state.config.data.name)
        shown = (pictures, to_bytes(back))
        read = [classifier.read(one, box).logits.argmax(1) for one in shown]
        found["reconstruction_class"] = float((read[0] == read[1]).double().mean())
    return found


def feature_scores(state: State, classifier: DigitClassifier | None) -> dict[str, float]:
    """FIGAN: the share of the variance of the features asked for that the pictures show, R²."""
    del classifier
    G = state.shown_generator
    assert isinstance(G, figan.Generator)
    wanted = G.examples[:COUNT]
    z = _draw(state)[: len(wanted)]
    found = G.read(G(z, wanted))
    return {
        "feature_agreement": float((1 - (found - wanted).square().mean(0) / wanted.var(0)).mean())
    }


def _draw(state: State) -> Tensor:
    generator = torch.Generator().manual_seed(state.config.seed + 1)
    return draw_z(state.config, COUNT, generator).to(state.device)


def _shown(state: State, z: Tensor) -> Tensor:
    return torch.cat([to_bytes(state.shown_generator(part)) for part in z.split(250)])
