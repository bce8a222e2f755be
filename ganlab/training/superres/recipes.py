"""Named trainings: the small ones for the browser and the ones behind the shipped weights."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import nn

from ganlab.data.degradation import Crops, embedded_photographs, pairs, photographs
from ganlab.device import choose_device
from ganlab.errors import ConfigError, DataError, PictureError
from ganlab.images.reading import read
from ganlab.networks.perceptual_features import FEATURES, Features, squeezenet, squeezenet_is_there
from ganlab.networks.srgan_paper import SRResNet
from ganlab.networks.superres import LeanSRResNet
from ganlab.networks.vgg19 import vgg19_is_here
from ganlab.training.superres.adversarial import AdversarialRecipe, AdversarialTraining
from ganlab.training.superres.loop import PixelTraining, Recipe

HELD_OUT = 2
"""Index of the embedded photograph that no training sees: Chelsea the cat."""


LOSS_CHOICES = ("pixel", "adversarial", "features", "total_variation")
"""The fields of a recipe that say which loss is followed, and that people may choose."""
MOST_PIXELS = 500_000_000
"""That a training holds in memory, at all its shrinkages: 1.5 GB, and the shrunk ones besides."""

AnyTraining = PixelTraining | AdversarialTraining
Generator = LeanSRResNet | SRResNet


@dataclass(frozen=True)
class Preset:
    """A training worth starting: a network and its size, crops, and a recipe."""

    title: str
    recipe: Recipe
    channels: int = 64
    blocks: int = 16
    batch: int = 8
    crop: int = 40
    shrinkages: tuple[float, ...] = (1.0, 0.9, 0.8, 0.7, 0.6)
    network: type[Generator] = LeanSRResNet
    scales: tuple[int, ...] = (2, 3, 4)
    side: int = 0
    """Side of the original's crops where it is the same at every scale; 0 leaves it to `crop`."""

    def crop_at(self, scale: int) -> int:
        """Side of a crop in low-resolution pixels."""
        return self.side // scale if self.side else self.crop


def _as_in_the_paper(title: str, recipe: Recipe) -> Preset:
    """The paper's network on its batches: 16 crops of originals of 96×96 pixels."""
    return Preset(
        title,
        recipe,
        batch=16,
        shrinkages=(1.0,),
        network=SRResNet,
        scales=(2, 4),
        side=96,
    )


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
        Recipe(steps=60_000, rate=2e-4, muon_rate=1.2e-3, on_luma=True, seed=3),
        batch=4,
        crop=56,
        shrinkages=(1.0, 0.75),
    ),
    "srresnet-mean": Preset(
        "The network behind sr-x4-psnr, as the mean of all that it is on a way at high rates",
        Recipe(
            steps=60_000,
            rate=2e-4,
            muon_rate=1.2e-3,
            averaging=1.0,
            on_luma=True,
            schedule="constant",
            seed=11,
        ),
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
    "srresnet-paper": _as_in_the_paper(
        "SRResNet as the paper has it, trained towards the mean squared error",
        Recipe(
            steps=1_000_000,
            rate=1e-4,
            muon_rate=0.0,
            warmup=1,
            averaging=0.0,
            clip=math.inf,
            pixel="mse",
            schedule="constant",
        ),
    ),
    "srgan-paper": _as_in_the_paper(
        "SRGAN as the paper has it, trained on from its SRResNet",
        AdversarialRecipe(
            steps=200_000,
            rate=1e-4,
            d_rate=1e-4,
            warmup=1,
            averaging=0.0,
            clip=math.inf,
            pixel="mse",
            schedule="tenth",
            weights={"features": 1.0, "adversarial": 1e-3},
            adversarial="standard",
            features="vgg19-relu",
            feature_error="squared",
            discriminator="paper",
        ),
    ),
}
"""The last two are Ledig et al. 2017, section 3.2, with all that it leaves out left out."""


def material(
    folder: Path | None,
    report: Callable[[str], None] = lambda line: None,
    most: float = MOST_PIXELS,
) -> list[Image.Image]:
    """The photographs of a folder in sRGB, or the embedded ones without the one held out.

    What cannot be read is skipped, and `report` is called with the reason. More than `most` pixels
    are refused.
    """
    if folder is None:
        return [p for i, p in enumerate(embedded_photographs()) if i != HELD_OUT]
    opened, pixels = [], 0
    for path in photographs(folder):
        try:
            picture = read(path)
        except PictureError as error:
            report(f"skipped: {error}")
            continue
        pixels += picture.width * picture.height
        if pixels > most:
            raise DataError(
                f"the photographs of {folder} have more than the {most / 1e6:,.0f} million pixels "
                f"that are held in memory: take fewer or smaller ones"
            )
        opened.append(Image.fromarray(picture.rgb()))
    if not opened:
        raise DataError(f"no photograph of {folder} can be read: choose another folder")
    return opened


def held_out() -> Image.Image:
    """A photograph that no training on embedded photographs has seen."""
    return embedded_photographs()[HELD_OUT]


def training(
    name: str,
    scale: int = 4,
    folder: Path | None = None,
    start: nn.Module | None = None,
    report: Callable[[str], None] = lambda line: None,
    device: str = "auto",
    **changes: Any,
) -> AnyTraining:
    """A named training, ready to `run`; `changes` replace fields of its recipe.

    `report` is called with each photograph that is skipped, and why. `start` is the network to go
    on from, as fine-tuning needs; the small presets build their own. Pretrained features that
    `changes` name must be there, or DataError is raised; for those that only the preset names,
    others may stand in, and the training's `remark` says so.
    """
    preset = PRESETS[name]
    check_scale(name, scale)
    where = choose_device(device)
    recipe = recipe_of(name, **changes)
    crop = preset.crop_at(scale)
    copies = sum(factor**2 for factor in preset.shrinkages)  # of every pixel, in all sizes
    pictures = material(folder, report, MOST_PIXELS / copies)
    made = pairs(pictures, scale, preset.shrinkages, crop)
    crops = Crops(made, preset.batch, crop, recipe.seed)
    torch.manual_seed(recipe.seed)
    network = start or preset.network(scale, preset.channels, preset.blocks)
    if isinstance(recipe, AdversarialRecipe):
        features = _features(recipe, insisting="features" in changes)
        if features is None:
            recipe = _without_features(recipe)
        return AdversarialTraining(network, crops, recipe, features, where)
    return PixelTraining(network, crops, recipe, where)


def recipe_of(name: str, **changes: Any) -> Recipe:
    """A preset's recipe with some fields replaced; ConfigError for those that it does not have."""
    recipe = PRESETS[name].recipe
    unknown = changes.keys() - {field.name for field in fields(recipe)}
    if unknown:
        raise ConfigError(f"{name} has no {', '.join(sorted(unknown))} to choose")
    recipe = replace(recipe, **changes)
    if isinstance(recipe, AdversarialRecipe):
        if recipe.features == "none":
            recipe = _without_features(recipe)
        if "pixel" in changes and "pixel" not in recipe.weights:
            raise ConfigError(f"{name} follows features and no error of pixels, so it has no pixel")
    return recipe


def check_scale(name: str, scale: int) -> None:
    """Refuse a scale that a preset's network does not have."""
    scales = PRESETS[name].scales
    if scale not in scales:
        wanted = ", ".join(map(str, scales[:-1])) + f" or {scales[-1]}"
        raise ConfigError(f"{name} enlarges by {wanted}, got {scale}")


def _features(recipe: AdversarialRecipe, insisting: bool) -> Features | None:
    """What the recipe names, or else, where nobody insists, what is there instead of it."""
    if insisting or recipe.features == "none":
        return FEATURES[recipe.features]()
    if recipe.features != "squeezenet" and vgg19_is_here():
        return FEATURES[recipe.features]()
    return squeezenet() if squeezenet_is_there() else None


def _without_features(recipe: AdversarialRecipe) -> AdversarialRecipe:
    """Where features alone hold the content, the pixels do: Ledig et al. 2017, SRGAN-MSE."""
    weights = {name: weight for name, weight in recipe.weights.items() if name != "features"}
    if not weights.keys() & {"pixel", "matching"}:
        weights = {"pixel": 1.0, **weights}
    return replace(recipe, weights=weights)


def needs_start(name: str) -> bool:
    """Whether a preset goes on from trained weights."""
    return isinstance(PRESETS[name].recipe, AdversarialRecipe)


def columns_of(recipe: Recipe) -> tuple[str, ...]:
    """The columns of a run of that recipe: the validation scores, then the terms."""
    return ("psnr", "ssim", *recipe.terms)
