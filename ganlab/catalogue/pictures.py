"""The sets of pictures that a run can learn from.

The trait `box` of a set of digits is the side of the square that the lab's classifier has to see
as MNIST's 20 to read them best.
"""

from ganlab.catalogue.spec import Parameter, Spec

PICTURES: dict[str, Spec] = {
    "digits": Spec(
        target="ganlab.data.embedded:load_digits",
        summary="1,797 handwritten digits that come with scikit-learn: no download at all.",
        source="E. Alpaydin & C. Kaynak 1998, UCI optical recognition of handwritten digits",
        traits={
            "space": "pictures",
            "channels": 1,
            "size": 28,
            "classes": 10,
            "count": 1797,
            "box": 28,
        },
    ),
    "mnist": Spec(
        target="ganlab.data.mnist:load_mnist",
        summary="60,000 handwritten digits, 12 MB to download once.",
        source="LeCun, Cortes & Burges 1998",
        parameters={
            "split": Parameter(
                "train", "Which part to learn from.", options=("train", "test"), live=False
            ),
        },
        traits={
            "space": "pictures",
            "channels": 1,
            "size": 28,
            "classes": 10,
            "count": 60000,
            "box": 20,
        },
    ),
    "stacked-mnist": Spec(
        target="ganlab.data.stacked:load_stacked_mnist",
        summary="128,000 stacks of three random digits as red, green and blue: 1,000 modes.",
        source="Metz et al. 2017; Srivastava et al. 2017 (VEEGAN)",
        traits={"space": "pictures", "channels": 3, "size": 28, "classes": 1000, "count": 128_000},
    ),
}
