"""CIFAR-10: torchvision's own files, or a ZIP of pictures in the data folder, else a download."""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torchvision.datasets import CIFAR10

from ganlab.data.archives import zip_entries
from ganlab.data.download import OFFER, downloaded, first_line
from ganlab.data.ingest import gather
from ganlab.data.pictures import PictureSet, fitted
from ganlab.data.progress import Report, silent
from ganlab.errors import DataError
from ganlab.files import write_file
from ganlab.paths import data_folders, home
from ganlab.registry import Parameter, data

DOWNLOAD_BYTES = 170_498_071
COUNTS = {"train": 50_000, "test": 10_000}
SPLIT = Parameter("train", "Which part to learn from.", options=("train", "test"), live=False)


@data(
    "cifar10",
    title="CIFAR-10, colour photographs",
    summary="50,000 small colour photographs in ten classes, 170 MB to download once.",
    space="pictures",
    source="Krizhevsky 2009",
    parameters={
        "split": SPLIT,
        "size": Parameter(
            32, "Pictures are brought to this height and width: 28, 32 or 64.", 8, 128, live=False
        ),
    },
    channels=3,
    size=32,
    classes=10,
    count=50_000,
    names=(
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
)
def load_cifar10(split: str = "train", size: int = 32, report: Report = silent) -> PictureSet:
    """The 50,000 training or 10,000 test pictures, (N, 3, size, size) uint8, enlarged if need be.

    Raises DataError if they are neither in a data folder nor to be downloaded, or are damaged.
    """
    found = _load(split, report)
    if found.pictures.shape[0] != COUNTS[split] or tuple(found.pictures.shape[1:]) != (3, 32, 32):
        raise DataError(
            f"CIFAR-10's {split} part must hold {COUNTS[split]} pictures of 32×32 in colour, got "
            f"{len(found.pictures)}"
        )
    return fitted(found, 3, size)


def _load(split: str, report: Report) -> PictureSet:
    folders = data_folders()
    for folder in folders:
        if (folder / CIFAR10.base_folder).is_dir():
            try:
                found = CIFAR10(str(folder), train=split == "train", download=False)
            except Exception as error:
                raise DataError(
                    f"the CIFAR-10 files in {folder} are damaged ({first_line(error)}): delete "
                    f"them, or {OFFER}"
                ) from error
            return _picture_set(found)
        archive = folder / f"cifar10-{split}.zip"
        if archive.is_file():
            return _unpacked(archive, split, report)
    folder = folders[-1]
    packed = folder / CIFAR10.filename
    found = downloaded(
        "CIFAR-10",
        lambda: CIFAR10(str(folder), train=split == "train", download=True),
        lambda: packed.stat().st_size if packed.is_file() else 0,
        DOWNLOAD_BYTES,
        report,
    )
    return _picture_set(found)


def _picture_set(found: CIFAR10) -> PictureSet:
    pictures = torch.from_numpy(found.data).permute(0, 3, 1, 2).contiguous()
    return PictureSet(pictures, torch.tensor(found.targets), tuple(found.classes), "cifar10")


def _unpacked(archive: Path, split: str, report: Report) -> PictureSet:
    """The pictures in a ZIP; decoded once, for 50,000 of them take ten seconds."""
    stat = archive.stat()
    stamp = f"{stat.st_size}.{stat.st_mtime_ns}"
    kept = home() / "data" / f"cifar10-{split}.safetensors"
    if (found := _read(kept, stamp)) is not None:
        return found
    gathered = gather(zip_entries(archive, archive.name), archive.name, 32, "colour", report)
    facts = {"classes": list(gathered.classes), "stamp": stamp}
    tensors = {"pictures": gathered.pictures, "labels": gathered.labels}
    kept.parent.mkdir(parents=True, exist_ok=True)
    write_file(kept, save(tensors, {"facts": json.dumps(facts)}))
    return PictureSet(gathered.pictures, gathered.labels, gathered.classes, "cifar10")


def _read(path: Path, stamp: str) -> PictureSet | None:
    """What was decoded before, if it was this very archive."""
    if not path.is_file():
        return None
    try:
        with safe_open(str(path), framework="pt") as file:
            facts: Any = json.loads((file.metadata() or {})["facts"])
            if facts["stamp"] != stamp:
                return None
            pictures, labels = file.get_tensor("pictures"), file.get_tensor("labels")
        return PictureSet(pictures, labels, tuple(facts["classes"]), "cifar10")
    except (SafetensorError, OSError, KeyError, ValueError):
        return None  # cut or foreign: decoded again
