"""The pairs of networks that a run can choose."""

from ganlab.catalogue.spec import Parameter, Spec

DROPOUT = Parameter(0.3, "Share of D's units silenced at random.", 0.0, 0.9, live=False)

PICTURE_NETWORKS: dict[str, Spec] = {
    "vanilla": Spec(
        target="ganlab.models.vanilla:build",
        summary="Two multilayer perceptrons: 100-256-512-1024-784 against 784-1024-512-256-1.",
        source="Goodfellow et al. 2014; the widths are the lecture notes'",
        parameters={"dropout": DROPOUT},
        traits={"space": "pictures", "size": 28},
    ),
    "dcgan28": Spec(
        target="ganlab.models.dcgan:build",
        summary="The Keras tutorial's DCGAN: 5×5 transposed convolutions up, 5×5 strides down.",
        source="Radford et al. 2016; TensorFlow's DCGAN tutorial",
        parameters={"dropout": DROPOUT},
        traits={"space": "pictures", "size": 28},
    ),
    "fast28": Spec(
        target="ganlab.models.fast:build",
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
        target="ganlab.models.deep:build",
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
        traits={"space": "pictures", "size": 28},
    ),
    "conditional": Spec(
        target="ganlab.models.conditional:build",
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
        traits={"space": "pictures", "size": 28, "conditional": True},
    ),
}
