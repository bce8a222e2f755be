"""Trainings of super-resolution: small ones for the browser, those behind the shipped weights."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ganlab.config import Choice, OptimizerConfig, RunConfig
from ganlab.errors import ConfigError
from ganlab.registry import Preset, find, preset

GAMES = {"relativistic": "ragan", "standard": "non-saturating"}
"""What people choose between, and the loss of each."""
ERRORS_ON_LUMA = {"log mse of luma": 1.0, "1 - ssim of luma": 2.5, "l1": 10.0}
"""What the error 'luma' of a pixel is made of."""
LOSS_CHOICES = ("pixel", "adversarial", "features", "total_variation")
"""What people may choose of a preset's losses."""


def towards_pixels(lr: float, hidden: float, error: str = "l1", **more: Any) -> RunConfig:
    """A configuration that follows the pixels: our own network, moved by Muon."""
    first = RunConfig(
        data=Choice("photographs"),
        network=Choice("sr-lean", {"game": False}),
        terms=(Choice("sr-pixel", {"error": error}),),
        strategy=Choice("same-batch"),
        adversarial=0.0,
        d_steps=0,
        g_norm_limit=1.0,
        g_optimizer=OptimizerConfig(
            "muon", lr=lr, hidden=hidden, beta1=0.9, warmup=30, decay="cosine"
        ),
        batch=8,
        ema=0.999,
        steps=60_000,
    )
    return first.with_values(more)


def against_d(**more: Any) -> RunConfig:
    """A configuration that trains on against a D, with all the terms of the shipped network."""
    first = RunConfig(
        data=Choice("photographs"),
        network=Choice("sr-lean"),
        loss=Choice("ragan"),
        terms=tuple(
            Choice(name, values)
            for name, values in {
                "sr-pixel": {"weight": 1e-2},
                "sr-features": {},
                "sr-matching": {},
                "sr-consistency": {},
                "sr-grid": {},
            }.items()
        ),
        strategy=Choice("same-batch"),
        adversarial=5e-3,
        g_norm_limit=1.0,
        d_optimizer=OptimizerConfig(lr=1e-4, beta1=0.9, beta2=0.99, warmup=30, decay="late-cosine"),
        g_optimizer=OptimizerConfig(lr=2e-4, beta1=0.9, beta2=0.99, warmup=30, decay="late-cosine"),
        batch=8,
        ema=0.999,
        steps=20_000,
    )
    return first.with_values(more)


SMALL = {
    "data.crop": 24,
    "data.shrinkages": "1,0.7",
    "network.channels": 48,
    "network.blocks": 8,
    "ema": 0.99,
    "steps": 600,
}
LARGE_CROPS = {"data.crop": 56, "data.shrinkages": "1,0.75", "batch": 4}
AS_IN_THE_PAPER = {"data.crop": 0, "data.shrinkages": "1", "batch": 16, "ema": 0.0}


@preset(
    "srresnet",
    title="A small SRResNet that beats bicubic within a minute on two cores",
    summary="Photographs are shrunk to a quarter and enlarged again, pixel by pixel.",
    watch="PSNR on a cat that it never saw, which crosses bicubic's within the first minute.",
    source="Ledig et al. 2017; Lim et al. 2017",
)
def srresnet() -> RunConfig:
    """The small network, in small crops."""
    return towards_pixels(0.001, 3.0, **SMALL)


@preset(
    "srgan",
    title="The small SRResNet, trained on against a discriminator",
    summary="The network that follows pixels goes on against a D that judges patches.",
    watch="PSNR falls while fur and whiskers get sharper.",
    source="Ledig et al. 2017; Wang et al. 2018",
)
def srgan() -> RunConfig:
    """The small network against a D of patches."""
    return against_d(**SMALL)


@preset(
    "srresnet-full",
    title="The network behind sr-x4-psnr",
    summary="The shipped network's first 60,000 steps, towards the pixels.",
    watch="PSNR, for hours.",
)
def srresnet_full() -> RunConfig:
    """As many steps as a night has."""
    return towards_pixels(0.0005, 6.0)


@preset(
    "srresnet-finish",
    title="The network behind sr-x4-psnr, trained on in larger crops towards what is measured",
    summary="Further steps of the shipped network, towards PSNR and SSIM of the luma.",
    watch="PSNR and SSIM, which rise by hundredths.",
)
def srresnet_finish() -> RunConfig:
    """From the weights of srresnet-full."""
    return towards_pixels(0.0002, 6.0, "luma", **LARGE_CROPS, seed=3)


@preset(
    "srresnet-mean",
    title="The network behind sr-x4-psnr, as the mean of all that it is on a way at high rates",
    summary="The shipped network is the mean of 60,000 steps at a constant rate.",
    watch="PSNR of the mean, which is better than any step's.",
    source="Izmailov et al. 2018",
)
def srresnet_mean() -> RunConfig:
    """From the weights of srresnet-finish."""
    return towards_pixels(
        0.0002, 6.0, "luma", **LARGE_CROPS, seed=11, ema=1.0, **{"g_optimizer.decay": "none"}
    )


@preset(
    "srresnet-x2",
    title="The network behind sr-x2-psnr, from the x4 body",
    summary="The same body with another last layer, which doubles.",
    watch="PSNR, which is near its end soon.",
)
def srresnet_x2() -> RunConfig:
    """From the weights of sr-x4-psnr."""
    return towards_pixels(0.0005, 3.0, steps=20000)


@preset(
    "srgan-full",
    title="The network behind sr-x4-gan",
    summary="The shipped network goes on against a D, with features and D's own maps.",
    watch="Textures on the cat, while PSNR falls by two decibels.",
    source="Ledig et al. 2017; Wang et al. 2018",
)
def srgan_full() -> RunConfig:
    """From the weights of sr-x4-psnr."""
    return against_d(**{"data.crop": 32, "data.shrinkages": "1,0.8,0.6", "batch": 6, "seed": 1})


@preset(
    "srresnet-paper",
    title="SRResNet as the paper has it, trained towards the mean squared error",
    summary="The paper's network on its batches: 16 crops of originals of 96×96 pixels.",
    watch="It begins ten decibels below bicubic, for it has to learn the picture itself first.",
    source="Ledig et al. 2017, section 3.2",
)
def srresnet_paper() -> RunConfig:
    """What Ledig et al. leave out is left out."""
    return towards_pixels(
        0.0001,
        3.0,
        "mse",
        network={"name": "sr-paper", "game": False},
        **AS_IN_THE_PAPER,
        g_norm_limit=0.0,
        g_optimizer=OptimizerConfig(lr=0.0001, beta1=0.9),
        steps=1000000,
    )


@preset(
    "srgan-paper",
    title="SRGAN as the paper has it, trained on from its SRResNet",
    summary="Features of VGG19, and a thousandth of what D says of crops of 96×96 pixels.",
    watch="D's loss near zero means that it knows every fake.",
    source="Ledig et al. 2017, section 3.2",
)
def srgan_paper() -> RunConfig:
    """What Ledig et al. leave out is left out."""
    return against_d(
        network="sr-paper",
        loss=GAMES["standard"],
        terms=[{"name": "sr-features", "eyes": "vgg19-relu", "error": "squared"}],
        adversarial=0.001,
        **AS_IN_THE_PAPER,
        g_norm_limit=0.0,
        d_optimizer=OptimizerConfig(lr=0.0001, beta1=0.9, beta2=0.99, decay="halfway", floor=0.1),
        g_optimizer=OptimizerConfig(lr=0.0001, beta1=0.9, beta2=0.99, decay="halfway", floor=0.1),
        steps=200000,
    )


SUPERRES_PRESETS: Mapping[str, Preset] = {
    name: find(Preset, name)
    for name in (
        "srresnet",
        "srgan",
        "srresnet-full",
        "srresnet-finish",
        "srresnet-mean",
        "srresnet-x2",
        "srgan-full",
        "srresnet-paper",
        "srgan-paper",
    )
}
"""The presets of super-resolution by name."""


def needs_start(config: RunConfig) -> bool:
    """Whether a training of super-resolution goes on from trained weights: its game does."""
    return config.adversarial > 0


def superres_config(
    name: str,
    scale: int = 4,
    folder: str = "",
    losses: Mapping[str, Any] = {},
    **values: Any,
) -> RunConfig:
    """A preset at a scale, on a folder of photographs, with other losses.

    losses may name LOSS_CHOICES; ConfigError for what the preset does not have. values are further
    settings by path.
    """
    if name not in SUPERRES_PRESETS:
        raise ConfigError(f"preset must be one of {', '.join(SUPERRES_PRESETS)}, got '{name}'")
    config: RunConfig = SUPERRES_PRESETS[name].config
    config = config.with_values({"data.scale": scale, "data.path": folder} | values)
    unknown = set(losses) - set(LOSS_CHOICES)
    if unknown:
        raise ConfigError(f"losses may name {', '.join(LOSS_CHOICES)}, got {unknown.pop()}")
    if "features" in losses:
        config = _with_features(name, config, str(losses["features"]))
    if "adversarial" in losses:
        if not config.adversarial:
            raise ConfigError(f"{name} has no adversarial to choose")
        if losses["adversarial"] not in GAMES:
            raise ConfigError(
                f"adversarial must be one of {', '.join(GAMES)}, got '{losses['adversarial']}'"
            )
        config = config.with_values({"loss": GAMES[losses["adversarial"]]})
    if "pixel" in losses:
        if not any(one.name == "sr-pixel" for one in config.terms):
            raise ConfigError(f"{name} follows features and no error of pixels, so it has no pixel")
        config = config.with_values({"terms.sr-pixel.error": losses["pixel"]})
    if losses.get("total_variation"):
        config = config.with_values({"terms.sr-variation.weight": losses["total_variation"]})
    return config


def _with_features(name: str, config: RunConfig, eyes: str) -> RunConfig:
    """With other pretrained features, or none: then the pixels hold the content, if nothing does.

    Ledig et al. 2017 call that SRGAN-MSE.
    """
    if not config.adversarial:
        raise ConfigError(f"{name} has no features to choose")
    if eyes != "none":
        return config.with_values({"terms.sr-features.eyes": eyes})
    terms = [one for one in config.terms if one.name != "sr-features"]
    if not any(one.name in ("sr-pixel", "sr-matching") for one in terms):
        terms.append(Choice("sr-pixel", {"error": "mse"}))
    return replace(config, terms=tuple(terms))


def of_plan(plan: Mapping[str, Any]) -> RunConfig:
    """The configuration of a run that was stored before super-resolution was a task."""
    known = {"preset", "scale", "folder", "steps", "seconds", "seed", "threads", "losses"}
    if unknown := set(plan) - known:
        raise ConfigError(f"a super-resolution run knows no {', '.join(sorted(unknown))}")
    settings = {name: plan[name] for name in ("steps", "seconds", "seed") if name in plan}
    return superres_config(
        plan.get("preset", "srresnet"),
        plan.get("scale", 4),
        plan.get("folder", ""),
        plan.get("losses", {}),
        **settings,
    )
