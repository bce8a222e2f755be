"""The card that travels with weights: data, loss, recipe, time, machine and command."""

import os
import platform
from typing import Any

from ganlab.superres.adversarial import AdversarialRecipe, AdversarialTraining
from ganlab.superres.recipes import AnyTraining
from ganlab.superres.training import Recipe


def losses_of(recipe: Recipe) -> dict[str, Any]:
    """The terms and their weights."""
    if isinstance(recipe, AdversarialRecipe):
        return dict(recipe.weights)
    if recipe.on_luma:
        return {"log mse of luma": 1.0, "1 - ssim of luma": 2.5, "l1": 10.0}
    return {"l1": 1.0}


def card_of(
    trainer: AnyTraining, *, data: str, start: str | None, threads: int, **more: Any
) -> dict[str, Any]:
    """What made the trainer's averaged weights, and what else is to be said."""
    recipe = trainer.recipe
    features = isinstance(trainer, AdversarialTraining) and trainer.features is not None
    return {
        "network": type(trainer.network).__name__,
        "parameters": sum(weight.numel() for weight in trainer.network.parameters()),
        "scale": trainer.crops.scale,
        "data": data,
        "degradation": "Pillow bicubic",
        "loss": losses_of(recipe),
        "features": "SqueezeNet 1.0 ImageNet: relu1, fire3, fire5" if features else None,
        "start": start,
        "batch": trainer.crops.batch,
        "crop": trainer.crops.crop,
        "steps": trainer.step,
        "seconds": round(trainer.seconds),
        "seed": recipe.seed,
        "precision": "trained with bfloat16 autocast, stored in bfloat16",
        "hardware": f"{threads} thread(s) of {os.cpu_count()} cores, {platform.machine()}",
        **more,
    }
