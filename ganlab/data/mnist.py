"""MNIST, its likes and stacks of it: read from a data folder, or downloaded by torchvision."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torchvision.datasets import KMNIST, MNIST, FashionMNIST

from ganlab.data.download import OFFER, downloaded, first_line
from ganlab.data.pictures import PictureSet
from ganlab.data.progress import Report, silent
from ganlab.errors import DataError
from ganlab.paths import data_folders
from ganlab.registry import Parameter, data

FILES = tuple(
    f"{part}-{kind}-ubyte" for part in ("train", "t10k") for kind in ("images-idx3", "labels-idx1")
)
COUNTS = {"train": 60_000, "test": 10_000}
SPLIT = Parameter("train", "Which part to learn from.", options=("train", "test"), live=False)
STACKS = 128_000
"""As VEEGAN has it."""
STACKS_SEED = 2017
"""The stacks are the same in every run, like those of a set that is stored."""


@dataclass(frozen=True)
class MnistSpec:
    """One set in MNIST's format."""

    name: str
    title: str
    what: str
    kind: Callable[..., MNIST]
    download_bytes: int
    """The four files as they come over the wire."""
    classes: tuple[str, ...]


DIGITS = MnistSpec("mnist", "MNIST", "digits", MNIST, 11_594_722, tuple("0123456789"))
FASHION = MnistSpec(
    "fashion-mnist",
    "FashionMNIST",
    "pieces",
    FashionMNIST,
    30_878_645,
    tuple(name.lower() for name in FashionMNIST.classes),
)
CURSIVE = MnistSpec("kmnist", "KMNIST", "characters", KMNIST, 21_240_641, tuple(KMNIST.classes))


def has_mnist() -> bool:
    """Whether all of MNIST lies in a data folder, so that reading it downloads nothing."""
    return any(_is_whole(folder, DIGITS) for folder in data_folders())


def _is_whole(folder: Path, spec: MnistSpec) -> bool:
    return all((folder / spec.title / "raw" / name).is_file() for name in FILES)


@data(
    "mnist",
    title="MNIST",
    summary="60,000 handwritten digits, 12 MB to download once.",
    space="pictures",
    source="LeCun, Cortes & Burges 1998",
    parameters={"split": SPLIT},
    channels=1,
    size=28,
    classes=10,
    count=60_000,
    box=20,
    names=tuple("0123456789"),
)
def load_mnist(split: str = "train", report: Report = silent) -> PictureSet:
    """The 60,000 training or 10,000 test digits, (N, 1, 28, 28) uint8.

    Raises DataError if they are neither in a data folder nor to be downloaded, or are damaged.
    """
    return _load(DIGITS, split, report)


@data(
    "stacked-mnist",
    title="Stacked MNIST",
    summary="128,000 stacks of three random digits as red, green and blue: 1,000 modes.",
    space="pictures",
    source="Metz et al. 2017; Srivastava et al. 2017 (VEEGAN)",
    channels=3,
    size=28,
    classes=1000,
    count=128_000,
)
def load_stacked_mnist(report: Report = silent, count: int = STACKS) -> PictureSet:
    """Stacks (N, 3, 28, 28) uint8 of digits from all 70,000; the label is the number they write.

    Srivastava et al. 2017 (VEEGAN), section 4.2: both of MNIST's parts, drawn with replacement.
    """
    parts = [load_mnist("train", report), load_mnist("test", report)]
    digits = torch.cat([part.pictures[:, 0] for part in parts])
    labels = torch.cat([part.labels for part in parts])
    drawn = torch.randint(
        len(digits), (count, 3), generator=torch.Generator().manual_seed(STACKS_SEED)
    )
    classes = tuple(f"{k:03}" for k in range(1000))
    return PictureSet(digits[drawn], as_number(labels[drawn]), classes, "stacked-mnist")


def as_number(digits: torch.Tensor) -> torch.Tensor:
    """Digits (N, 3) as the numbers 0 to 999 (N,), the first channel the hundreds."""
    return digits @ digits.new_tensor([100, 10, 1])


@data(
    "fashion-mnist",
    title="Fashion-MNIST",
    summary="60,000 pieces of clothing in ten classes, 31 MB to download once.",
    space="pictures",
    source="Xiao, Rasul & Vollgraf 2017",
    parameters={"split": SPLIT},
    channels=1,
    size=28,
    classes=10,
    count=60_000,
    names=(
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
)
def load_fashion_mnist(split: str = "train", report: Report = silent) -> PictureSet:
    """60,000 or 10,000 pieces of clothing, (N, 1, 28, 28) uint8; see `load_mnist`."""
    return _load(FASHION, split, report)


@data(
    "kmnist",
    title="KMNIST, cursive characters",
    summary="60,000 cursive Japanese characters in ten classes, 21 MB to download once.",
    space="pictures",
    source="Clanuwat et al. 2018",
    parameters={"split": SPLIT},
    channels=1,
    size=28,
    classes=10,
    count=60_000,
    names=("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
)
def load_kmnist(split: str = "train", report: Report = silent) -> PictureSet:
    """60,000 or 10,000 cursive characters, (N, 1, 28, 28) uint8; see `load_mnist`."""
    return _load(CURSIVE, split, report)


def _load(spec: MnistSpec, split: str, report: Report) -> PictureSet:
    folders = data_folders()
    for folder in folders:
        # Where one is missing a download was interrupted: torchvision completes it below.
        if _is_whole(folder, spec):
            try:
                found = spec.kind(str(folder), train=split == "train", download=False)
            except Exception as error:
                raise DataError(
                    f"the {spec.title} files in {folder} are damaged ({first_line(error)}): delete "
                    f"them, or {OFFER}"
                ) from error
            return _picture_set(spec, found, split)
    return _picture_set(spec, _download(spec, folders[-1], split, report), split)


def _picture_set(spec: MnistSpec, found: MNIST, split: str) -> PictureSet:
    count = COUNTS[split]
    have = min(len(found.data), len(found.targets))
    if tuple(found.data.shape) != (count, 28, 28) or len(found.targets) != count:
        raise DataError(
            f"{spec.title}'s {split} part must hold {count} {spec.what} of 28×28 with labels, "
            f"got {have}"
        )
    return PictureSet(found.data.unsqueeze(1), found.targets, spec.classes, spec.name)


def _download(spec: MnistSpec, folder: Path, split: str, report: Report) -> Any:
    raw = folder / spec.title / "raw"
    return downloaded(
        spec.title,
        lambda: spec.kind(str(folder), train=split == "train", download=True),
        lambda: sum(p.stat().st_size for p in raw.glob("*.gz")) if raw.is_dir() else 0,
        spec.download_bytes,
        report,
    )
