"""Named run configurations that are worth trying first."""

from collections.abc import Mapping
from dataclasses import dataclass

from ganlab.config import Choice, OptimizerConfig, RunConfig
from ganlab.errors import ConfigError

MNIST_COUNT = 60_000


@dataclass(frozen=True)
class Preset:
    """A configuration with what to say about it."""

    title: str
    summary: str
    """One sentence: what it is."""
    watch: str
    """One sentence: what to look at while it trains."""
    config: RunConfig
    source: str = ""


def _epochs(count: int, batch: int, of: int = MNIST_COUNT) -> int:
    return count * -(-of // batch)


PRESETS: Mapping[str, Preset] = {
    "digits": Preset(
        title="Digits, no download",
        summary="A small DCGAN learns 1,797 real handwritten digits that come with scikit-learn.",
        watch="Blobs become strokes within seconds; after half a minute most tiles are digits.",
        config=RunConfig(
            data=Choice("digits"),
            network=Choice("fast28", {"width": 16}),
            d_optimizer=OptimizerConfig(lr=1e-3),
            g_optimizer=OptimizerConfig(lr=1e-3),
            ema=0.99,
            steps=6_000,
        ),
    ),
    "fast-mnist": Preset(
        title="MNIST, live on a CPU",
        summary="The same small DCGAN on the 60,000 digits of MNIST.",
        watch="The first legible digits appear after about twenty seconds on two CPU cores.",
        config=RunConfig(
            data=Choice("mnist"),
            network=Choice("fast28", {"width": 16}),
            d_optimizer=OptimizerConfig(lr=1e-3),
            g_optimizer=OptimizerConfig(lr=1e-3),
            ema=0.995,
            steps=20_000,
        ),
    ),
    "dcgan-mnist": Preset(
        title="DCGAN on MNIST",
        summary="The DCGAN of TensorFlow's tutorial: 50 epochs, Adam 1e-4, batch 256.",
        watch="D's accuracy on real and fake draws near to a half as the pictures improve.",
        source="Radford et al. 2016; TensorFlow's DCGAN tutorial",
        config=RunConfig(
            data=Choice("mnist"),
            network=Choice("dcgan28"),
            z_dim=100,
            batch=256,
            # Keras's Adam: β1 0.9 and ε 1e-7.
            d_optimizer=OptimizerConfig(lr=1e-4, beta1=0.9, epsilon=1e-7),
            g_optimizer=OptimizerConfig(lr=1e-4, beta1=0.9, epsilon=1e-7),
            ema=0.0,
            steps=_epochs(50, 256),
        ),
    ),
    "vanilla-mnist": Preset(
        title="The plain GAN on MNIST",
        summary="Two multilayer perceptrons with dropout, as in most first lectures on GANs.",
        watch="D's loss falls at first while G's rises; then the two approach each other.",
        source="Goodfellow et al. 2014",
        config=RunConfig(
            data=Choice("mnist"),
            network=Choice("vanilla"),
            z_dim=100,
            batch=100,
            d_optimizer=OptimizerConfig(lr=2e-4),
            g_optimizer=OptimizerConfig(lr=2e-4),
            ema=0.0,
            steps=_epochs(50, 100),
        ),
    ),
}


def preset(name: str) -> RunConfig:
    """The configuration of the preset called name; raise ConfigError that lists them."""
    return find_preset(name).config


def find_preset(name: str) -> Preset:
    """The preset called name; raise ConfigError that lists them."""
    try:
        return PRESETS[name]
    except KeyError:
        raise ConfigError(f"preset must be one of {', '.join(PRESETS)}, got {name!r}") from None
