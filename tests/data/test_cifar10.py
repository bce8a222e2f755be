"""CIFAR-10 from a ZIP of pictures, from torchvision's own files and from a local mirror."""

import io
import os
import pickle
import tarfile
import zipfile

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision.datasets import CIFAR10

from ganlab.data import cifar10 as c
from ganlab.errors import DataError
from tests.data.mirror import md5, mirror

NAMES = ("bird", "cat")
EACH = 10


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Parts of twenty pictures, in two classes."""
    monkeypatch.setattr(c, "COUNTS", {"train": 2 * EACH, "test": 2 * EACH})


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("GANLAB_DATA", str(tmp_path))
    return tmp_path


def write_zip(folder, split="test", each=EACH, side=32, blue=200):
    """A ZIP as people pass it on: SPLIT/CLASS/N.png, of red 40 (bird) or 80 (cat), green N."""
    with zipfile.ZipFile(folder / f"cifar10-{split}.zip", "w") as archive:
        for place, name in enumerate(NAMES):
            for k in range(each):
                picture = np.empty((side, side, 3), np.uint8)
                picture[:] = (40 * (place + 1), k, blue)
                out = io.BytesIO()
                Image.fromarray(picture).save(out, "PNG")
                archive.writestr(f"{split}/{name}/{k}.png", out.getvalue())


def test_a_zip_of_pictures_gives_them_with_their_folders_as_classes(folder):
    write_zip(folder)
    found = c.load_cifar10("test")
    assert found.pictures.shape == (2 * EACH, 3, 32, 32)
    assert found.pictures.dtype == torch.uint8
    assert (found.classes, found.name) == (NAMES, "cifar10")
    assert found.labels.bincount().tolist() == [EACH, EACH]
    assert (found.pictures[:, 0, 5, 5] == 40 * (found.labels + 1)).all()
    assert set(found.pictures[:, 1].flatten().tolist()) == set(range(EACH))
    assert found.pictures[:, 2].unique().tolist() == [200]


def test_what_was_decoded_is_kept_until_the_zip_is_another(folder, monkeypatch):
    write_zip(folder)
    first = c.load_cifar10("test")
    gather = c.gather
    monkeypatch.setattr(c, "gather", lambda *given: pytest.fail("it was decoded before"))
    assert c.load_cifar10("test").pictures.equal(first.pictures)
    monkeypatch.setattr(c, "gather", gather)
    write_zip(folder, blue=100)
    os.utime(folder / "cifar10-test.zip", ns=(1, 1))
    assert c.load_cifar10("test").pictures[:, 2].unique().tolist() == [100]


@pytest.mark.parametrize("damage", [b"", b"cut", None])
def test_what_was_kept_and_is_damaged_is_decoded_again(folder, own_home, damage):
    write_zip(folder)
    first = c.load_cifar10("test")
    kept = own_home / "data" / "cifar10-test.safetensors"
    kept.write_bytes(kept.read_bytes()[:-100] if damage is None else damage)
    assert c.load_cifar10("test").pictures.equal(first.pictures)


def test_pictures_are_enlarged_where_a_network_wants_them_larger(folder):
    write_zip(folder)
    found = c.load_cifar10("test", size=64)
    assert found.pictures.shape == (2 * EACH, 3, 64, 64)
    assert found.pictures[:, 2].unique().tolist() == [200]


def test_a_part_that_lacks_pictures_is_refused_in_one_sentence(folder):
    write_zip(folder, each=EACH - 1)
    with pytest.raises(DataError, match=r"test part must hold 20 pictures of 32×32 .* got 18"):
        c.load_cifar10("test")


def test_a_file_that_is_no_zip_is_refused(folder):
    (folder / "cifar10-train.zip").write_bytes(b"no zip")
    with pytest.raises(DataError, match=r"cifar10-train\.zip is no whole ZIP file"):
        c.load_cifar10("train")


def batch(place: int) -> bytes:
    """Half of a part as torchvision's archive holds it: rows of 3072 bytes, red plane first."""
    rows = np.full((EACH, 3, 1024), 7 * (place + 1), np.uint8)
    rows[:, 0] = 200
    return pickle.dumps({"data": rows.reshape(EACH, 3072), "labels": [place] * EACH})


@pytest.fixture
def published(tmp_path_factory, monkeypatch):
    """A site with a small archive of torchvision's kind, whose checksums torchvision knows."""
    members = {"one": batch(0), "two": batch(1)}
    members["batches.meta"] = pickle.dumps({"label_names": list(NAMES)})
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(f"{CIFAR10.base_folder}/{name}")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    site = tmp_path_factory.mktemp("site")
    (site / CIFAR10.filename).write_bytes(out.getvalue())
    parts = [[name, md5(members[name])] for name in ("one", "two")]
    meta = {"filename": "batches.meta", "key": "label_names", "md5": md5(members["batches.meta"])}
    with mirror(site) as (address, asked):
        for name, value in {
            "url": address + CIFAR10.filename,
            "tgz_md5": md5(out.getvalue()),
            "train_list": parts,
            "test_list": parts,
            "meta": meta,
        }.items():
            monkeypatch.setattr(CIFAR10, name, value)
        yield site / CIFAR10.filename, asked


def test_a_download_is_checked_unpacked_and_not_repeated(published, own_home):
    calls = []
    found = c.load_cifar10("train", report=lambda words, share: calls.append((words, share)))
    assert found.pictures.shape == (2 * EACH, 3, 32, 32)
    assert found.pictures[:, 0].unique().tolist() == [200]
    assert found.pictures[[0, -1], 2, 4, 4].tolist() == [7, 14]
    assert found.labels.tolist() == [0] * EACH + [1] * EACH
    assert found.classes == NAMES
    assert calls[0] == ("Downloading CIFAR-10", 0.0)
    assert (own_home / "data" / CIFAR10.base_folder).is_dir()
    _, asked = published
    asked.clear()
    assert c.load_cifar10("test").pictures.equal(found.pictures)
    assert asked == []


def test_an_archive_with_another_checksum_is_not_unpacked(published, own_home):
    archive, _ = published
    archive.write_bytes(archive.read_bytes() + b"more")
    with pytest.raises(DataError, match="CIFAR-10 could not be downloaded") as caught:
        c.load_cifar10("train")
    assert "choose the data 'digits'" in str(caught.value)
    assert not (own_home / "data" / CIFAR10.base_folder).exists()


def test_files_that_were_changed_after_the_download_are_said_to_be_damaged(published, own_home):
    c.load_cifar10("train")
    (own_home / "data" / CIFAR10.base_folder / "two").write_bytes(b"changed")
    with pytest.raises(DataError, match=r"CIFAR-10 files in .* are damaged .*: delete them"):
        c.load_cifar10("train")
