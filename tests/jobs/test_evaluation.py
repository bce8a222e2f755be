"""A run's quality on demand, at its end and afterwards, and what it must not disturb."""

import pytest
import torch

from ganlab.errors import DataError, RunBusy, RunError
from ganlab.jobs import evaluation
from ganlab.jobs.evaluation import measured_afterwards
from ganlab.jobs.worker import work
from ganlab.presets import preset
from ganlab.training.checkpoint import load_tensors


def driven(record, **commands):
    """Work the run; at the first tick give each command. What the worker answered."""
    numbers = []

    def on_tick(tick, training):
        if not numbers:
            numbers.extend(record.command(verb, **argument) for verb, argument in commands.items())

    state = work(record, "cpu", on_tick)
    return state, [record.answer(number) for number in numbers]


@pytest.mark.slow
def test_asked_for_while_it_trains_it_is_of_that_step_and_changes_nothing(store, tiny, monkeypatch):
    steps = []
    whole = evaluation.run_quality

    def seen(state, report):
        steps.append(state.step)
        return whole(state, report, n=100)

    monkeypatch.setattr(evaluation, "run_quality", seen)
    plain, asked = (store.create(tiny.with_values({"steps": 300})) for _ in range(2))
    work(plain, "cpu")
    state, answers = driven(asked, measure={})
    assert (state, answers) == ("finished", [""])
    assert 0 < steps[1] < 300
    assert steps[2] == asked.info().quality["step"] == 300
    mine, theirs = (load_tensors(one.checkpoint)[0] for one in (asked, plain))
    assert all(torch.equal(mine[name], theirs[name]) for name in theirs)


def test_what_cannot_be_measured_is_one_sentence_and_the_run_is_finished_all_the_same(
    store, tiny, monkeypatch
):
    for error, words in (
        (DataError("no eyes"), "Not measured: no eyes."),
        (ValueError("odd\nand long"), "Not measured: ValueError: odd"),
    ):

        def fail(state, report, error=error):
            raise error

        monkeypatch.setattr(evaluation, "run_quality", fail)
        record = store.create(tiny)
        assert work(record, "cpu") == "finished"
        assert record.info().quality == {"step": tiny.steps, "words": words}
        assert record.info().results["d_loss"] > 0


def test_stop_ends_a_measuring_that_would_take_long(store, tiny, monkeypatch):
    reports = []
    record = store.create(tiny)

    def endless(state, report):
        while True:
            reports.append(state.step)
            if len(reports) == 3:
                record.command("stop")
            assert len(reports) < 10_000
            report("Measuring quality", 0.5)

    monkeypatch.setattr(evaluation, "run_quality", endless)
    assert work(record, "cpu") == "finished"
    assert record.info().quality["words"] == "Not measured: it was stopped."


@pytest.mark.slow
def test_progress_is_told_in_the_words_of_the_run_and_taken_back(store, tiny, monkeypatch):
    monkeypatch.setattr(evaluation, "SILENT_SECONDS", 0.0)
    monkeypatch.setattr(evaluation, "SAID_SECONDS", 0.0)
    record, said = store.create(tiny.with_values({"steps": 300})), []

    def halfway(state, report):
        report("Measuring quality", 0.5)
        said.append(record.facts()["words"])
        return {}

    monkeypatch.setattr(evaluation, "run_quality", halfway)
    after = []

    def on_tick(tick, training):
        if not after:
            record.command("measure")
        after.append(record.facts()["words"])

    work(record, "cpu", on_tick)
    assert all(words.startswith("Measuring quality: 50\N{NO-BREAK SPACE}%, ") for words in said)
    assert len(said) == 2
    assert set(after) == {""}


def test_a_run_that_ended_is_measured_by_its_checkpoint_and_keeps_it(store, tiny):
    record = store.create(tiny)
    work(record, "cpu")
    at_the_end = record.info().quality
    record.set_facts(quality={})
    assert measured_afterwards(record) == at_the_end
    assert record.info().quality == at_the_end


def test_a_run_under_way_without_a_checkpoint_or_on_points_cannot_be_measured_afterwards(
    store, tiny
):
    record = store.create(tiny)
    with pytest.raises(RunError, match="no checkpoint yet"):
        measured_afterwards(record)
    with record.lock(), pytest.raises(RunBusy, match="under way"):
        measured_afterwards(record)
    points = store.create(preset("ring"))
    points.checkpoint.write_bytes(b"")
    with pytest.raises(RunError, match="only pictures are measured"):
        measured_afterwards(points)
