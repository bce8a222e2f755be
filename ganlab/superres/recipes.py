"""Named trainings: the small ones for the browser and the ones behind the shipped weights."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import nn

from ganlab.errors import DataError
from ganlab.superres.adversarial import WEIGHTS, AdversarialRecipe, AdversarialTraining
from ganlab.superres.degradation import Crops, embedded_photographs, pairs, photographs
from ganlab.superres.features import squeezenet, squeezenet_is_there
from ganlab.superres.networks import LeanSRResNet
from ganlab.superres.training import PixelTraining, Recipe

HELD_OUT = 2
"""Index of the embedded photograph that no training sees: Chelsea the cat."""


AnyTraining = PixelTraining | AdversarialTraining


@dataclass(frozen=True)
class Preset:
    """A training worth starting: a network's size, crops, and a recipe."""

    title: str
    recipe: Recipe
    channels: int = 64
    blocks: int = 16
    batch: int = 8
    crop: int = 40
    shrinkages: tuple[float, ...] = (1.0, 0.9, 0.8, 0.7, 0.6)


PRESETS: Mapping[str, Preset] = {
    "srresnet": Preset(
        "A small SRResNet that beats bicubic within a minute on two cores",
        Recipe(steps=600, averaging=0.99),
        channels=48,
        blocks=8,
        crop=24,
        shrinkages=(1.0, 0.7),
    ),
    "srgan": Preset(
        "The small SRResNet, trained on against a discriminator",
        AdversarialRecipe(steps=600, averaging=0.99),
        channels=48,
        blocks=8,
        crop=24,
        shrinkages=(1.0, 0.7),
    ),
    "srresnet-full": Preset(
        "The network behind sr-x4-psnr", Recipe(steps=60_000, rate=5e-4, muon_rate=3e-3)
    ),
    "srresnet-finish": Preset(
        "The network behind sr-x4-psnr, trained on in larger crops towards what is measured",
        Recipe(steps=60_000, rate=1e-4, muon_rate=6e-4, on_luma=True, seed=2),
        batch=4,
        crop=56,
        shrinkages=(1.0, 0.75),
    ),
    "srresnet-x2": Preset(
        "The network behind sr-x2-psnr, from the x4 body",
        Recipe(steps=20_000, rate=5e-4, muon_rate=1.5e-3),
    ),
    "srgan-full": Preset(
        "The network behind sr-x4-gan",
        AdversarialRecipe(steps=20_000, seed=1),
        batch=6,
        crop=32,
        shrinkages=(1.0, 0.8, 0.6),
    ),
}


def material(folder: Path | None) -> list[Image.Image]:
    """The photographs of a folder, or the embedded ones without the one held out."""
    if folder is None:
        return [p for i, p in enumerate(embedded_photographs()) if i != HELD_OUT]
    opened = []
    for path in photographs(folder):
        try:
            opened.append(Image.open(path).convert("RGB"))
        except OSError as error:
            raise DataError(f"{path.name} cannot be read: remove it from {folder}") from error
    return opened


def held_out() -> Image.Image:
    """A photograph that no training on embedded photographs has seen."""
    return embedded_photographs()[HELD_OUT]


def training(
    name: str,
    scale: int = 4,
    folder: Path | None = None,
    start: nn.Module | None = None,
    **changes: Any,
) -> AnyTraining:
    """A named training, ready to `run`; `changes` replace fields of its recipe.

    `start` is the network to go on from, as fine-tuning needs; the small presets build their own.
    """
    preset = PRESETS[name]
    recipe = replace(preset.recipe, **changes)
    made = pairs(material(folder), scale, preset.shrinkages, preset.crop)
    crops = Crops(made, preset.batch, preset.crop, recipe.seed)
    torch.manual_seed(recipe.seed)
    network = start or LeanSRResNet(scale, preset.channels, preset.blocks)
    if isinstance(recipe, AdversarialRecipe):
        features = squeezenet() if squeezenet_is_there() else None
        return AdversarialTraining(network, crops, recipe, features)
    return PixelTraining(network, crops, recipe)


def needs_start(name: str) -> bool:
    """Whether a preset goes on from trained weights."""
    return isinstance(PRESETS[name].recipe, AdversarialRecipe)


def columns_of(name: str) -> tuple[str, ...]:
    """The terms that a preset's training tells, after what an examination finds."""
    terms = ("d_loss", *WEIGHTS) if needs_start(name) else ("l1",)
    return ("psnr", "ssim", *terms)
