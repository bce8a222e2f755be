"""Data made by integer arithmetic alone, in the formats on disk of the data sets they stand for."""

import io
import struct
import zipfile
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from safetensors.torch import save_file

MNIST_COUNTS = {"train": 60_000, "t10k": 10_000}
"""What the reader of MNIST insists on."""
CIFAR_COUNT = 400
"""Pictures that stand for CIFAR-10's 50,000; `adapters.prepared` makes the reader accept them."""
CLASSES = tuple("abcdefghij")
SQUEEZENET = Path("weights") / "squeezenet1_0_imagenet.safetensors"
VGG19 = Path("weights") / "vgg19_imagenet.safetensors"


def make_data(folder: Path) -> None:
    """Fill a folder for GANLAB_DATA: MNIST, CIFAR-10, feature networks, pictures, photographs.

    The feature networks have weights drawn at random, of the size that keeps signals alive.
    """
    _write_mnist(folder)
    _write_cifar(folder)
    _write_own_pictures(folder / "pictures")
    _write_photographs(folder / "photographs")
    _write_feature_networks(folder)


def pattern(index: int, side: int, cells: int) -> NDArray[np.uint8]:
    """A coarse pattern in colour with a finer one over it, uint8 (side, side, 3)."""
    rng = np.random.default_rng(index)
    coarse = rng.integers(0, 4, (cells, cells, 3)) * 60
    across = -(-side // cells)
    large = np.kron(coarse, np.ones((across, across, 1), np.int64))[:side, :side]
    fine = np.add.outer(np.arange(side) * (1 + index % 3), np.arange(side) * (1 + index % 5))
    return (large + (fine % 16)[..., None] * 4).astype(np.uint8)


def _write_mnist(folder: Path) -> None:
    raw = folder / "MNIST" / "raw"
    raw.mkdir(parents=True)
    some = np.stack([pattern(index, 28, 5)[..., 0] for index in range(100)])
    for prefix, count in MNIST_COUNTS.items():
        pictures = struct.pack(">IIII", 0x803, count, 28, 28) + some.tobytes() * (count // 100)
        labels = (np.arange(count) % 10).astype(np.uint8)
        (raw / f"{prefix}-images-idx3-ubyte").write_bytes(pictures)
        (raw / f"{prefix}-labels-idx1-ubyte").write_bytes(
            struct.pack(">II", 0x801, count) + labels.tobytes()
        )


def _write_cifar(folder: Path) -> None:
    with zipfile.ZipFile(folder / "cifar10-train.zip", "w") as archive:
        for index in range(CIFAR_COUNT):
            name = f"train/{CLASSES[index % 10]}/{index:04}.png"
            archive.writestr(name, _png(pattern(index, 32, 6)))


def _write_own_pictures(folder: Path) -> None:
    for name in CLASSES[:2]:
        (folder / name).mkdir(parents=True)
    for index in range(64):
        content = _png(pattern(index, 40, 6))
        (folder / CLASSES[index % 2] / f"{index:02}.png").write_bytes(content)


def _write_photographs(folder: Path) -> None:
    folder.mkdir()
    for index in range(2):
        (folder / f"{index}.png").write_bytes(_png(pattern(index, 320, 40)))


def _write_feature_networks(folder: Path) -> None:
    from torchvision.models import squeezenet1_0
    from torchvision.models.vgg import cfgs, make_layers

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        squeezenet = squeezenet1_0().state_dict()
        vgg = make_layers(cfgs["E"])
        for weight in vgg.parameters():
            if weight.ndim == 4:
                torch.nn.init.kaiming_normal_(weight, nonlinearity="relu")
            else:
                torch.nn.init.zeros_(weight)
    (folder / SQUEEZENET).parent.mkdir()
    save_file(squeezenet, folder / SQUEEZENET)
    save_file(
        {f"features.{name}": weight for name, weight in vgg.state_dict().items()}, folder / VGG19
    )


def _png(picture: NDArray[np.uint8]) -> bytes:
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "PNG")
    return out.getvalue()
