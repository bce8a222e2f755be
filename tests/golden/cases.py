"""What is recorded: presets with the batches they get here, recipes, and commands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

STEPS = 20

BATCHES: Mapping[str, int] = {
    "dcgan-mnist": 16,  # 256
    "dcgan-cifar10": 4,  # 64
    "wgan": 16,  # 64
    "wgan-gp": 8,  # 64
    "lsgan": 32,  # 64
    "sngan": 32,  # 64
    "hinge": 32,  # 64
    "sagan": 16,  # 64
    "ralsgan": 32,  # 64
    "own-pictures": 16,  # 32
    "transgan": 8,  # 32
}
"""Heavy presets keep their networks and get a smaller batch; the preset's own in the comment."""


@dataclass(frozen=True)
class Superres:
    """One recorded training of super-resolution."""

    preset: str
    steps: int = 3
    changes: Mapping[str, Any] = field(default_factory=dict)


SUPERRES: Mapping[str, Superres] = {
    "srresnet": Superres("srresnet", STEPS, {"batch": 2, "crop": 12}),
    "srresnet x2, total variation": Superres(
        "srresnet", STEPS, {"batch": 2, "crop": 12, "scale": 2, "total_variation": 0.01}
    ),
    "srresnet x3, squares": Superres(
        "srresnet", STEPS, {"batch": 2, "crop": 12, "scale": 3, "pixel": "mse"}
    ),
    "srgan": Superres("srgan", STEPS, {"batch": 2, "crop": 12}),
    "srgan, D's features": Superres("srgan", STEPS, {"batch": 2, "crop": 12, "features": "none"}),
    "srgan, standard": Superres(
        "srgan", STEPS, {"batch": 2, "crop": 12, "adversarial": "standard"}
    ),
    "srresnet-full": Superres("srresnet-full", STEPS, {"batch": 1, "crop": 12}),
    "srresnet-finish": Superres(
        "srresnet-finish", STEPS, {"batch": 1, "crop": 12, "start": "sr-x4-psnr"}
    ),
    "srresnet-mean": Superres(
        "srresnet-mean", STEPS, {"batch": 1, "crop": 12, "start": "sr-x4-psnr"}
    ),
    "srresnet-x2": Superres(
        "srresnet-x2", STEPS, {"batch": 1, "crop": 12, "scale": 2, "start": "sr-x4-psnr"}
    ),
    "srgan-full": Superres("srgan-full", STEPS, {"batch": 1, "crop": 16, "start": "sr-x4-psnr"}),
    "srresnet-paper": Superres("srresnet-paper", 5, {"batch": 2}),
    "srgan-paper": Superres("srgan-paper", 3, {"batch": 2}),
}
"""Every preset, with a smaller batch and, where D's head allows, smaller crops."""

SCALARS_OF_PICTURES = ("shown mean", "shown deviation")
"""Of the snapshot after the last step, so that the averaged G and the fixed z count too."""

SAMPLES: Mapping[str, tuple[str, ...]] = {
    "digits-cgan": ("sample", "digits-cgan", "--n", "10", "--seed", "3"),
    "digits-cgan labels": ("sample", "digits-cgan", "--labels", "20261122", "--seed", "1"),
    "digits-cgan balanced": ("sample", "digits-cgan", "--n", "20", "--balanced"),
    "digits-r3gan": ("sample", "digits-r3gan", "--n", "8", "--seed", "3"),
    "digits-vae-gan": ("sample", "digits-vae-gan", "--n", "8", "--seed", "3"),
    "digits-infogan": ("sample", "digits-infogan", "--n", "8", "--seed", "3"),
    "digits-figan": ("sample", "digits-figan", "--n", "8", "--seed", "3"),
    "playground-ring": ("sample", "playground-ring", "--n", "16", "--seed", "3"),
    "walk digits-cgan": ("walk", "digits-cgan", "--from", "3", "--to", "8", "--frames", "6"),
    "walk digits-cgan lerp": ("walk", "digits-cgan", "--mode", "lerp", "--frames", "5"),
    "walk digits-r3gan": ("walk", "digits-r3gan", "--frames", "5", "--seed", "2"),
    "walk digits-vae-gan": ("walk", "digits-vae-gan", "--frames", "5", "--seed", "2"),
    "walk digits-infogan": ("walk", "digits-infogan", "--frames", "5", "--seed", "2"),
    "walk digits-figan": ("walk", "digits-figan", "--frames", "5", "--seed", "2"),
    "walk playground-ring": ("walk", "playground-ring", "--frames", "5", "--seed", "2"),
}
"""Commands that write arrays, without their --out."""

UPSCALES: Mapping[str, tuple[str, ...]] = {
    "nearest": ("--method", "nearest"),
    "bicubic": ("--method", "bicubic"),
    "bicubic x2.5": ("--method", "bicubic", "--scale", "2.5"),
    "lanczos": ("--method", "lanczos", "--scale", "3"),
    "sr-x4-psnr": ("--method", "sr-x4-psnr"),
    "sr-x4-psnr, a tile at a time": ("--method", "sr-x4-psnr", "--tile", "16"),
    "sr-x4-psnr to a size": ("--method", "sr-x4-psnr", "--size", "60x50"),
    "sr-x4-gan": ("--method", "sr-x4-gan"),
    "sr-x4-gan, a region": ("--method", "sr-x4-gan", "--region", "4,5,16,12"),
    "sr-x4-gan alpha 0.5": ("--method", "sr-x4-gan", "--alpha", "0.5"),
    "sr-x2-psnr": ("--method", "sr-x2-psnr"),
}
"""Ways of enlarging a crop of a photograph, 24×20 pixels."""
