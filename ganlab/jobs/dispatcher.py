"""The queue's way into training: one server launches what waits, as long as there is room.

It is the one that holds the store's lock. Any other takes over when that one is gone.
"""

import os
import threading
import time
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from ganlab.errors import RunError, UnknownRun
from ganlab.jobs.database import speaking
from ganlab.jobs.info import LIVE
from ganlab.jobs.launcher import Launcher
from ganlab.jobs.store import Store

QUEUE_SECONDS = 0.25
"""How often the queue is looked at."""
START_SECONDS = 90.0
"""How long a worker may take to speak; a fork server that is starting loads torch first."""


class Dispatcher:
    """Looks at a store's queue in a thread of its own."""

    def __init__(self, store: Store, launcher: Launcher) -> None:
        self._store = store
        self._launcher = launcher
        self._working: dict[str, float] = {}
        self._lock = FileLock(store.root / "hub.lock", thread_local=False)
        self._closed = threading.Event()
        self._wake = threading.Event()
        self._lead()
        self._thread = threading.Thread(target=self._dispatch_forever, daemon=True)
        self._thread.start()

    @property
    def leads(self) -> bool:
        """Whether this one launches runs, and not another server's."""
        return self._lock.is_locked

    def capacity(self) -> int:
        """How many runs may train at once: GANLAB_MAX_RUNS, or by cores and free memory."""
        given = os.environ.get("GANLAB_MAX_RUNS", "")
        if given.isdigit() and int(given):
            return int(given)
        per_run = 1.5e9
        by_memory = int(_free_memory() / per_run) + len(self._working)
        return max(1, min(os.cpu_count() or 1, by_memory))

    def wake(self) -> None:
        """Look at the queue now."""
        self._wake.set()

    def close(self) -> None:
        """Let go of the store, and end the launcher. Runs go on."""
        self._closed.set()
        self._wake.set()
        self._thread.join(timeout=5)
        self._launcher.close()
        self._lock.release()

    def _lead(self) -> None:
        with speaking(self._store.root / "hub.lock"):
            try:
                self._lock.acquire(timeout=0)
            except Timeout:
                return
        self._launcher.warm_up()
        self._launcher.probe(self._store.root / "device.json")  # it may be another machine by now
        waiting = set(self._store.queue())
        for info in self._store.infos():
            if info.state in ("preparing", "running", "paused"):
                self._working[info.id] = time.monotonic()
            elif info.state == "queued" and info.id not in waiting:
                with suppress(RunError):  # its turn had come when the last server ended
                    self._store.enqueue(info.id)

    def _dispatch_forever(self) -> None:
        while not self._closed.is_set():
            self._wake.wait(QUEUE_SECONDS)
            self._wake.clear()
            try:
                if not self.leads:
                    self._lead()
                if self.leads:
                    self._dispatch()
            except (RunError, OSError):
                continue  # a run deleted under our hands; the next round sees it gone

    def _dispatch(self) -> None:
        """Launch from the queue while there is room."""
        for run_id, since in list(self._working.items()):
            if not self._is_under_way(run_id, since):
                del self._working[run_id]
        while self._store.queue() and len(self._working) < self.capacity():
            taken = self._store.take()
            if taken is None:
                return
            run_id, device = taken
            try:
                record = self._store.open(run_id)
            except UnknownRun:
                continue
            self._working[run_id] = time.monotonic()
            self._launcher.launch(record.folder, device)

    def _is_under_way(self, run_id: str, since: float) -> bool:
        """Whether the run takes up a place. One whose worker never wrote anything has failed."""
        try:
            record = self._store.open(run_id)
            state = record.facts().get("state")
            if state != "queued" or record.is_alive():
                return state in LIVE and record.is_alive()
            if run_id in self._store.queue():
                return False  # resumed: it waits for its next turn
            if time.monotonic() - since < START_SECONDS:
                return True
            words = "Its worker did not start: worker.log may say why, and Resume tries again."
            record.set_facts(state="failed", words=words)
        except RunError:
            pass
        return False


def _free_memory() -> float:
    """Bytes of memory that are free or can be freed; infinite where the system does not tell."""
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return float(line.split()[1]) * 1024
    except OSError:
        pass
    return float("inf")
