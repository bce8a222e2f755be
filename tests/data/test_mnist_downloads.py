"""Fashion-MNIST and KMNIST fetched from a mirror on this machine, whole, damaged and gone."""

import gzip
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from torchvision.datasets import KMNIST, FashionMNIST

from ganlab.data.mnist import CURSIVE, FASHION, load_fashion_mnist, load_kmnist
from ganlab.errors import DataError
from tests.data.mirror import md5, mirror

COUNT = 10_000
KINDS = {
    "fashion-mnist": (FashionMNIST, load_fashion_mnist, FASHION),
    "kmnist": (KMNIST, load_kmnist, CURSIVE),
}


class Site(NamedTuple):
    """A mirror of one of the sets."""

    load: object
    kind: type
    folder: Path
    asked: list[str]


def idx(array: np.ndarray) -> bytes:
    """An array of bytes in MNIST's format, packed."""
    head = struct.pack(">I", 0x800 + array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    return gzip.compress(head + array.tobytes(), 1, mtime=0)


def files() -> dict[str, bytes]:
    """A whole test part, whose picture n is of grey n % 256, and a training part of three."""
    greys = (np.arange(COUNT) % 256).astype(np.uint8)
    pictures = np.broadcast_to(greys[:, None, None], (COUNT, 28, 28))
    return {
        "train-images-idx3-ubyte.gz": idx(np.zeros((3, 28, 28), np.uint8)),
        "train-labels-idx1-ubyte.gz": idx(np.zeros(3, np.uint8)),
        "t10k-images-idx3-ubyte.gz": idx(np.ascontiguousarray(pictures)),
        "t10k-labels-idx1-ubyte.gz": idx(greys % 10),
    }


@pytest.fixture(params=KINDS)
def site(request, tmp_path, monkeypatch) -> Iterator[Site]:
    kind, load, _ = KINDS[request.param]
    made = files()
    for name, data in made.items():
        (tmp_path / name).write_bytes(data)
    with mirror(tmp_path) as (address, asked):
        monkeypatch.setattr(kind, "mirrors", [address])
        monkeypatch.setattr(kind, "resources", [(name, md5(data)) for name, data in made.items()])
        yield Site(load, kind, tmp_path, asked)


def test_a_set_is_downloaded_once_and_read_from_then_on(site, own_home):
    calls = []
    found = site.load("test", lambda words, share: calls.append((words, share)))
    assert found.pictures.shape == (COUNT, 1, 28, 28)
    assert found.pictures[[0, 255, 256], 0, 3, 3].tolist() == [0, 255, 0]
    assert found.labels[:12].tolist() == [*range(10), 0, 1]
    assert len(found.classes) == 10
    assert calls[0] == (f"Downloading {site.kind.__name__}", 0.0)
    shares = [share for _, share in calls]
    assert shares == sorted(shares)
    assert shares[-1] <= 1
    assert (own_home / "data" / site.kind.__name__ / "raw" / "t10k-images-idx3-ubyte").is_file()
    site.asked.clear()
    again = site.load("test")
    assert again.pictures.equal(found.pictures)
    assert site.asked == []


def test_bytes_that_do_not_match_their_checksum_are_refused_until_they_do(site):
    name = "t10k-labels-idx1-ubyte.gz"
    whole = (site.folder / name).read_bytes()
    (site.folder / name).write_bytes(idx(np.ones(COUNT, np.uint8)))
    with pytest.raises(DataError, match=f"{site.kind.__name__} could not be downloaded") as caught:
        site.load("test")
    assert "choose the data 'digits'" in str(caught.value)
    (site.folder / name).write_bytes(whole)
    assert site.load("test").labels[3] == 3


@pytest.fixture
def dead(tmp_path_factory) -> str:
    """The address of a mirror that is down."""
    with mirror(tmp_path_factory.mktemp("empty")) as (address, _):
        return address


def test_where_a_mirror_is_down_the_next_one_is_asked(site, dead, monkeypatch):
    monkeypatch.setattr(site.kind, "mirrors", [dead, *site.kind.mirrors])
    assert len(site.load("test").labels) == COUNT


def test_with_no_mirror_left_one_sentence_says_what_to_do(site, dead, monkeypatch):
    monkeypatch.setattr(site.kind, "mirrors", [dead])
    with pytest.raises(DataError) as caught:
        site.load("test")
    assert str(caught.value).startswith(f"{site.kind.__name__} could not be downloaded (Error down")


def test_a_part_of_the_wrong_size_is_refused_though_its_checksum_is_right(site):
    with pytest.raises(DataError, match=r"train part must hold 60000 .* got 3"):
        site.load("train")
