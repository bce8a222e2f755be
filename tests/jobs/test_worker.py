"""The worker in this process: driven by ticks, steered by commands, as its own process would be."""

import math

import numpy as np
import pytest
import torch

from ganlab.errors import DataError, RunBusy, StoreError
from ganlab.evaluation.quality import numbers
from ganlab.evaluation.variety import LIVE
from ganlab.jobs import worker as module
from ganlab.jobs.folder import RunFolder
from ganlab.jobs.samples import from_png
from ganlab.jobs.worker import Worker, work
from ganlab.training.checkpoint import load_tensors
from ganlab.training.strategies import NAMES


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


@pytest.fixture
def record(store, tiny) -> RunFolder:
    return store.create(tiny, "tiny", "digits")


def run_with_commands(record, *commands, **options):
    """Work the run, giving each command (step, verb, argument) at the first tick from that step.

    A worker that is paused gets its next command whenever it looks. Gives what the worker answered.
    """
    waiting, numbers = list(commands), []

    def on_tick(tick, training):
        del training
        while waiting and tick.step >= waiting[0][0]:
            _, verb, argument = waiting.pop(0)
            numbers.append(record.command(verb, **argument))
            if verb == "pause":
                for _, verb_, argument_ in waiting:
                    numbers.append(record.command(verb_, **argument_))
                waiting.clear()

    state = work(record, "cpu", on_tick, **options)
    return state, [record.answer(number) for number in numbers]


def test_a_run_that_spends_its_budget_is_finished_with_results_and_a_diagnosis(record, tiny):
    assert work(record, "cpu") == "finished"
    info = record.info()
    assert (info.state, info.step, info.device) == ("finished", tiny.steps, "cpu")
    read = numbers(info.quality)
    assert {"frechet", "kid", "coverage", "class_entropy", "judged"} <= set(read)
    assert set(info.results) == {*NAMES, *read, "images_per_second", "cpu_seconds"}
    assert {name: info.results[name] for name in read} == read
    assert info.quality["step"] == tiny.steps
    assert all(math.isfinite(value) for value in info.results.values())
    assert info.diagnosis[0]["name"] == "early"
    columns = record.columns()
    assert set(columns) == {"step", "seconds", *NAMES, *LIVE}
    assert columns["step"][-1] == tiny.steps
    assert (np.diff(columns["step"]) > 0).all()
    assert (np.diff(columns["seconds"]) > 0).all()
    assert record.sample_steps()[-1] == tiny.steps
    assert from_png(record.sample()[1]).shape == (8 * 28, 8 * 28)
    assert from_png((record.folder / "real.png").read_bytes()).shape == (8 * 28, 8 * 28)
    assert [event.text for event in record.events() if event.kind == "state"] == ["finished"]
    _, facts = load_tensors(record.checkpoint)
    assert facts["step"] == tiny.steps
    assert not record.is_alive()


def test_pause_step_and_stop_are_answered_and_step_makes_exactly_one_step(store, tiny):
    record = store.create(tiny.with_values({"steps": 5000}))
    state, answers = run_with_commands(
        record,
        (3, "step", {}),
        (3, "pause", {}),
        (3, "step", {}),
        (3, "step", {"who": "D"}),
        (3, "step", {"who": "G", "count": 2}),
        (3, "step", {"who": "X"}),
        (3, "dance", {}),
        (3, "turn", {"name": "d_optimizer.lr", "value": 0.5}),
        (3, "turn", {"name": "batch", "value": 16}),
        (3, "turn", {"name": "nonsense", "value": 16}),
        (3, "turn", {"name": "d_optimizer.lr", "value": "fast"}),
        (3, "turn", {"name": "d_steps"}),
        (3, "stop", {}),
    )
    assert state == "stopped"
    refused = answers[0]
    assert refused == "pause the run before stepping it"
    for answer in (answers[1], answers[2], answers[3], answers[4], answers[7], answers[12]):
        assert answer == ""
    for answer in (answers[5], answers[6], *answers[8:12]):
        assert answer
        assert "\n" not in answer
    assert "batch cannot be turned" in answers[8]
    columns = record.columns()
    last = columns["step"][-4:]
    np.testing.assert_array_equal(np.diff(last), [1, 1, 2])
    by_step = {name: columns[name][-3:] for name in NAMES}
    assert np.isfinite([by_step["d_loss"][0], by_step["g_loss"][0]]).all()
    np.testing.assert_array_equal(np.isfinite(by_step["d_loss"]), [True, True, False])
    np.testing.assert_array_equal(np.isfinite(by_step["g_loss"]), [True, False, True])
    (knob,) = [event for event in record.events() if event.kind == "knob"]
    assert knob.step == last[-1]
    assert '"old": 0.001, "new": 0.5' in knob.text
    assert record.config().d_optimizer.lr == 0.5


def test_resume_lets_a_paused_run_go_on_to_its_end(record, tiny):
    state, answers = run_with_commands(record, (1, "pause", {}), (1, "resume", {}))
    assert (state, answers) == ("finished", ["", ""])
    assert record.info().step == tiny.steps


@pytest.mark.slow
def test_a_stopped_run_goes_on_bit_exactly(store, tiny):
    whole = store.create(tiny, "whole")
    work(whole, "cpu")
    parts = store.create(tiny, "parts")
    state, _ = run_with_commands(parts, (5, "stop", {}))
    assert state == "stopped"
    assert 5 <= parts.info().step < tiny.steps
    assert work(parts, "cpu") == "finished"
    expected, expected_facts = load_tensors(whole.checkpoint)
    tensors, facts = load_tensors(parts.checkpoint)
    assert facts["step"] == expected_facts["step"] == tiny.steps
    assert tensors.keys() == expected.keys()
    for name in expected:
        torch.testing.assert_close(tensors[name], expected[name], rtol=0, atol=0, msg=name)
    assert parts.info().generation == 0
    assert whole.sample()[1] == parts.sample()[1]


@pytest.mark.slow
def test_what_lies_beyond_the_checkpoint_is_forgotten_and_the_generation_grows(store, tiny):
    record = store.create(tiny.with_values({"steps": 3000}))
    run_with_commands(record, (5, "stop", {}))
    at = record.facts()["checkpoint_step"]
    kept, kept_seconds = record.checkpoint.read_bytes(), record.columns()["seconds"].tolist()
    run_with_commands(
        record, (at + 20, "turn", {"name": "ema", "value": 0.5}), (at + 21, "stop", {})
    )
    assert record.info().step > at
    # As if that second worker had been killed before it wrote a checkpoint.
    record.checkpoint.write_bytes(kept)
    record.set_facts(state="running")
    assert record.info().state == "lost"
    seen = []
    work(record, "cpu", lambda tick, _: (seen.append(tick.step), record.command("stop")))
    info, columns = record.info(), record.columns()
    assert info.generation == 1
    assert columns["seconds"][: len(kept_seconds)].tolist() == kept_seconds
    assert columns["step"][len(kept_seconds)] == seen[0] > at
    assert (np.diff(columns["step"]) > 0).all()
    assert not [event for event in record.events() if event.kind == "knob"]


@pytest.mark.slow
def test_a_run_without_a_checkpoint_starts_again(store, tiny):
    record = store.create(tiny.with_values({"steps": 3000}))
    run_with_commands(record, (5, "stop", {}))
    record.checkpoint.unlink()
    seen = []
    work(record, "cpu", lambda tick, _: (seen.append(tick.step), record.command("stop")))
    assert record.columns()["step"].tolist() == seen
    assert record.info().generation == 1


def test_an_unexpected_failure_is_one_sentence_and_its_traceback_stays_in_the_log(
    store, tiny, capfd
):
    record = store.create(tiny.with_values({"steps": 3000}))
    run_with_commands(record, (5, "stop", {}))
    kept = record.checkpoint.read_bytes()

    def fail(tick, training):
        raise OSError("line one\nline two")

    assert work(record, "cpu", fail) == "failed"
    info = record.info()
    assert info.state == "failed"
    assert "OSError: line one" in info.words
    assert "\n" not in info.words
    assert "Traceback" in capfd.readouterr().err
    assert record.checkpoint.read_bytes() == kept, "a run that failed mid-step keeps its checkpoint"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (DataError("MNIST is not there"), "MNIST is not there"),
        (MemoryError(), "Memory ran out: try a smaller batch or a smaller network."),
    ],
)
def test_an_expected_failure_is_told_in_its_own_words(record, monkeypatch, capfd, error, words):
    def refuse(self):
        raise error

    monkeypatch.setattr(Worker, "prepare", refuse)
    assert work(record, "cpu") == "failed"
    assert record.info().words == words
    assert "Traceback" not in capfd.readouterr().err


def test_a_checkpoint_cut_in_half_is_told_and_kept(record, tiny):
    run_with_commands(record, (5, "stop", {}))
    half = record.checkpoint.read_bytes()[:1000]
    record.checkpoint.write_bytes(half)
    rows = record.columns()["step"].tolist()
    assert work(record, "cpu") == "failed"
    assert "no whole safetensors file" in record.info().words
    assert record.checkpoint.read_bytes() == half
    assert record.columns()["step"].tolist() == rows


def test_the_disk_budget_ends_a_run_in_words_with_its_checkpoint_whole(store, tiny, monkeypatch):
    record = store.create(tiny.with_values({"steps": 100_000}))
    monkeypatch.setattr(module, "BUDGET_BYTES", 1000)
    monkeypatch.setattr(module, "CHECKPOINT_SECONDS", 0.0)
    assert work(record, "cpu") == "failed"
    info = record.info()
    assert info.state == "failed"
    assert "on disk" in info.words
    _, facts = load_tensors(record.checkpoint)
    assert facts["step"] > 0


def test_a_budget_that_is_used_up_at_the_end_is_told_as_well(record, monkeypatch):
    monkeypatch.setattr(module, "BUDGET_BYTES", 1000)
    assert work(record, "cpu") == "failed"
    assert "on disk" in record.info().words
    assert record.info().results


def test_a_pause_holds_although_its_checkpoint_cannot_be_written(store, tiny, monkeypatch):
    record = store.create(tiny.with_values({"steps": 5000}))
    states = []

    def full(self):
        states.append(record.facts()["state"])
        raise module.DiskFull("the disk is full")

    monkeypatch.setattr(Worker, "save", full)
    _, answers = run_with_commands(record, (3, "pause", {}), (3, "stop", {}))
    assert answers == ["the disk is full", ""]
    assert states[0] == "paused"


def test_divergence_ends_in_numbers_that_json_knows(store, tiny):
    wild = {"steps": 300, "d_optimizer.name": "sgd", "g_optimizer.name": "sgd"}
    wild |= {"d_optimizer.lr": 10.0, "g_optimizer.lr": 10.0}
    record = store.create(tiny.with_values(wild))
    assert work(record, "cpu") == "diverged"
    info = record.info()
    assert "Diverged" in info.words
    assert all(math.isfinite(value) for value in info.results.values())


def test_a_run_is_trained_by_one_worker_only(record):
    rows = []

    def try_again(tick, training):
        if not rows:
            rows.append(tick.step)
            with pytest.raises(RunBusy, match="another process"):
                Worker(record, "cpu").run()

    assert work(record, "cpu", try_again) == "finished"


def test_a_worker_whose_run_was_deleted_under_it_says_so(record):
    record.remove()
    with pytest.raises(StoreError, match="holds no run"):
        work(record, "cpu")
    assert not record.folder.exists()
