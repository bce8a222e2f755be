import json
import math
import os
import signal
from pathlib import Path

import pytest

from ganlab.presets import preset
from tests.cli.conftest import TINY

PROMISED = {"run", "preset", "status", "steps", "seconds", "steps_per_second", "device"}
PROMISED |= {"metrics", "diagnosis", "checkpoint"}


def test_json_holds_all_that_is_promised_and_progress_goes_to_stderr(train):
    done = train("--title", "My run")
    assert done.status == 0
    assert len(done.out.splitlines()) == 1
    assert done.json.keys() >= PROMISED
    assert [done.json[one] for one in ("preset", "status", "steps")] == ["digits", "finished", 12]
    assert done.json["device"] == "cpu"
    assert done.json["steps_per_second"] == pytest.approx(12 / done.json["seconds"], rel=0.01)
    assert Path(done.json["checkpoint"]).is_file()
    assert all(math.isfinite(value) for value in done.json["metrics"].values())
    assert isinstance(done.json["diagnosis"], list)
    assert "12/12" in done.err


def test_without_json_a_person_reads_what_happened(ganlab):
    done = ganlab("train", "digits", *TINY, "--steps", "5")
    assert done.status == 0
    assert "finished at step 5" in done.out


def test_seconds_end_a_run(ganlab):
    done = ganlab("train", "digits", *TINY, "--seconds", "0.2", "--json")
    assert done.json["status"] == "finished"
    assert done.json["seconds"] >= 0.2
    assert done.json["steps"] < preset("digits").steps


@pytest.mark.parametrize(("epochs", "steps"), [("0.05", 11), ("0.0001", 1)])
def test_epochs_end_a_run_after_so_many_passes_through_the_data(ganlab, epochs, steps):
    # 1,797 digits in batches of 8 are 225 steps.
    done = ganlab("train", "digits", *TINY, "--epochs", epochs, "--json")
    assert (done.json["status"], done.json["steps"]) == ("finished", steps)


def test_a_configuration_comes_from_a_file(ganlab, lab):
    path = lab / "mine.json"
    config = preset("digits").with_values({"network.width": 4, "batch": 8, "steps": 3})
    path.write_text(json.dumps(config.to_json()))
    done = ganlab("train", path, "--device", "cpu", "--json")
    assert (done.status, done.json["preset"], done.json["steps"]) == (0, "", 3)


def test_missing_data_is_a_failure_in_words(ganlab, lab, monkeypatch):
    monkeypatch.setenv("GANLAB_DATA", str(lab / "nothing"))
    from ganlab.errors import DataError

    def refuse(*arguments, **options):
        raise DataError("MNIST could not be downloaded: try the digits")

    monkeypatch.setattr("ganlab.training.state.open_pictures", refuse, raising=False)
    monkeypatch.setattr("ganlab.jobs.worker.Worker.prepare", refuse)
    done = ganlab("train", "fast-mnist", "--device", "cpu", "--json", "--steps", "2")
    assert done.status == 1
    assert done.json["status"] == "failed"
    assert done.json["words"].startswith("MNIST could not be downloaded")
    assert done.json["checkpoint"] is None
    assert "ganlab: MNIST could not be downloaded: try the digits" in done.err


def test_divergence_is_a_failure_in_words_and_still_json(ganlab):
    wild = ["d_optimizer.name=sgd", "g_optimizer.name=sgd"]
    wild += ["d_optimizer.lr=10", "g_optimizer.lr=10"]
    sets = [part for one in wild for part in ("--set", one)]
    done = ganlab("train", "digits", *TINY, *sets, "--steps", "300", "--json")
    assert (done.status, done.json["status"]) == (1, "diverged")
    assert "Diverged" in done.err


def test_control_c_stops_with_a_checkpoint(train, monkeypatch):
    from ganlab.jobs.worker import Worker

    log = Worker._log

    def interrupted(self, tick):
        log(self, tick)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(Worker, "_log", interrupted)
    done = train("--steps", "1000000")  # more than the first tick, however fast the machine is
    assert (done.status, done.json["status"]) == (0, "stopped")
    assert Path(done.json["checkpoint"]).is_file()


def test_a_race_of_methods_is_one_run_with_the_measures_of_each(ganlab):
    small = ["network.g_width=8", "network.d_width=8", "batch=16"]
    sets = [part for one in small for part in ("--set", one)]
    options = ["--race", "plain,pacgan2", "--steps", "9", "--device", "cpu", "--json"]
    done = ganlab("train", "ring-collapse", *sets, *options)
    assert (done.status, done.json["steps"]) == (0, 9)
    members = done.json["metrics"]["members"]
    assert [one["label"] for one in members] == ["Plain GAN", "PacGAN2"]
    assert all(0 <= one["modes"] <= 8 for one in members)
