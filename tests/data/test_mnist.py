"""MNIST from a folder in torchvision's own format, whole and damaged, and with no network."""

import http.client
import struct
from pathlib import Path

import pytest
import torch
from torchvision.datasets import MNIST

from ganlab.data.mnist import load_mnist
from ganlab.errors import DataError

ROOT = Path(__file__).parents[2]
PARTS = {"train": ("train", 60_000), "test": ("t10k", 10_000)}
OFFER = "choose the data 'digits', which needs no download"


def write_part(folder, split, count):
    """An IDX pair as on LeCun's page: magic, sizes, bytes. Picture n is a plane of grey n % 256."""
    raw = folder / "MNIST" / "raw"
    raw.mkdir(parents=True, exist_ok=True)
    prefix, _ = PARTS[split]
    greys = (torch.arange(count) % 256).to(torch.uint8)
    pictures = greys.view(-1, 1).expand(-1, 784).contiguous().numpy().tobytes()
    header = struct.pack(">IIII", 0x803, count, 28, 28)
    (raw / f"{prefix}-images-idx3-ubyte").write_bytes(header + pictures)
    labels = (greys % 10).numpy().tobytes()
    (raw / f"{prefix}-labels-idx1-ubyte").write_bytes(struct.pack(">II", 0x801, count) + labels)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("GANLAB_DATA", str(tmp_path))
    for split, (_, count) in PARTS.items():
        write_part(tmp_path, split, count if split == "test" else 10)
    return tmp_path


@pytest.fixture(autouse=True)
def offline(monkeypatch):
    def refuse(self):
        raise RuntimeError("Error downloading train-images-idx3-ubyte.gz:\nno network in this test")

    monkeypatch.setattr(MNIST, "download", refuse)


def test_the_given_folder_is_found_first_and_nothing_is_downloaded(folder, own_home):
    write_part(own_home / "data", "test", 7)  # the wrong count: reading it would be refused
    found = load_mnist("test")
    assert found.pictures.shape == (10_000, 1, 28, 28)
    assert found.pictures[:3, 0, 0, 0].tolist() == [0, 1, 2]
    assert found.labels[:12].tolist() == [*range(10), 0, 1]
    assert found.classes == tuple("0123456789")


def test_the_home_folder_is_looked_at_where_the_given_one_has_none(tmp_path, own_home, monkeypatch):
    monkeypatch.setenv("GANLAB_DATA", str(tmp_path / "empty"))
    for split, (_, count) in PARTS.items():
        write_part(own_home / "data", split, count if split == "test" else 1)
    assert len(load_mnist("test").labels) == 10_000


def test_an_interrupted_download_is_taken_up_again(folder, own_home):
    (folder / "MNIST" / "raw" / "t10k-labels-idx1-ubyte").unlink()
    with pytest.raises(DataError, match="MNIST could not be downloaded"):
        load_mnist("test")


@pytest.mark.parametrize("share", [0.0, 1e-7, 1e-6, 0.5, 0.999])
@pytest.mark.parametrize("name", ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"])
def test_a_cut_file_is_said_to_be_damaged(folder, name, share):
    path = folder / "MNIST" / "raw" / name
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(DataError, match=r"MNIST files in .* are damaged .*: delete them") as caught:
        load_mnist("test")
    assert OFFER in str(caught.value)


def test_a_set_of_another_size_is_refused(folder):
    with pytest.raises(DataError, match=r"train part must hold 60000 digits .*, got 10"):
        load_mnist("train")


def test_missing_labels_are_refused(folder):
    labels = folder / "MNIST" / "raw" / "t10k-labels-idx1-ubyte"
    labels.write_bytes(struct.pack(">II", 0x801, 5) + bytes(5))
    with pytest.raises(DataError, match=r"10000 digits .*, got 5"):
        load_mnist("test")


def test_with_no_network_one_sentence_offers_the_embedded_digits(own_home):
    calls = []
    with pytest.raises(DataError) as refused:
        load_mnist(report=lambda sentence, share: calls.append((sentence, share)))
    sentence = str(refused.value)
    assert sentence.startswith("MNIST could not be downloaded (Error downloading")
    assert OFFER in sentence
    assert "\n" not in sentence
    assert calls[0] == ("Downloading MNIST", 0.0)


@pytest.mark.parametrize(
    "error",
    [OSError(28, "No space left"), TimeoutError(), http.client.IncompleteRead(b""), EOFError()],
)
def test_whatever_breaks_a_download_becomes_a_sentence(monkeypatch, error):
    def refuse(self):
        raise error

    monkeypatch.setattr(MNIST, "download", refuse)
    with pytest.raises(DataError, match="MNIST could not be downloaded"):
        load_mnist()


def test_the_real_mnist_is_read_as_it_is(given_data, monkeypatch):
    folders = [Path(given_data) if given_data else None, ROOT.parent / "shared" / "data"]
    found = next((one for one in folders if one and (one / "MNIST" / "raw").is_dir()), None)
    if found is None:
        pytest.skip("no folder with MNIST: set GANLAB_DATA to one")
    monkeypatch.setenv("GANLAB_DATA", str(found))
    digits = load_mnist("test")
    # Counts of LeCun's test part by label, and the first labels, as published.
    counts = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert torch.bincount(digits.labels).tolist() == counts
    assert digits.labels[:5].tolist() == [7, 2, 1, 0, 4]
    assert digits.pictures.float().mean().item() / 255 == pytest.approx(0.1325, abs=1e-4)
