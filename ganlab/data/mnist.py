"""MNIST through torchvision: found in a folder first, downloaded with its checksum otherwise."""

import threading
from pathlib import Path

from torchvision.datasets import MNIST

from ganlab.data.pictures import PictureSet
from ganlab.data.progress import Report, silent
from ganlab.errors import DataError
from ganlab.home import data_folders

DOWNLOAD_BYTES = 11_594_722
"""The four files as they come over the wire."""
OFFER = (
    "choose the data 'digits', which needs no download, or point GANLAB_DATA at a folder with it"
)


def load_mnist(split: str = "train", report: Report = silent) -> PictureSet:
    """The 60,000 training or 10,000 test digits, (N, 1, 28, 28) uint8.

    Raises DataError if they are neither in a data folder nor to be downloaded, or are damaged.
    """
    folders = data_folders()
    for folder in folders:
        if (folder / "MNIST" / "raw").is_dir():
            try:
                found = MNIST(str(folder), train=split == "train", download=False)
            except RuntimeError:
                continue  # an interrupted download: torchvision completes it below
            except Exception as error:
                raise DataError(
                    f"the MNIST files in {folder} are damaged ({error}): delete them, or {OFFER}"
                ) from error
            return _picture_set(found, split)
    return _picture_set(_download(folders[-1], split, report), split)


def _picture_set(found: MNIST, split: str) -> PictureSet:
    wanted = 60_000 if split == "train" else 10_000
    if tuple(found.data.shape) != (wanted, 28, 28):
        raise DataError(f"MNIST's {split} part must hold {wanted} digits, got {len(found.data)}")
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
    except (RuntimeError, OSError) as error:
        raise DataError(f"MNIST could not be downloaded ({_first_line(error)}): {OFFER}") from error
    finally:
        done.set()
        watcher.join()


def _first_line(error: BaseException) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
