import json
import sqlite3
import threading

import pytest

from ganlab.errors import ConfigError, RunBusy, RunError, StoreError, UnknownRun
from ganlab.jobs.database import connect
from ganlab.jobs.store import Store


def test_a_new_run_holds_its_configuration_and_has_not_started(store, tiny):
    record = store.create(tiny, "A title", "digits")
    info = store.open(record.id).info()
    assert (info.title, info.preset, info.state, info.step) == ("A title", "digits", "stopped", 0)
    assert record.config() == tiny
    assert record.columns()["step"].size == 0
    assert record.sample() is None


def test_runs_are_listed_newest_first(store, tiny):
    made = [store.create(tiny, str(k)) for k in range(3)]
    for age, record in enumerate(made):
        record.set_facts(created=1000.0 + age)
    assert [info.title for info in store.infos()] == ["2", "1", "0"]


def test_the_folder_follows_ganlab_home_and_is_made(tmp_path, monkeypatch):
    monkeypatch.setenv("GANLAB_HOME", str(tmp_path / "deep" / "er"))
    assert Store().infos() == []
    assert (tmp_path / "deep" / "er" / "runs").is_dir()


def cut(record):
    with sqlite3.connect(record.database) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    record.database.write_bytes(record.database.read_bytes()[:5000])


def changed(statement):
    """A database in which that was done."""

    def change(record):
        connection = connect(record.database)
        connection.execute(statement)
        connection.close()

    return change


DAMAGES = {
    "bytes": lambda record: record.database.write_bytes(b"this was a database" * 300),
    "cut": cut,
    "empty": lambda record: record.database.write_bytes(b""),
    "missing": lambda record: record.database.unlink(),
    "fact": changed("UPDATE fact SET value = '{cut' WHERE name = 'config'"),
    "no state": changed("DELETE FROM fact WHERE name = 'state'"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_run_is_told_in_one_sentence_and_hides_no_other(store, tiny, damage):
    good, bad = store.create(tiny, "good"), store.create(tiny, "bad")
    damage(bad)
    infos = {info.id: info for info in store.infos()}
    assert infos[good.id].state == "stopped"
    assert infos[bad.id].state == "unreadable"
    with pytest.raises(StoreError) as told:
        bad.info()
    sentence = str(told.value)
    assert sentence == infos[bad.id].words
    assert bad.id in sentence
    assert "\n" not in sentence
    store.delete(bad.id)
    assert [info.id for info in store.infos()] == [good.id]


def test_a_store_that_cannot_be_made_is_told_in_one_sentence(tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(StoreError, match="check its permissions"):
        Store(tmp_path / "file")


@pytest.mark.parametrize(
    "wrong",
    ["", ".", "..", "../secret", "a/b", "/etc", ".queue", "A", "a\0b", "a" * 81, "nonsense"],
)
def test_no_run_id_reaches_outside_of_the_store(store, tmp_path, wrong):
    secret = tmp_path / "secret"
    secret.mkdir()
    for act in (store.open, store.delete, store.enqueue):
        with pytest.raises(UnknownRun):
            act(wrong)
    assert secret.is_dir()


def test_a_run_that_trains_is_not_deleted(store, tiny):
    record = store.create(tiny)
    with record.lock(), pytest.raises(RunBusy, match="stop it before"):
        store.delete(record.id)
    assert record.folder.is_dir()
    store.delete(record.id)
    assert not record.folder.exists()


def test_a_run_is_deleted_whole_while_others_look_at_it(store, tiny):
    over = threading.Event()

    def look():
        while not over.is_set():
            store.infos()

    readers = [threading.Thread(target=look) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        for number in range(30):
            store.delete(store.create(tiny, str(number)).id)
    finally:
        over.set()
        for reader in readers:
            reader.join()
    assert [path.name for path in store.root.iterdir()] == [".queue"]


def test_deleting_takes_a_run_out_of_the_queue(store, tiny):
    record = store.create(tiny)
    store.enqueue(record.id)
    store.delete(record.id)
    assert store.queue() == []


def test_the_queue_is_first_in_first_out_and_keeps_the_device(store, tiny):
    ids = [store.create(tiny, str(k)).id for k in range(3)]
    for run_id, device in zip(ids, ("cpu", "auto", "cuda"), strict=True):
        store.enqueue(run_id, device)
    assert store.queue() == ids
    assert store.take() == (ids[0], "cpu")
    assert store.leave_queue(ids[1])
    assert not store.leave_queue(ids[1])
    assert store.take() == (ids[2], "cuda")
    assert store.take() is None


def test_a_run_that_was_taken_by_another_process_cannot_leave_the_queue_as_well(
    store, tiny, monkeypatch
):
    record = store.create(tiny)
    store.enqueue(record.id)
    entries = store._entries()
    assert store.take()
    # As if the other process had taken it between our listing and our removing.
    monkeypatch.setattr(store, "_entries", lambda: entries)
    assert not store.leave_queue(record.id)
    assert store.take() is None


def test_what_lies_in_the_queue_by_accident_is_passed_over(store, tiny):
    record = store.create(tiny)
    store.enqueue(record.id)
    (store.root / ".queue" / ".half.written").write_text("{")
    (store.root / ".queue" / "00000000000000000001.gone").write_text(json.dumps({}))
    assert store.take() == ("gone", "auto")
    assert store.take() == (record.id, "auto")


def test_queueing_answers_old_commands_so_that_nobody_obeys_them(store, tiny):
    record = store.create(tiny)
    number = record.command("stop")
    store.enqueue(record.id)
    assert record.answer(number) == "It had ended."


def test_a_branch_wants_a_checkpoint_and_names_its_parent(store, tiny):
    parent = store.create(tiny, "parent", "digits")
    with pytest.raises(RunError, match="no checkpoint yet"):
        store.branch(parent.id, {})
    with pytest.raises(ConfigError):
        store.branch(parent.id, {"nonsense": 1})
    parent.checkpoint.write_bytes(b"weights")
    parent.set_facts(checkpoint_step=7)
    child = store.branch(parent.id, {"loss": "hinge"})
    assert child.checkpoint.read_bytes() == b"weights"
    assert child.config().loss.name == "hinge"
    assert child.facts()["parent"] == {"run": parent.id, "step": 7}
    assert parent.config() == tiny
