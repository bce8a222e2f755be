"""A run on points from configuration to samples, as the command line makes it."""

import json

import numpy as np
import pytest

from ganlab.cli.main import main
from ganlab.errors import ConfigError
from ganlab.trained.generator import load

SMALL = ["--set", "network.g_width=8", "--set", "network.d_width=8", "--set", "batch=16"]


@pytest.fixture
def fresh_home(tmp_path, monkeypatch):
    monkeypatch.setenv("GANLAB_HOME", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("name", ["ring", "grid", "sine", "ring-collapse"])
def test_train_ends_with_measures_and_a_diagnosis(name, fresh_home, capsys):
    assert main(["train", name, "--steps", "250", "--device", "cpu", "--json", *SMALL]) == 0
    printed = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert printed["preset"] == name
    assert printed["status"] == "finished"
    expected = {"sine": {"on_curve", "covered"}}.get(
        name, {"modes", "high_quality", "reverse_kl_all"}
    )
    assert expected <= set(printed["metrics"])
    assert any("G " in sentence for sentence in printed["diagnosis"])
    G = load(printed["run"])
    points = G.sample(100, seed=3)
    assert points.shape == (100, 2)
    assert points.dtype == np.float32
    np.testing.assert_array_equal(points, G.sample(100, seed=3))
    with pytest.raises(ConfigError, match="no labels"):
        G.sample(1, labels=[0])
