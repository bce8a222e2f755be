"""Systems of the literature that are more than an objective."""

from collections.abc import Mapping

from ganlab.config import Choice, OptimizerConfig, RunConfig
from ganlab.presets.entry import Preset, steps_of

SYSTEM_PRESETS: Mapping[str, Preset] = {
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
            steps=steps_of(50, 100),
        ),
    ),
    "vae-gan": Preset(
        title="VAE/GAN: pictures there and back",
        summary="An encoder finds the z of a picture; D's features measure how similar two are.",
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
        watch="Systems, Codes: each row settles on a digit without any labels.",
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
        summary="G is given principal features of a classifier and draws pictures that have them.",
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
