"""The pairs of networks that a run can choose.

The trait `batch_norm` says that D normalises over its batch: True where it always does, or the
parameter that makes it do so by the word "batch". The trait `classes` says how many classes the
pictures must have at least.
"""

from collections.abc import Mapping

from ganlab.catalogue.spec import Parameter, Spec, Value

DROPOUT = Parameter(0.3, "Share of D's units silenced at random.", 0.0, 0.9, live=False)
WIDTH = Parameter(16, "A fourth of the channels of the widest feature map.", 4, 128, live=False)

BODY_WIDTH = Parameter(32, "Channels before the last convolution of G, halved.", 4, 128, live=False)
"""Of the bodies that serve several sizes."""
SIZES = (28, 32, 64)

PICTURE_NETWORKS: dict[str, Spec] = {
    "vanilla": Spec(
        target="ganlab.networks.vanilla:build",
        summary="Two multilayer perceptrons: 100-256-512-1024-784 against 784-1024-512-256-1.",
        source="Goodfellow et al. 2014; the widths are the lecture notes'",
        parameters={"dropout": DROPOUT},
        traits={"space": "pictures", "size": 28},
    ),
    "dcgan28": Spec(
        target="ganlab.networks.dcgan:build",
        summary="The Keras tutorial's DCGAN: 5×5 transposed convolutions up, 5×5 strides down.",
        source="Radford et al. 2016; TensorFlow's DCGAN tutorial",
        parameters={"dropout": DROPOUT},
        traits={"space": "pictures", "size": 28},
    ),
    "fast28": Spec(
        target="ganlab.networks.fast28:build",
        summary="A small DCGAN for live demos on a CPU: upsampling folded into 4×4 convolutions.",
        source="Ours; the body follows Radford et al. 2016",
        parameters={
            "width": Parameter(
                16, "A fourth of the channels of the widest feature map.", 4, 128, live=False
            ),
        },
        traits={"space": "pictures", "size": 28},
    ),
    "dcgan": Spec(
        target="ganlab.networks.deep_dcgan:build",
        summary="The DCGAN of the comparisons on Stacked MNIST: four 5×5 convolutions each way.",
        source="Radford et al. 2016; T. Kim's DCGAN for TensorFlow",
        parameters={
            "g_width": Parameter(64, "Channels of G's last feature map.", 4, 256, live=False),
            "d_width": Parameter(64, "Channels of D's first feature map.", 4, 256, live=False),
            "d_norm": Parameter(
                "batch",
                "Normalisation of D's feature maps; gradient penalties want none.",
                options=("batch", "none"),
                live=False,
            ),
        },
        traits={"space": "pictures", "size": 28, "batch_norm": "d_norm"},
    ),
    "conditional": Spec(
        target="ganlab.networks.conditional:build",
        summary="A small DCGAN that is told which class to make: labels go into G and D.",
        source="Mirza & Osindero 2014; Odena et al. 2017; Miyato & Koyama 2018; the body is ours",
        parameters={
            "width": Parameter(
                16, "A fourth of the channels of the widest feature map.", 4, 128, live=False
            ),
            "depth": Parameter(
                0, "3×3 convolutions added at each size of the feature maps.", 0, 4, live=False
            ),
            "g_labels": Parameter(
                "norm",
                "How labels reach G: in every batch norm, or once beside z.",
                options=("norm", "concat"),
                live=False,
            ),
            "d_labels": Parameter(
                "projection",
                "How D uses labels: by projection, as a channel, or read by it (ACGAN).",
                options=("projection", "concat", "auxiliary"),
                live=False,
            ),
        },
        traits={"space": "pictures", "size": 28, "conditional": True, "classes": 1},
    ),
    "vae-gan": Spec(
        target="ganlab.networks.vae_gan:build",
        summary="The small DCGAN with an encoder: G is also the decoder of an autoencoder.",
        source="Larsen et al. 2016; the bodies are ours",
        parameters={"width": WIDTH},
        traits={
            "space": "pictures",
            "size": 28,
            "offers": ("an encoder",),
            "scores": "ganlab.evaluation.systems:reconstruction_scores",
        },
    ),
    "infogan": Spec(
        target="ganlab.networks.infogan:build",
        summary="The small DCGAN whose D has a second head, which reads the codes of z.",
        source="Chen et al. 2016; the bodies are ours",
        parameters={"width": WIDTH},
        traits={
            "space": "pictures",
            "size": 28,
            "noise": "codes",
            "offers": ("codes",),
            "scores": "ganlab.evaluation.systems:code_scores",
        },
    ),
    "transgan": Spec(
        target="ganlab.networks.transgan:build",
        summary="Two small transformers: tokens pixel-shuffled up, patches read down, no Conv.",
        source="Jiang et al. 2021, cut down",
        parameters={
            "width": Parameter(96, "Width of G's first tokens, in sixteens.", 32, 512, live=False),
            "depth": Parameter(2, "Blocks at G's first size and at each of D's.", 1, 8, live=False),
            "d_width": Parameter(64, "Width of D's tokens.", 16, 512, live=False),
        },
        traits={"space": "pictures", "sizes": SIZES},
    ),
    "figan": Spec(
        target="ganlab.networks.figan:build",
        summary="The conditional DCGAN, told a classifier's features instead of a class.",
        source="Hasenstab et al. 2023; the bodies are ours",
        parameters={
            "width": WIDTH,
            "features": Parameter(
                16, "Principal features of the classifier that G is told.", 1, 64, live=False
            ),
        },
        traits={
            "space": "pictures",
            "classes": 2,
            "sizes": (28, 32),
            "prepare": "ganlab.evaluation.figan_features:prepare",
            "offers": ("a classifier's features",),
            "scores": "ganlab.evaluation.systems:feature_scores",
        },
    ),
    "dcgan64": Spec(
        target="ganlab.networks.dcgan64:build",
        summary="The DCGAN for 64×64 as it is printed: 100-512-256-128-64-3 against its mirror.",
        source="Radford et al. 2016; PyTorch's DCGAN tutorial",
        traits={"space": "pictures", "size": 64, "batch_norm": True},
    ),
    "dcgan-body": Spec(
        target="ganlab.networks.dcgan_body:build",
        summary="A DCGAN's body for 28, 32 or 64 pixels, each player's norm to choose.",
        source="Radford et al. 2016; Miyato et al. 2018",
        parameters={
            "width": BODY_WIDTH,
            "g_norm": Parameter(
                "batch",
                "What keeps G's maps in range.",
                options=("batch", "spectral", "both", "none"),
                live=False,
            ),
            "d_norm": Parameter(
                "none",
                "What keeps D's maps in range; gradient penalties forbid batch norm.",
                options=("none", "batch", "spectral"),
                live=False,
            ),
        },
        traits={"space": "pictures", "sizes": SIZES, "batch_norm": "d_norm"},
    ),
    "sagan": Spec(
        target="ganlab.networks.dcgan_body:build_sagan",
        summary="The same body with self-attention at 14×14 or 16×16 and spectral norm in both.",
        source="Zhang et al. 2019",
        parameters={"width": BODY_WIDTH},
        traits={"space": "pictures", "sizes": SIZES, "attention": True},
    ),
    "r3gan": Spec(
        target="ganlab.networks.r3gan:build",
        summary="Residual blocks without any norm, for the relativistic loss with R1 and R2.",
        source="Huang et al. 2024",
        parameters={
            "width": Parameter(
                16, "Channels before the last convolution of G, halved.", 4, 128, live=False
            ),
            "depth": Parameter(1, "Residual blocks at each size.", 0, 4, live=False),
        },
        traits={"space": "pictures", "sizes": SIZES},
    ),
}


def makes_size(spec: Spec, size: int) -> bool:
    """Whether a network makes pictures of that size."""
    sizes = spec.traits.get("sizes") or (spec.traits.get("size", size),)
    return size in sizes


def normalises_batch(spec: Spec, values: Mapping[str, Value]) -> bool:
    """Whether D's answer to one sample hangs on the mean and spread of its whole batch."""
    trait = spec.traits.get("batch_norm", False)
    return values[trait] == "batch" if isinstance(trait, str) else trait
