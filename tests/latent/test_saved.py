import json

import pytest
import torch

from ganlab.config import Choice, RunConfig
from ganlab.errors import ConfigError
from ganlab.latent import saved as n
from ganlab.paths import CHECKPOINTS, home
from ganlab.trained.generator import Generator, load
from ganlab.training.tasks.pictures import build_networks


def small(seed=0, file=None):
    config = RunConfig(data=Choice("digits"), network=Choice("conditional", {"width": 4}), z_dim=6)
    torch.manual_seed(seed)
    return Generator("some", config, build_networks(config)[0], file=file)


def test_a_named_direction_comes_back_as_a_unit_vector_with_its_origin():
    G = small()
    vector = torch.tensor([3.0, 0, 4, 0, 0, 0])
    n.name_direction(G, "  leans   left ", vector, "direction 2, SeFa")
    (found,) = n.named_directions(G)
    assert found.name == "leans left"
    assert found.origin == "direction 2, SeFa"
    assert found.fresh
    torch.testing.assert_close(found.vector, vector / 5)


def test_shipped_files_are_never_written():
    before = {file: file.stat().st_mtime_ns for file in CHECKPOINTS.iterdir()}
    G = load("digits-cgan")
    n.name_direction(G, "one", torch.eye(G.config.z_dim)[0], "")
    assert {file: file.stat().st_mtime_ns for file in CHECKPOINTS.iterdir()} == before
    assert n.file_of(G) == home() / "directions" / "digits-cgan.json"
    assert n.file_of(G).is_file()


def test_a_run_keeps_its_directions_in_its_own_folder():
    folder = home() / "runs" / "some-run"
    folder.mkdir(parents=True)
    G = small(file=folder / "checkpoint.safetensors")
    n.name_direction(G, "one", torch.ones(6), "")
    assert (folder / "directions.json").is_file()


def test_the_same_name_replaces_and_a_removed_one_is_gone():
    G = small()
    for k in (0, 1):
        n.name_direction(G, "one", torch.eye(6)[k], "")
    n.name_direction(G, "two", torch.eye(6)[2], "")
    assert [one.name for one in n.named_directions(G)] == ["one", "two"]
    assert n.named_directions(G)[0].vector[1] == 1
    n.forget_direction(G, "one")
    n.forget_direction(G, "never there")
    assert [one.name for one in n.named_directions(G)] == ["two"]


def test_weights_that_went_on_make_a_direction_stale():
    n.name_direction(small(seed=0), "one", torch.ones(6), "")
    assert n.named_directions(small(seed=0))[0].fresh
    assert not n.named_directions(small(seed=1))[0].fresh


@pytest.mark.parametrize(
    ("name", "vector", "words"),
    [
        ("", torch.ones(6), "1 to 40 characters"),
        ("x" * 41, torch.ones(6), "1 to 40 characters"),
        ("one", torch.ones(5), "must have 6 numbers, got 5"),
        ("one", torch.zeros(6), "must have a length"),
        ("one", torch.full((6,), float("nan")), "must have a length"),
    ],
)
def test_what_is_no_name_or_no_direction_is_refused(name, vector, words):
    with pytest.raises(ConfigError, match=words):
        n.name_direction(small(), name, vector, "")
    assert n.named_directions(small()) == []


def test_a_model_keeps_as_many_as_the_page_shows():
    for k in range(n.MOST):
        n.name_direction(small(), f"d{k}", torch.ones(6), "")
    with pytest.raises(ConfigError, match="remove one"):
        n.name_direction(small(), "one more", torch.ones(6), "")
    n.name_direction(small(), "d3", torch.ones(6), "again")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"directions": 3}',
        '{"directions": [3, {"name": "x"}]}',
        json.dumps({"directions": [{"name": "x", "origin": "", "mark": "", "vector": "abc"}]}),
        json.dumps({"directions": [{"name": "x", "origin": "", "mark": "", "vector": [[1]]}]}),
    ],
)
def test_a_file_that_was_spoilt_by_hand_holds_no_directions(content):
    path = n.file_of(small())
    path.parent.mkdir(parents=True)
    path.write_text(content)
    assert n.named_directions(small()) == []
