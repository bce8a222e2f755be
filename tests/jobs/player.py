"""A run of points with somebody who plays it."""

import threading

from safetensors.numpy import load

from ganlab.jobs.worker import Worker
from ganlab.presets import preset
from tests.waiting import until

SMALL = {
    "network.g_width": 8,
    "network.g_depth": 1,
    "network.d_width": 8,
    "network.d_depth": 1,
    "batch": 16,
}


def config(**values):
    return preset("ring").with_values({**SMALL, "steps": 100_000, **values})


class Player:
    """Plays a run whose worker trains in a thread of this process."""

    def __init__(self, record):
        self.record = record
        self.worker = Worker(record, "cpu")
        self.thread = threading.Thread(target=self.worker.run)

    def __enter__(self):
        self.record.set_facts(state="queued")
        self.thread.start()
        self.until(lambda: self.record.facts()["state"] not in ("queued", "preparing"))
        return self

    def __exit__(self, *_):
        self.worker.stop()
        self.thread.join(60)
        assert not self.thread.is_alive()

    def until(self, happened):
        def there():
            found = happened()
            assert found or self.thread.is_alive()
            return found

        until(there, "the run that is played", 60)

    def ask(self, verb, **argument):
        """What the worker answers: '' for done."""
        number = self.record.command(verb, **argument)
        self.until(lambda: self.record.answer(number) is not None)
        return self.record.answer(number)

    def at(self):
        return self.record.info().step

    def fake(self, step=None):
        found = self.record.sample(step)
        assert found
        return load(found[1])["fake"]
