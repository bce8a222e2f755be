"""The objectives of the literature, each with its usual hyperparameters."""

from collections.abc import Mapping
from typing import Any

from ganlab.config import Choice, OptimizerConfig, RunConfig
from ganlab.presets.entry import CIFAR_COUNT, Preset, steps_of


def _compared(loss: str, d_steps: int = 1, **more: Any) -> RunConfig:
    """An objective of the literature on the DCGAN body and MNIST; everything else may change."""
    values: dict[str, Any] = {
        "data": Choice("mnist"),
        "network": Choice("dcgan-body"),
        "loss": Choice(loss),
        "d_steps": d_steps,
        "ema": 0.999,
        "steps": steps_of(20, 64),
    }
    return RunConfig(**values | more)


LITERATURE_PRESETS: Mapping[str, Preset] = {
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
            steps=steps_of(50, 256),
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
            steps=steps_of(30, 64, CIFAR_COUNT),
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
        summary="D ignores samples that it already separates by a margin of 1.",
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
        watch="Both losses start near 2 and part: whichever leads, their sum is 4 or more.",
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
        watch="D's loss stays below its line, log 2, and above 0: R1 and R2 keep D from winning.",
        source="Huang et al. 2024; lazy penalties: Karras et al. 2020",
        config=_compared(
            "relativistic",
            network=Choice("r3gan"),
            # In every fourth step: R1 and R2 take two thirds of a step that has them.
            penalties=(Choice("r1-r2", {"gamma": 1.0, "every": 4}),),
            d_optimizer=OptimizerConfig(lr=1e-3, beta1=0.0, beta2=0.99, decay="cosine", floor=0.02),
            g_optimizer=OptimizerConfig(lr=2e-3, beta1=0.0, beta2=0.99, decay="cosine", floor=0.02),
            batch=32,
            ema=0.998,
            steps=steps_of(20, 32),
        ),
    ),
}
