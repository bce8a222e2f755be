"""A home of earlier days opens: every run is listed, read, resumed, sampled and exported."""

import shutil

import pytest
import torch

from tests.contracts import adapters, stored_home
from tests.contracts.recorded import missing, table

RUNS, COMMANDS = table("home"), table("home_commands")
DAMAGED = [name for name in RUNS if name.startswith("damaged-")]
WHOLE = [name for name in RUNS if name not in DAMAGED]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The stored home, for reading only."""
    return stored_home.unpack(tmp_path_factory.mktemp("stored") / "home")


@pytest.fixture
def home(unpacked, tmp_path, monkeypatch):
    """A copy of the stored home, in force."""
    torch.set_num_threads(1)
    copy = shutil.copytree(unpacked, tmp_path / "home")
    monkeypatch.setenv("GANLAB_HOME", str(copy))
    return copy


def test_every_run_is_listed_in_the_state_it_was_left_in(home):
    listed = adapters.command("runs", "list", "--json").json["runs"]
    states = {run["id"]: run["state"] for run in listed}
    assert states == {name: run["state"] for name, run in RUNS.items()}
    assert adapters.queue() == ["queued"]
    newest = [run["id"] for run in listed if run["state"] != "unreadable"]
    assert newest == sorted(newest, key=lambda name: RUNS[name]["created"], reverse=True)


def test_all_that_was_stored_of_each_run_is_read_as_it_was(home):
    assert missing(RUNS, stored_home.described()) == []


def test_the_pictures_that_a_run_kept_are_as_many_bytes_as_they_were(home):
    sizes = {name: RUNS[name]["sample_bytes"] for name in WHOLE}
    found = {
        name: [len(adapters.record(name).sample(step)[1]) for step in RUNS[name]["samples"]]
        for name in WHOLE
    }
    assert found == sizes


SLOW = ("digits-finished", "conditional-finished", "own-pictures-finished")
SLOW += ("srresnet-finished", "srgan-stopped")


@pytest.mark.parametrize(
    "run",
    [
        pytest.param(name, marks=pytest.mark.slow) if name in SLOW else name
        for name in RUNS
        if "steps" in COMMANDS["resumed"][name]
    ],
)
def test_a_run_goes_on_as_it_did(home, run):
    found = stored_home.resumed(run)
    assert found == COMMANDS["resumed"][run]
    record = adapters.record(run)
    assert len(record.events()) >= len(RUNS[run]["events"])


@pytest.mark.parametrize("model", COMMANDS["sampled"])
def test_a_checkpoint_or_a_kept_state_makes_the_pictures_that_it_made(home, tmp_path, model):
    assert missing(COMMANDS["sampled"][model], stored_home.sampled(model, tmp_path)) == []


def test_a_branch_starts_from_a_state_that_was_kept(home):
    arguments = ("--step", "15", "--set", "d_optimizer.lr=0.0007", "--device", "cpu", "--json")
    done = adapters.command("runs", "branch", "ring-finished", *arguments)
    assert (done.status, done.json["status"], done.json["steps"]) == (0, "finished", 40)
    child = adapters.record(done.json["run"])
    assert child.facts()["parent"] == {"run": "ring-finished", "step": 15}
    assert [one["step"] for one in child.interventions()] == [9, 15]


def test_runs_are_compared_on_the_screen_and_as_files(home, tmp_path):
    pair = ("runs", "compare", "ring-finished", "branch-finished")
    found = adapters.command(*pair, "--json").json
    assert [run["run"] for run in found["runs"]] == ["ring-finished", "branch-finished"]
    assert found["differences"]["d_optimizer.lr"] == [0.001, 0.0005]
    for name in ("c.csv", "c.json"):
        assert adapters.command(*pair, "--out", tmp_path / name).status == 0
        assert "branch-finished" in (tmp_path / name).read_text()


EXPORTS = [
    ("digits-finished", "m.csv"),
    ("digits-finished", "s.gif"),
    ("digits-finished", "s.png"),
    ("digits-finished", "g.safetensors"),
    ("ring-finished", "m.csv"),
    ("ring-finished", "g.safetensors"),
    ("srresnet-finished", "g.safetensors"),
    ("race-finished", "m.csv"),
]


@pytest.mark.parametrize(("run", "name"), EXPORTS)
def test_a_run_is_exported(home, tmp_path, run, name):
    done = adapters.command("runs", "export", run, "--out", tmp_path / name, "--json")
    assert done.status == 0, done.err
    assert (tmp_path / name).stat().st_size > 100


def test_a_run_becomes_a_film(home, tmp_path):
    done = adapters.command("film", "ring-finished", tmp_path / "f.gif", "--json")
    assert (done.status, done.json["last"]) == (0, 40)


def test_the_network_of_a_superresolution_run_enlarges(home, tmp_path):
    from PIL import Image

    Image.new("RGB", (12, 10), "teal").save(tmp_path / "in.png")
    network = home / "runs" / "srresnet-finished" / "network.safetensors"
    done = adapters.command(
        "upscale", tmp_path / "in.png", tmp_path / "out.png", "--method", network, "--json"
    )
    assert (done.json["width"], done.json["height"]) == (48, 40)


@pytest.mark.parametrize("run", DAMAGED)
def test_a_damaged_run_is_one_sentence_and_can_be_deleted(home, run):
    for words in (("runs", "show", run), ("runs", "resume", run), ("film", run, home / "f.gif")):
        done = adapters.command(*words, "--json")
        said = stored_home.sentences(done.err)
        assert said in (0, 1), done.err
        assert (done.status == 0) == (said == 0), done.err
    assert adapters.command("runs", "delete", run, "--yes").status == 0
    left = [one["id"] for one in adapters.command("runs", "list", "--json").json["runs"]]
    assert sorted(left) == sorted(set(RUNS) - {run})


def test_the_queue_of_earlier_days_is_left_by_stop(home):
    assert adapters.command("runs", "stop", "queued", "--json").json["status"] == "stopped"
    assert adapters.queue() == []
