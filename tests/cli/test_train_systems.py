"""`train` of every preset of the literature, for two steps of a small batch: no warning, no nan."""

import functools
import io
import math
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganlab.data import cifar10, mnist
from ganlab.evaluation import quality, systems
from ganlab.jobs import evaluation
from ganlab.presets import preset
from ganlab.registry import Network, Preset, find, table
from tests.cli.test_train import PROMISED

OWN = {"vae-gan": "reconstruction_error", "infogan": "code_purity", "figan": "feature_agreement"}
COUNT = 40
"""Pictures of a small MNIST and a small CIFAR-10: too few to measure by, which takes long."""


@pytest.fixture(scope="module")
def data_folder(tmp_path_factory) -> Path:
    """Noise as MNIST's files and as a ZIP of CIFAR-10's pictures."""
    folder, rng = tmp_path_factory.mktemp("data"), np.random.default_rng(0)
    raw = folder / "MNIST" / "raw"
    raw.mkdir(parents=True)
    pictures = rng.integers(0, 256, (COUNT, 28, 28), np.uint8).tobytes()
    labels = rng.integers(0, 10, COUNT, np.uint8).tobytes()
    for part in ("train", "t10k"):
        head = struct.pack(">IIII", 0x803, COUNT, 28, 28)
        (raw / f"{part}-images-idx3-ubyte").write_bytes(head + pictures)
        (raw / f"{part}-labels-idx1-ubyte").write_bytes(struct.pack(">II", 0x801, COUNT) + labels)
    with zipfile.ZipFile(folder / "cifar10-train.zip", "w") as archive:
        for k in range(COUNT):
            out = io.BytesIO()
            Image.fromarray(rng.integers(0, 256, (32, 32, 3), np.uint8)).save(out, "PNG")
            archive.writestr(f"train/{'bird' if k % 2 else 'cat'}/{k}.png", out.getvalue())
    return folder


@pytest.fixture(autouse=True)
def small(data_folder, monkeypatch):
    """Small data, and quality that is measured on few pictures."""
    monkeypatch.setenv("GANLAB_DATA", str(data_folder))
    for module in (mnist, cifar10):
        monkeypatch.setattr(module, "COUNTS", {"train": COUNT, "test": COUNT})
    few = functools.partial(quality.run_quality, n=quality.FEWEST)
    monkeypatch.setattr(evaluation, "run_quality", few)
    monkeypatch.setattr(systems, "COUNT", 50)


def smallest(name: str) -> list[str]:
    """A batch of four, and networks as narrow as they go."""
    network = preset(name).network
    widths = [one for one in ("width", "d_width") if one in network.values]
    lows = {one: int(find(Network, network.name).parameters[one].low) for one in widths}
    settings = ["batch=4", *(f"network.{one}={low}" for one, low in lows.items())]
    return [word for one in settings for word in ("--set", one)]


MODULES = ("ganlab.presets.literature", "ganlab.presets.systems")
NAMES = [name for name, one in table(Preset).items() if one.target.startswith(MODULES)]


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in NAMES if name != "own-pictures"])
def test_a_preset_trains_without_a_warning_and_its_run_can_be_sampled(name, ganlab, lab):
    done = ganlab("train", name, *smallest(name), "--steps", "2", "--device", "cpu", "--json")
    assert done.status == 0, done.err
    printed = done.json
    assert printed.keys() >= PROMISED
    assert (printed["preset"], printed["status"], printed["steps"]) == (name, "finished", 2)
    assert printed["device"] == "cpu"
    assert printed["seconds"] > 0
    assert printed["steps_per_second"] > 0
    assert {"d_loss", "g_loss", OWN.get(name, "d_real")} <= printed["metrics"].keys()
    assert all(math.isfinite(value) for value in printed["metrics"].values())
    assert all(isinstance(sentence, str) for sentence in printed["diagnosis"])
    assert Path(printed["checkpoint"]).is_file()
    assert ganlab("sample", printed["run"], "--n", "4", "--out", "four.png").status == 0
    assert (lab / "four.png").read_bytes().startswith(b"\x89PNG")
