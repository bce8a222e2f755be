"""The sets of pictures that a run can learn from, and the shape of what a run reads of them.

The trait `box` of a set of digits is the side of the square that the lab's classifier has to see
as MNIST's 20 to read them best; `names` are what the classes are called, where they have names.
"""

from collections.abc import Mapping
from typing import NamedTuple

from ganlab.catalogue.spec import Parameter, Spec, Value
from ganlab.registry import Data, find

SPLIT = Parameter("train", "Which part to learn from.", options=("train", "test"), live=False)
DIGITS = tuple("0123456789")
SIZES = (28, 32, 64)
"""Heights and widths that the lab's networks make."""


def _size(default: int) -> Parameter:
    return Parameter(
        default, "Pictures are brought to this height and width: 28, 32 or 64.", 8, 128, live=False
    )


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
            "names": DIGITS,
        },
    ),
    "mnist": Spec(
        target="ganlab.data.mnist:load_mnist",
        summary="60,000 handwritten digits, 12 MB to download once.",
        source="LeCun, Cortes & Burges 1998",
        parameters={"split": SPLIT},
        traits={
            "space": "pictures",
            "channels": 1,
            "size": 28,
            "classes": 10,
            "count": 60000,
            "box": 20,
            "names": DIGITS,
        },
    ),
    "stacked-mnist": Spec(
        target="ganlab.data.stacked_mnist:load_stacked_mnist",
        summary="128,000 stacks of three random digits as red, green and blue: 1,000 modes.",
        source="Metz et al. 2017; Srivastava et al. 2017 (VEEGAN)",
        traits={"space": "pictures", "channels": 3, "size": 28, "classes": 1000, "count": 128_000},
    ),
    "fashion-mnist": Spec(
        target="ganlab.data.mnist:load_fashion_mnist",
        summary="60,000 pieces of clothing in ten classes, 31 MB to download once.",
        source="Xiao, Rasul & Vollgraf 2017",
        parameters={"split": SPLIT},
        traits={
            "space": "pictures",
            "channels": 1,
            "size": 28,
            "classes": 10,
            "count": 60000,
            "names": (
                "t-shirt/top",
                "trouser",
                "pullover",
                "dress",
                "coat",
                "sandal",
                "shirt",
                "sneaker",
                "bag",
                "ankle boot",
            ),
        },
    ),
    "kmnist": Spec(
        target="ganlab.data.mnist:load_kmnist",
        summary="60,000 cursive Japanese characters in ten classes, 21 MB to download once.",
        source="Clanuwat et al. 2018",
        parameters={"split": SPLIT},
        traits={
            "space": "pictures",
            "channels": 1,
            "size": 28,
            "classes": 10,
            "count": 60000,
            "names": ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
        },
    ),
    "cifar10": Spec(
        target="ganlab.data.cifar10:load_cifar10",
        summary="50,000 small colour photographs in ten classes, 170 MB to download once.",
        source="Krizhevsky 2009",
        parameters={"split": SPLIT, "size": _size(32)},
        traits={
            "space": "pictures",
            "channels": 3,
            "size": 32,
            "classes": 10,
            "count": 50000,
            "names": (
                "airplane",
                "automobile",
                "bird",
                "cat",
                "deer",
                "dog",
                "frog",
                "horse",
                "ship",
                "truck",
            ),
        },
    ),
    "folder": Spec(
        target="ganlab.data.own_pictures:load_own",
        summary="Your own pictures: a folder or a ZIP of them, cut to squares.",
        parameters={
            "path": Parameter(
                "", "A folder, a ZIP file, or the name of pictures the lab keeps.", live=False
            ),
            "size": _size(64),
            "colour": Parameter(
                "colour",
                "Whether pictures keep their colours.",
                options=("colour", "grey"),
                live=False,
            ),
            "classes": Parameter(
                0, "Folders to learn apart; 0 takes all pictures as one.", 0, 1000, live=False
            ),
        },
        traits={"space": "pictures", "channels": 3, "size": 64, "classes": 0, "count": 0},
    ),
}


class PictureShape(NamedTuple):
    """The shape of the pictures of a run."""

    channels: int
    size: int
    """Height and width in pixels."""
    classes: int
    """How many labels there are; 0 for none."""


def picture_shape(name: str, values: Mapping[str, Value]) -> PictureShape:
    """What a choice of data with these values comes to."""
    traits = (PICTURES[name] if name in PICTURES else find(Data, name)).traits
    return PictureShape(
        1 if values.get("colour") == "grey" else traits["channels"],
        int(values.get("size", traits["size"])),
        int(values.get("classes", traits["classes"])),
    )
