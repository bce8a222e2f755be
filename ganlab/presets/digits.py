"""The lab's own presets on handwritten digits, for a minute on a CPU."""

from dataclasses import replace

from ganlab.config import Choice, OptimizerConfig, RunConfig
from ganlab.registry import preset

FOLDED = "A dense layer and two folded 4×4 up-convolutions against two 4×4 convolutions of stride 2"


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


@preset(
    "digits",
    title="Digits, no download",
    summary="A small DCGAN learns 1,797 real handwritten digits that come with scikit-learn.",
    watch="Blobs become strokes within seconds; after half a minute most tiles are digits.",
    idea="The smallest run that makes something legible: two small convolutional networks and "
    "1,797 real digits that need no download. So few pictures are soon known by heart, so R1 "
    "keeps D from growing steep around each of them.",
    objective=(
        r"L_D=-\log\sigma(D(x))-\log(1-\sigma(D(G(z))))"
        r"+\tfrac\gamma2\|\nabla D(x)\|^2",
        r"L_G=-\log\sigma(D(G(z)))",
    ),
    recipe=f"{FOLDED}; Adam 1e-3 for D and 2e-3 for G with cosine decay, batch 32, γ = 1.",
    look=(
        "Within seconds blobs become strokes; most tiles are digits after half a minute.",
        "Set R1's γ to 0 and start again: D becomes sure of itself and the digits wobble.",
    ),
    paper="Radford et al. 2016; Mescheder et al. 2018",
)
def digits() -> RunConfig:
    """The small DCGAN with R1, for so few pictures are soon known by heart."""
    return RunConfig(
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
    )


@preset(
    "digits-collapse",
    title="Digits that collapse",
    summary="The plain GAN on the embedded digits with a G five times as fast as its D.",
    watch="Every z becomes nearly the same picture, and D is right about little more than half of "
    "them: G wins by what D takes for real just now, not by what the data hold.",
    source="Goodfellow et al. 2014; the rates are chosen to fail",
)
def digits_collapse() -> RunConfig:
    """G fools a slow D with one kind of digit; later D catches up and kinds come back.

    At step 1,000, seeds 0, 1, 2: entropy of classes 0.03, 0.00, 0.11 (800 samples), D right on
    62, 64, 65 % of real and 52, 54, 49 % of generated pictures.
    """
    return replace(_plain_digits(1e-4, 5e-4), steps=1_000)


@preset(
    "digits-varied",
    title="Digits that stay varied",
    summary="The same networks and data, with a D that learns faster than G.",
    watch="The pictures stay noisy, as those of perceptrons do, but all kinds of digits come.",
    source="Goodfellow et al. 2014; Heusel et al. 2017",
)
def digits_varied() -> RunConfig:
    """Two time-scales the other way round: D learns three times as fast as G."""
    return _plain_digits(1e-3, 3e-4)


@preset(
    "fast-mnist",
    title="MNIST, live on a CPU",
    summary="The same small DCGAN on the 60,000 digits of MNIST.",
    watch="The first legible digits appear after about twenty seconds on two CPU cores.",
    idea="The same small networks on the 60,000 digits of MNIST. Upsampling and convolution "
    "are one layer here, which does a third of the tutorial network's work.",
    recipe=f"{FOLDED}; Adam 1e-3 for D and 2e-3 for G with cosine decay, batch 32.",
    look=("The first legible digits come after some twenty seconds on two CPU cores.",),
    paper="Radford et al. 2016; the folding is this lab's",
)
def fast_mnist() -> RunConfig:
    """The small DCGAN without a penalty."""
    return RunConfig(
        data=Choice("mnist"),
        network=Choice("fast28", {"width": 16}),
        z_dim=16,
        batch=32,
        d_optimizer=OptimizerConfig(lr=1e-3, decay="cosine"),
        g_optimizer=OptimizerConfig(lr=2e-3, decay="cosine"),
        ema=0.995,
        steps=20_000,
    )


@preset(
    "cgan-mnist",
    title="Digits on demand, MNIST",
    summary="A conditional DCGAN: it is given the digit to write, and learns all ten.",
    watch="The tiles count from 0 to 9 and start over: soon each is the requested digit.",
    source="Mirza & Osindero 2014; Miyato & Koyama 2018",
    idea="Both players are given which digit is meant. G can then be asked for a 7, and D also "
    "catches a good 1 that was meant to be a 7.",
    objective=(r"L_D=-\log\sigma(D(x,y))-\log(1-\sigma(D(G(z,y),y)))",),
    recipe="Labels steer every batch norm of G and enter D by projection; Adam 3e-3, batch 64.",
    look=("The tiles count from 0 to 9 and start over: soon each is what it was asked for.",),
)
def cgan_mnist() -> RunConfig:
    """The conditional DCGAN on all of MNIST."""
    return RunConfig(
        data=Choice("mnist"),
        network=Choice("conditional", {"width": 16}),
        d_optimizer=OptimizerConfig(lr=3e-3),
        g_optimizer=OptimizerConfig(lr=3e-3),
        ema=0.995,
        steps=20_000,
    )


@preset(
    "cgan-digits",
    title="Digits on demand, no download",
    summary="The conditional DCGAN on the 1,797 digits that come with scikit-learn.",
    watch="The tiles count from 0 to 9 and start over: within a minute one can read them.",
    source="Mirza & Osindero 2014; Miyato & Koyama 2018",
    idea="Digits on demand from the 1,797 that come with scikit-learn: a label goes into G "
    "beside z, and into D beside the picture.",
    objective=(r"L_D=-\log\sigma(D(x,y))-\log(1-\sigma(D(G(z,y),y)))",),
    recipe="Labels steer every batch norm of G and enter D by projection; Adam 2e-3, batch 64.",
    look=("Within a minute one can read what each tile was asked for.",),
)
def cgan_digits() -> RunConfig:
    """The conditional DCGAN on 1,797 digits."""
    return RunConfig(
        data=Choice("digits"),
        network=Choice("conditional", {"width": 16}),
        d_optimizer=OptimizerConfig(lr=2e-3),
        g_optimizer=OptimizerConfig(lr=2e-3),
        ema=0.99,
        steps=6_000,
    )


@preset(
    "digits-cgan",
    title="Digits on demand, the shipped model",
    summary="How the digits that come with the lab were trained: deeper, slower, with R1.",
    watch="D's accuracy stays near 60 %, for R1 keeps D flat where G has caught up.",
    source="Miyato & Koyama 2018; Mescheder et al. 2018",
    idea="How the digits that come with the lab were made: one more convolution at each size, "
    "a slow decay of the learning rate, and R1 for peace at the end.",
    objective=(r"L_D=-\log\sigma(D(x,y))-\log(1-\sigma(D(G(z,y),y)))+\tfrac\gamma2\|\nabla D\|^2",),
    recipe="Width 16, depth 1; Adam 1e-3 with β₁ = 0 and cosine decay, batch 64, γ = 0.5.",
    look=("D's accuracy stays near 60 %: R1 keeps D flat where G has caught up.",),
)
def digits_cgan() -> RunConfig:
    """The conditional DCGAN, one convolution deeper, with R1 and a slow decay."""
    return RunConfig(
        data=Choice("mnist"),
        network=Choice("conditional", {"width": 16, "depth": 1}),
        penalties=(Choice("r1", {"gamma": 0.5}),),
        d_optimizer=OptimizerConfig(lr=1e-3, beta1=0.0, beta2=0.99, decay="cosine", floor=0.02),
        g_optimizer=OptimizerConfig(lr=1e-3, beta1=0.0, beta2=0.99, decay="cosine", floor=0.02),
        ema=0.999,
        steps=8_000,
    )
