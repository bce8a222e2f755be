"""The networks that a run on points can choose."""

from ganlab.catalogue.spec import Parameter, Spec

_ACTIVATIONS = ("leaky-relu", "relu", "tanh", "silu", "gelu", "sine")


def _word(default: str, text: str, *options: str) -> Parameter:
    return Parameter(default, text, options=options, live=False)


POINT_NETWORKS: dict[str, Spec] = {
    "mlp": Spec(
        target="ganlab.networks.mlp:build",
        summary="Two small multilayer perceptrons, as many side by side as a race or a map needs.",
        parameters={
            "g_width": Parameter(128, "Units in a hidden layer of G.", 1, 1024, live=False),
            "g_depth": Parameter(3, "Hidden layers of G.", 0, 8, live=False),
            "g_activation": _word("leaky-relu", "What bends G's layers.", *_ACTIVATIONS),
            "g_gain": Parameter(
                1.0,
                "Factor on G's first weights: with tanh, 3 starts G folded, as many modes need.",
                0.1,
                10.0,
                live=False,
            ),
            "g_norm": _word("none", "Normalisation of G's hidden layers.", "none", "batch"),
            "d_width": Parameter(128, "Units in a hidden layer of D.", 1, 1024, live=False),
            "d_depth": Parameter(3, "Hidden layers of D.", 0, 8, live=False),
            "d_activation": _word("leaky-relu", "What bends D's layers.", *_ACTIVATIONS),
            "d_gain": Parameter(
                1.0,
                "Factor on what D reads: larger shows it finer detail from the start.",
                0.1,
                20.0,
                logarithmic=True,
                live=False,
            ),
            "d_norm": _word(
                "none",
                "Spectral: each weight of D is divided by its largest singular value.",
                "none",
                "batch",
                "spectral",
            ),
            "d_dropout": Parameter(0.0, "Share of D's units silenced.", 0.0, 0.9, live=False),
            "d_batch_feature": _word(
                "none",
                "What D is told about the rest of its batch.",
                "none",
                "discrimination",
                "stddev",
            ),
        },
        traits={"space": "points", "batch_norm": "d_norm"},
    ),
}
