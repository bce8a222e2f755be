"""The lab's own presets on handwritten digits, for a minute on a CPU."""

from collections.abc import Mapping

from ganlab.config import Choice, OptimizerConfig, RunConfig
from ganlab.presets.entry import Preset


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


DIGIT_PRESETS: Mapping[str, Preset] = {
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
        summary="A conditional DCGAN: it is given the digit to write, and learns all ten.",
        watch="The tiles count from 0 to 9 and start over: soon each is the requested digit.",
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
}
