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
}
