"""The card that travels with weights: data, loss, recipe, time, machine and command."""

import os
import platform
from typing import Any

import torch

from ganlab.device import describe_device, inner_type, on_cpu
from ganlab.training.superres.adversarial import AdversarialRecipe, AdversarialTraining
from ganlab.training.superres.loop import Recipe
from ganlab.training.superres.recipes import AnyTraining


def losses_of(recipe: Recipe) -> dict[str, Any]:
    """The terms and their weights."""
    more = {"total_variation": recipe.total_variation} if recipe.total_variation else {}
    if isinstance(recipe, AdversarialRecipe):
        return dict(recipe.weights) | more
    if recipe.on_luma:
        return {"log mse of luma": 1.0, "1 - ssim of luma": 2.5, "l1": 10.0} | more
    return {recipe.pixel: 1.0} | more


def game_of(recipe: Recipe) -> dict[str, str]:
    """The pixel error, game and discriminator of the terms; empty without a discriminator."""
    if not isinstance(recipe, AdversarialRecipe):
        return {}
    pixel = {"pixel": recipe.pixel} if "pixel" in recipe.weights else {}
    return pixel | {"adversarial": recipe.adversarial, "discriminator": recipe.discriminator}


def card_of(
    trainer: AnyTraining, *, data: str, start: str | None, threads: int, **more: Any
) -> dict[str, Any]:
    """What made the trainer's averaged weights, and what else is to be said."""
    recipe = trainer.recipe
    features = trainer.features if isinstance(trainer, AdversarialTraining) else None
    return {
        "network": type(trainer.network).__name__,
        "parameters": sum(weight.numel() for weight in trainer.network.parameters()),
        "scale": trainer.crops.scale,
        "data": data,
        "degradation": "Pillow bicubic",
        "loss": losses_of(recipe),
        **game_of(recipe),
        "features": features.title if features else None,
        "start": start,
        "batch": trainer.crops.batch,
        "crop": trainer.crops.crop,
        "steps": trainer.step,
        "seconds": round(trainer.seconds),
        "seed": recipe.seed,
        "precision": f"trained {_precision(trainer.device)}, stored in bfloat16",
        "hardware": _hardware(trainer.device, threads),
        **more,
    }


def _precision(device: torch.device) -> str:
    lower = inner_type(device) is torch.bfloat16
    return "with bfloat16 autocast" if lower else "in float32"


def _hardware(device: torch.device, threads: int) -> str:
    if not on_cpu(device):
        return describe_device(device)
    return f"{threads} thread(s) of {os.cpu_count()} cores, {platform.machine()}"
