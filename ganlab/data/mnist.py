"""MNIST through torchvision: found in a folder first, downloaded with its checksum otherwise."""

import http.client
import threading
from pathlib import Path

from torchvision.datasets import MNIST

from ganlab.data.pictures import PictureSet
from ganlab.data.progress import Report, silent
from ganlab.errors import DataError
from ganlab.home import data_folders

DOWNLOAD_BYTES = 11_594_722
"""The four files as they come over the wire."""
FILES = tuple(
    f"{part}-{kind}-ubyte" for part in ("train", "t10k") for kind in ("images-idx3", "labels-idx1")
)
OFFER = (
    "choose the data 'digits', which needs no download, or point GANLAB_DATA at a folder with it"
)


def has_mnist() -> bool:
    """Whether all of MNIST lies in a data folder, so that reading it downloads nothing."""
    return any(_is_whole(folder) for folder in data_folders())


def _is_whole(folder: Path) -> bool:
    return all((folder / "MNIST" / "raw" / name).is_file() for name in FILES)


def load_mnist(split: str = "train", report: Report = silent) -> PictureSet:
    """The 60,000 training or 10,000 test digits, (N, 1, 28, 28) uint8.

    Raises DataError if they are neither in a data folder nor to be downloaded, or are damaged.
    """
    folders = data_folders()
    for folder in folders:
        # Where one is missing a download was interrupted: torchvision completes it below.
        if _is_whole(folder):
            try:
                found = MNIST(str(folder), train=split == "train", download=False)
            except Exception as error:
                raise DataError(
                    f"the MNIST files in {folder} are damaged ({_first_line(error)}): delete them, "
                    f"or {OFFER}"
                ) from error
            return _picture_set(found, split)
    return _picture_set(_download(folders[-1], split, report), split)


def _picture_set(found: MNIST, split: str) -> PictureSet:
    wanted = 60_000 if split == "train" else 10_000
    have = min(len(found.data), len(found.targets))
    if tuple(found.data.shape) != (wanted, 28, 28) or len(found.targets) != wanted:
        raise DataError(
            f"MNIST's {split} part must hold {wanted} digits of 28×28 with labels, got {have}"
        )
    return PictureSet(found.data.unsqueeze(1), found.targets, tuple("0123456789"), "mnist")


def _download(folder: Path, split: str, report: Report) -> MNIST:
    done = threading.Event()

    def watch() -> None:
        raw = folder / "MNIST" / "raw"
        while not done.wait(0.2):
            here = sum(p.stat().st_size for p in raw.glob("*.gz")) if raw.is_dir() else 0
            report("Downloading MNIST", min(here / DOWNLOAD_BYTES, 1.0))

    report("Downloading MNIST", 0.0)
    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        return MNIST(str(folder), train=split == "train", download=True)
    except (RuntimeError, OSError, EOFError, http.client.HTTPException) as error:
        raise DataError(f"MNIST could not be downloaded ({_first_line(error)}): {OFFER}") from error
    finally:
        done.set()
        watcher.join()


def _first_line(error: BaseException) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
