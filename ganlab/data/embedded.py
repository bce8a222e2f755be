"""The real digits that scikit-learn contains, which need no download."""

import numpy as np
import torch
from PIL import Image

from ganlab.data.pictures import PictureSet
from ganlab.data.progress import Report, silent
from ganlab.registry import data

MARGIN = 2
"""Black pixels around a digit, which MNIST has too: strides then never cut a stroke."""


@data(
    "digits",
    title="Digits, no download",
    summary="1,797 handwritten digits that come with scikit-learn: no download at all.",
    space="pictures",
    source="E. Alpaydin & C. Kaynak 1998, UCI optical recognition of handwritten digits",
    channels=1,
    size=28,
    classes=10,
    count=1797,
    box=28,
    names=tuple("0123456789"),
)
def load_digits(report: Report = silent) -> PictureSet:
    """The 1,797 digits of the UCI set, 8×8 in 17 grey levels, enlarged to 24×24 inside 28×28."""
    from sklearn.datasets import load_digits as embedded  # a second of imports, needed only here

    values, targets = embedded(return_X_y=True)
    small = np.round(np.reshape(values, (-1, 8, 8)) * (255 / 16)).astype(np.uint8)
    large = np.zeros((len(small), 1, 28, 28), dtype=np.uint8)
    side = 28 - 2 * MARGIN
    for picture, target in zip(small, large, strict=True):
        enlarged = Image.fromarray(picture).resize((side, side), Image.Resampling.BICUBIC)
        target[0, MARGIN:-MARGIN, MARGIN:-MARGIN] = np.asarray(enlarged)
    report("1,797 digits are ready", 1.0)
    labels = torch.from_numpy(np.asarray(targets, dtype=np.int64))
    return PictureSet(torch.from_numpy(large), labels, tuple("0123456789"), "digits")
