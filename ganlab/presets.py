"""Named run configurations that are worth trying first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ganlab.catalogue import DATA
from ganlab.config import Choice, OptimizerConfig, RunConfig
from ganlab.errors import ConfigError

MNIST_COUNT, CIFAR_COUNT = 60_000, 50_000


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
    film: int = 64
    """How many of the fixed z a film of it shows."""


def _epochs(count: int, batch: int, of: int = MNIST_COUNT) -> int:
    return count * -(-of // batch)


POINT_ADAM = OptimizerConfig(lr=1e-3, beta1=0.0, beta2=0.99, decay="cosine", floor=0.02)
FOLDED = {"g_activation": "tanh", "g_gain": 3.0, "d_gain": 3.0}
"""A G that starts out folded and a D that sees detail: what makes many small modes learnable."""


def _cured(data: Choice, gamma: float, steps: int, width: int = 64, batch: int = 128) -> RunConfig:
    """Points with the relativistic loss, R1 + R2 and an averaged G. Huang et al. 2024 (R3GAN)."""
    return RunConfig(
        data=data,
        network=Choice("mlp", FOLDED | {"g_width": width, "d_width": width}),
        z_dim=2,
        loss=Choice("relativistic"),
        penalties=(Choice("r1-r2", {"gamma": gamma}),),
        d_optimizer=POINT_ADAM,
        g_optimizer=POINT_ADAM,
        batch=batch,
        ema=0.998,
        steps=steps,
    )


def _compared(loss: str, d_steps: int = 1, **more: Any) -> RunConfig:
    """An objective of the literature on the DCGAN body and MNIST; everything else may change."""
    values: dict[str, Any] = {
        "data": Choice("mnist"),
        "network": Choice("dcgan-body"),
        "loss": Choice(loss),
        "d_steps": d_steps,
        "ema": 0.999,
        "steps": _epochs(20, 64),
    }
    return RunConfig(**values | more)


def _plain_digits(d_rate: float, g_rate: float) -> RunConfig:
    """The plain GAN of two perceptrons on the embedded digits, with these learning rates."""
    return RunConfig(
        data=Choice("digits"),
        network=Choice("vanilla"),
        z_dim=64,
        d_optimizer=OptimizerConfig(lr=d_rate),
        g_optimizer=OptimizerConfig(lr=g_rate),
        ema=0.99,
        steps=2_000,
    )


PRESETS: Mapping[str, Preset] = {
    "ring": Preset(
        title="A ring of eight",
        summary="Eight Gaussians on a circle, learnt whole: relativistic loss, R1 and R2.",
        watch="G's sheet folds onto all eight modes within seconds, then sharpens between them.",
        source="Huang et al. 2024 (R3GAN); the ring is Metz et al. 2017's",
        config=_cured(Choice("ring", {"std": 0.05}), 0.03, 8_000),
    ),
    "ring-collapse": Preset(
        title="Mode collapse",
        summary="The plain GAN on the same ring: its losses look harmless while modes get lost.",
        watch="Fake points gather in a few modes and hop between them; the rest stays empty.",
        source="Goodfellow et al. 2014; Metz et al. 2017",
        config=RunConfig(
            data=Choice("ring", {"std": 0.05}),
            network=Choice("mlp", {"g_width": 64, "g_depth": 2, "d_width": 64, "d_depth": 2}),
            z_dim=2,
            # The rates of Metz et al.'s own example: a G that moves ten times as fast as D.
            d_optimizer=OptimizerConfig(lr=1e-4),
            g_optimizer=OptimizerConfig(lr=1e-3),
            batch=128,
            ema=0.0,
            steps=8_000,
        ),
    ),
    "grid": Preset(
        title="A grid of twenty-five",
        summary="Twenty-five small Gaussians far apart, learnt by the same recipe as the ring.",
        watch="First a blanket over the square, then a net of lines, then twenty-five knots.",
        source="Huang et al. 2024 (R3GAN); the grid is Lin et al. 2018's",
        config=_cured(Choice("grid"), 0.1, 12_000, width=128, batch=256),
    ),
    "sine": Preset(
        title="The sine of the lecture notes",
        summary="x₁ uniform on [0, 2π], x₂ = sin x₁: a curve without width.",
        watch="A cloud bends into an S and thins to a line, its ends last.",
        config=_cured(Choice("sine"), 0.03, 6_000),
    ),
    "digits": Preset(
        title="Digits, no download",
        summary="A small DCGAN learns 1,797 real handwritten digits that come with scikit-learn.",
        watch="Blobs become strokes within seconds; after half a minute most tiles are digits.",
        config=RunConfig(
            data=Choice("digits"),
            network=Choice("fast28", {"width": 16}),
            z_dim=16,
            batch=32,
            # So few pictures are soon known by heart; R1 keeps D from being sure of them.
            penalties=(Choice("r1", {"gamma": 1.0}),),
            d_optimizer=OptimizerConfig(lr=1e-3, decay="cosine"),
            g_optimizer=OptimizerConfig(lr=2e-3, decay="cosine"),
            ema=0.99,
            steps=4_000,
        ),
    ),
    "digits-collapse": Preset(
        title="Digits that collapse",
        summary="The plain GAN on the embedded digits with a G twenty times as fast as its D.",
        watch="Every z becomes the same picture: what D takes for real today is all that G makes.",
        source="Goodfellow et al. 2014; the rates are chosen to fail",
        config=_plain_digits(5e-5, 1e-3),
    ),
    "digits-varied": Preset(
        title="Digits that stay varied",
        summary="The same networks and data, with a D that learns faster than G.",
        watch="The pictures stay noisy, as those of perceptrons do, but all kinds of digits come.",
        source="Goodfellow et al. 2014; Heusel et al. 2017",
        config=_plain_digits(1e-3, 3e-4),
    ),
    "fast-mnist": Preset(
        title="MNIST, live on a CPU",
        summary="The same small DCGAN on the 60,000 digits of MNIST.",
        watch="The first legible digits appear after about twenty seconds on two CPU cores.",
        config=RunConfig(
            data=Choice("mnist"),
            network=Choice("fast28", {"width": 16}),
            z_dim=16,
            batch=32,
            d_optimizer=OptimizerConfig(lr=1e-3, decay="cosine"),
            g_optimizer=OptimizerConfig(lr=2e-3, decay="cosine"),
            ema=0.995,
            steps=20_000,
        ),
    ),
    "cgan-mnist": Preset(
        title="Digits on demand, MNIST",
        summary="A conditional DCGAN: it is told which digit to write, and learns all ten.",
        watch="The tiles count from 0 to 9 and start over: soon each is what it was asked for.",
        source="Mirza & Osindero 2014; Miyato & Koyama 2018",
        config=RunConfig(
            data=Choice("mnist"),
            network=Choice("conditional", {"width": 16}),
            d_optimizer=OptimizerConfig(lr=3e-3),
            g_optimizer=OptimizerConfig(lr=3e-3),
            ema=0.995,
            steps=20_000,
        ),
    ),
    "cgan-digits": Preset(
        title="Digits on demand, no download",
        summary="The conditional DCGAN on the 1,797 digits that come with scikit-learn.",
        watch="The tiles count from 0 to 9 and start over: within a minute one can read them.",
        source="Mirza & Osindero 2014; Miyato & Koyama 2018",
        config=RunConfig(
            data=Choice("digits"),
            network=Choice("conditional", {"width": 16}),
            d_optimizer=OptimizerConfig(lr=2e-3),
            g_optimizer=OptimizerConfig(lr=2e-3),
            ema=0.99,
            steps=6_000,
        ),
    ),
    "digits-cgan": Preset(
        title="Digits on demand, the shipped model",
        summary="How the digits that come with the lab were trained: deeper, slower, with R1.",
        watch="D's accuracy stays near 60 %, for R1 keeps D flat where G has caught up.",
        source="Miyato & Koyama 2018; Mescheder et al. 2018",
        config=RunConfig(
            data=Choice("mnist"),
            network=Choice("conditional", {"width": 16, "depth": 1}),
            penalties=(Choice("r1", {"gamma": 0.5}),),
            d_optimizer=OptimizerConfig(lr=1e-3, beta1=0.0, beta2=0.99, decay="cosine", floor=0.02),
            g_optimizer=OptimizerConfig(lr=1e-3, beta1=0.0, beta2=0.99, decay="cosine", floor=0.02),
            ema=0.999,
            steps=8_000,
        ),
    ),
    "dcgan-mnist": Preset(
        title="DCGAN on MNIST",
        summary="The DCGAN of TensorFlow's tutorial: 50 epochs, Adam 1e-4, batch 256.",
        watch="D's accuracy on real and fake draws near to a half as the pictures improve.",
        source="Radford et al. 2016; TensorFlow's DCGAN tutorial",
        film=16,
        config=RunConfig(
            data=Choice("mnist"),
            network=Choice("dcgan28"),
            strategy=Choice("shared"),
            z_dim=100,
            batch=256,
            # Keras's Adam: β1 0.9 and ε 1e-7.
            d_optimizer=OptimizerConfig(lr=1e-4, beta1=0.9, epsilon=1e-7),
            g_optimizer=OptimizerConfig(lr=1e-4, beta1=0.9, epsilon=1e-7),
            ema=0.0,
            keep_epochs=15,
            show_epochs=1,
            steps=_epochs(50, 256),
        ),
    ),
    "dcgan-cifar10": Preset(
        title="DCGAN on CIFAR-10",
        summary="The printed DCGAN for 64×64 colour pictures, 30 epochs of CIFAR-10 scaled up.",
        watch="Colours come first, then blobs on a background, then things with a shape.",
        source="Radford et al. 2016; PyTorch's DCGAN tutorial",
        config=RunConfig(
            data=Choice("cifar10", {"size": 64}),
            network=Choice("dcgan64"),
            z_dim=100,
            batch=64,
            d_optimizer=OptimizerConfig(lr=2e-4),
            g_optimizer=OptimizerConfig(lr=2e-4),
            ema=0.0,
            steps=_epochs(30, 64, CIFAR_COUNT),
        ),
    ),
    "wgan": Preset(
        title="Wasserstein GAN, clipped",
        summary="A critic estimates how far apart real and generated are; clipping keeps it slow.",
        watch="Minus D's loss is the distance: it falls as the pictures improve.",
        source="Arjovsky et al. 2017",
        config=_compared(
            "wasserstein",
            d_steps=5,
            d_clip=0.01,
            d_optimizer=OptimizerConfig("rmsprop", lr=5e-5, beta2=0.99),
            g_optimizer=OptimizerConfig("rmsprop", lr=5e-5, beta2=0.99),
        ),
    ),
    "wgan-gp": Preset(
        title="Wasserstein GAN, with gradient penalty",
        summary="Instead of clipping, the critic is paid for a slope of 1 between real and fake.",
        watch="Minus D's loss rises at first, while the critic learns, and then only falls.",
        source="Gulrajani et al. 2017",
        config=_compared(
            "wasserstein",
            d_steps=5,
            penalties=(Choice("wgan-gp", {"gamma": 20.0}),),
            d_optimizer=OptimizerConfig(lr=1e-4, beta1=0.0, beta2=0.9),
            g_optimizer=OptimizerConfig(lr=1e-4, beta1=0.0, beta2=0.9),
        ),
    ),
    "lsgan": Preset(
        title="Least-squares GAN",
        summary="D's scores are pulled to 1 and 0 by squares, so that G is pulled from far away.",
        watch="Both losses stay small and near their lines; a flat D's loss of 0 is a lost G.",
        source="Mao et al. 2017",
        config=_compared(
            "least-squares",
            network=Choice("dcgan-body", {"d_norm": "batch"}),
            d_optimizer=OptimizerConfig(lr=2e-4),
            g_optimizer=OptimizerConfig(lr=2e-4),
        ),
    ),
    "sngan": Preset(
        title="Spectral normalisation",
        summary="Each layer of D is divided by its largest singular value: D cannot get too steep.",
        watch="What reaches G stays of one size through the whole run.",
        source="Miyato et al. 2018",
        config=_compared(
            "non-saturating",
            network=Choice("dcgan-body", {"d_norm": "spectral"}),
            d_optimizer=OptimizerConfig(lr=2e-4),
            g_optimizer=OptimizerConfig(lr=2e-4),
        ),
    ),
    "hinge": Preset(
        title="Hinge loss",
        summary="D leaves alone what it already tells apart by a margin of 1.",
        watch="D's loss settles between 1 and 2: where it is 2, D learns from every picture.",
        source="Lim & Ye 2017; Miyato et al. 2018",
        config=_compared(
            "hinge",
            network=Choice("dcgan-body", {"d_norm": "spectral"}),
            d_optimizer=OptimizerConfig(lr=2e-4),
            g_optimizer=OptimizerConfig(lr=2e-4),
        ),
    ),
    "sagan": Preset(
        title="Self-attention",
        summary="Each place of a picture looks at all others: strokes that belong together agree.",
        watch="Below the pictures: click a place and see where G looks when it draws there.",
        source="Zhang et al. 2019",
        config=_compared(
            "hinge",
            network=Choice("sagan"),
            # Two time-scales instead of several steps of D (Heusel et al. 2017).
            d_optimizer=OptimizerConfig(lr=4e-4, beta1=0.0, beta2=0.9),
            g_optimizer=OptimizerConfig(lr=1e-4, beta1=0.0, beta2=0.9),
        ),
    ),
    "ralsgan": Preset(
        title="Relativistic average, by squares",
        summary="Real has to score 1 above the average fake, and in G's turn fake above real.",
        watch="Both losses start near 2 and part: whoever leads, their sum is 4 or more.",
        source="Jolicoeur-Martineau 2018",
        config=_compared(
            "relativistic-average",
            network=Choice("dcgan-body", {"d_norm": "spectral"}),
            d_optimizer=OptimizerConfig(lr=2e-4),
            g_optimizer=OptimizerConfig(lr=2e-4),
        ),
    ),
    "r3gan": Preset(
        title="R3GAN, the modern baseline",
        summary="Real and fake compared in pairs, R1 and R2, residual networks without any norm.",
        watch="D's accuracy stays near a half and nothing oscillates: this game converges.",
        source="Huang et al. 2024",
        config=_compared(
            "relativistic",
            network=Choice("r3gan"),
            penalties=(Choice("r1-r2", {"gamma": 0.5}),),
            d_optimizer=OptimizerConfig(lr=1e-3, beta1=0.0, beta2=0.99, decay="cosine", floor=0.02),
            g_optimizer=OptimizerConfig(lr=1e-3, beta1=0.0, beta2=0.99, decay="cosine", floor=0.02),
        ),
    ),
    "own-pictures": Preset(
        title="Your own pictures",
        summary="A folder or a ZIP of pictures that you bring, cut to squares of 32×32.",
        watch="Colours and layout come within minutes; with few pictures, tiles repeat them.",
        source="Miyato et al. 2018; Mescheder et al. 2018",
        config=RunConfig(
            data=Choice("folder", {"size": 32}),
            network=Choice("dcgan-body", {"d_norm": "spectral"}),
            loss=Choice("hinge"),
            penalties=(Choice("r1", {"gamma": 0.1}),),
            d_optimizer=OptimizerConfig(lr=2e-4),
            g_optimizer=OptimizerConfig(lr=2e-4),
            batch=32,
            ema=0.995,
            steps=10_000,
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
    "vae-gan": Preset(
        title="VAE/GAN: pictures there and back",
        summary="An encoder finds the z of a picture; D's own features say how alike two are.",
        watch="Systems, Attributes: inputs above their reconstructions, which sharpen with D.",
        source="Larsen et al. 2016",
        config=RunConfig(
            data=Choice("digits"),
            network=Choice("vae-gan"),
            z_dim=16,
            terms=(Choice("reconstruction"),),
            batch=32,
            d_optimizer=OptimizerConfig(lr=5e-4, decay="cosine"),
            g_optimizer=OptimizerConfig(lr=2e-3, decay="cosine"),
            ema=0.99,
            steps=3_000,
        ),
    ),
    "infogan": Preset(
        title="InfoGAN: codes that mean something",
        summary="Ten categories and two dials in z that D can read back: digits sort themselves.",
        watch="Systems, Codes: each row settles on a digit that nobody named.",
        source="Chen et al. 2016",
        config=RunConfig(
            data=Choice("digits"),
            network=Choice("infogan"),
            noise=Choice("codes"),
            z_dim=32,
            terms=(Choice("information", {"continuous": 0.05}),),
            batch=32,
            d_optimizer=OptimizerConfig(lr=3e-4, decay="cosine"),
            g_optimizer=OptimizerConfig(lr=1e-3, decay="cosine"),
            ema=0.99,
            steps=2_400,
        ),
    ),
    "transgan": Preset(
        title="TransGAN: no convolution anywhere",
        summary="Two small transformers; real and fake are moved, cut and recoloured before D.",
        watch="A haze with the grain of tokens first; strokes appear once tokens agree.",
        source="Jiang et al. 2021; Zhao et al. 2020",
        config=RunConfig(
            data=Choice("digits"),
            network=Choice("transgan"),
            z_dim=64,
            transforms=(Choice("augment"),),
            batch=32,
            d_optimizer=OptimizerConfig(lr=5e-4, beta1=0.0, beta2=0.99),
            g_optimizer=OptimizerConfig(lr=5e-4, beta1=0.0, beta2=0.99),
            ema=0.99,
            steps=6_000,
        ),
    ),
    "figan": Preset(
        title="FIGAN: what a classifier looks for",
        summary="G is told principal features of the lab's classifier and draws what has them.",
        watch="Systems, Features: walk one up and down and see a stroke come and go.",
        source="Hasenstab et al. 2023",
        config=RunConfig(
            data=Choice("digits"),
            network=Choice("figan"),
            z_dim=32,
            terms=(Choice("consistency"),),
            batch=32,
            d_optimizer=OptimizerConfig(lr=1e-3, decay="cosine"),
            g_optimizer=OptimizerConfig(lr=2e-3, decay="cosine"),
            ema=0.99,
            steps=3_000,
        ),
    ),
}


def epochs(config: RunConfig, count: float) -> int:
    """Steps of that many epochs of the configuration's data; ConfigError where none are known."""
    known = DATA[config.data.name].traits.get("count", 0)
    if not known:
        raise ConfigError(f"how long an epoch of {config.data.name} is depends: give steps instead")
    if not 0 < count <= 100_000:
        raise ConfigError(f"epochs must be more than 0 and at most 100000, got {count:g}")
    return max(1, round(count * config.epoch(known)))


def preset(name: str) -> RunConfig:
    """The configuration of the preset called name; raise ConfigError that lists them."""
    return find_preset(name).config


def find_preset(name: str) -> Preset:
    """The preset called name; raise ConfigError that lists them."""
    try:
        return PRESETS[name]
    except KeyError:
        raise ConfigError(f"preset must be one of {', '.join(PRESETS)}, got {name!r}") from None
