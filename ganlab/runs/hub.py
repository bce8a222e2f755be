"""The one place through which all pages of a server see and steer runs, however many people watch.

A hub that holds the store's lock launches what waits in the queue. A second server on the same
store gets a hub without the lock: it shows and steers everything, what is started there is launched
by the first, and it takes over when the first is gone.
"""

import json
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from ganlab.config import RunConfig
from ganlab.errors import ConfigError, RunBusy, RunError, UnknownRun
from ganlab.runs.attention import look_at
from ganlab.runs.database import speaking
from ganlab.runs.launcher import Launcher
from ganlab.runs.record import LIVE, Event, Record, RunInfo
from ganlab.runs.store import Store

FRESH_SECONDS = 0.1
"""How old what a page sees may be."""
PUMP_SECONDS = 0.25
"""How often the queue is looked at."""
START_SECONDS = 90.0
"""How long a worker may take to speak; a fork server that is starting loads torch first."""


@dataclass(frozen=True)
class View:
    """A run as pages see it."""

    info: RunInfo
    columns: dict[str, NDArray[Any]]
    events: list[Event]
    sample: tuple[int, bytes] | None
    """The newest sample: (step, PNG or safetensors)."""
    members: dict[str, NDArray[Any]] = field(default_factory=dict)
    """Of a run that holds several GANs: see `Record.members`."""


class Hub:
    """One a server process. Thread-safe."""

    def __init__(self, store: Store | None = None, launcher: Launcher | None = None) -> None:
        self.store = store or Store()
        self.launcher = launcher or Launcher()
        self._guard = threading.RLock()
        self._views: dict[str, tuple[float, View]] = {}
        self._infos: tuple[float, list[RunInfo]] = (0.0, [])
        self._working: dict[str, float] = {}
        self._lock = FileLock(self.store.root / "hub.lock", thread_local=False)
        self._closed = threading.Event()
        self._wake = threading.Event()
        self._lead()
        self._pump_thread = threading.Thread(target=self._pump_forever, daemon=True)
        self._pump_thread.start()

    @property
    def leads(self) -> bool:
        """Whether this hub launches runs, and not another server's."""
        return self._lock.is_locked

    # --- seeing -----------------------------------------------------------------------------------

    def runs(self) -> list[RunInfo]:
        """Every run in one line, newest first, with the place of those that wait."""
        with self._guard:
            at, infos = self._infos
            if time.monotonic() - at > 5 * FRESH_SECONDS:
                infos = [self._with_place(info) for info in self.store.infos()]
                self._infos = (time.monotonic(), infos)
            return infos

    def view(self, run_id: str) -> View:
        """A run with its metrics, events and newest sample, read at most ten times a second."""
        with self._guard:
            at, view = self._views.get(run_id, (0.0, None))
            if view is None or time.monotonic() - at > FRESH_SECONDS:
                record = self.store.open(run_id)
                look_at(record.folder)
                view = self._read(record, view)
                self._views[run_id] = (time.monotonic(), view)
                self._forget_old_views()
            return view

    def device(self) -> dict[str, Any]:
        """What the machine trains on: {'device', 'name', 'cores'}; {} until it has been probed."""
        try:
            return json.loads((self.store.root / "device.json").read_text())
        except (OSError, ValueError):
            return {}

    def capacity(self) -> int:
        """How many runs may train at once: GANLAB_MAX_RUNS, or by cores and free memory."""
        given = os.environ.get("GANLAB_MAX_RUNS", "")
        if given.isdigit() and int(given):
            return int(given)
        per_run = 1.5e9
        by_memory = int(_free_memory() / per_run) + len(self._working)
        return max(1, min(os.cpu_count() or 1, by_memory))

    # --- steering ---------------------------------------------------------------------------------

    def start(
        self,
        config: RunConfig,
        title: str = "",
        preset: str = "",
        device: str = "auto",
        variants: Sequence[Any] = (),
        **facts: Any,
    ) -> str:
        """Create a run, with further facts such as its script, and queue it; its id.

        variants make it many GANs in lock-step, each config with its own values by path: see
        `ganlab.variants`. ConfigError if they cannot be.
        """
        record = self.store.create(config, title, preset, variants)
        record.set_facts(**facts)
        return self.begin(record.id, device)

    def begin(self, run_id: str, device: str = "auto") -> str:
        """Queue a run that was created; its id."""
        self.store.enqueue(run_id, device)
        self._changed(run_id)
        return run_id

    def branch(self, run_id: str, values: Mapping[str, Any], step: int | None = None) -> str:
        """Start a branch of a run: see `Store.branch`; its id."""
        record = self.store.branch(run_id, values, step)
        self.store.enqueue(record.id)
        self._changed(record.id)
        return record.id

    def solo(self, run_id: str, place: int, step: int) -> str:
        """A run of one GAN of a race, resting at that step or on its way there; its id."""
        record = self.store.solo(run_id, place, step)
        if record.info().halts:
            self.store.enqueue(record.id)
        self._changed(record.id)
        return record.id

    def resume(self, run_id: str, more_steps: int = 0) -> None:
        """Let a run go on: a paused one at once, an ended one from its checkpoint by the queue."""
        record = self.store.open(run_id)
        info = record.info()
        if info.state == "paused":
            record.command("resume")
        elif info.live:
            raise RunBusy(f"{run_id} is under way already")
        else:
            record.extend_budget(more_steps)
            self.store.enqueue(run_id)
        self._changed(run_id)

    def command(self, run_id: str, verb: str, **argument: Any) -> int | None:
        """Give a run's worker a command; its number, or None if it was done without a worker."""
        record = self.store.open(run_id)
        if verb == "stop" and self.store.leave_queue(run_id):
            record.set_facts(state="stopped", words="Stopped before it started.")
            self._changed(run_id)
            return None
        if not record.info().live:
            raise RunError(f"{run_id} is not under way: resume it first")
        number = record.command(verb, **argument)
        self._changed(run_id)
        return number

    def refresh(self, run_id: str) -> None:
        """Have the run read anew at the next look, as after a command that was answered."""
        self._changed(run_id)

    def rename(self, run_id: str, title: str) -> None:
        """Give a run another title."""
        title = " ".join(title.split())[:80]
        if not title:
            raise ConfigError("a title must have at least one character")
        self.store.open(run_id).set_facts(title=title)
        self._changed(run_id)

    def delete(self, run_id: str) -> None:
        """Remove a run and its folder; raise RunBusy while it trains."""
        self.store.delete(run_id)
        self._changed(run_id)

    def close(self) -> None:
        """Let go of the store. Runs go on."""
        self._closed.set()
        self._wake.set()
        self._pump_thread.join(timeout=5)
        self.launcher.close()
        self._lock.release()

    # --- inside -----------------------------------------------------------------------------------

    def _read(self, record: Record, before: View | None) -> View:
        info = self._with_place(record.info())
        known = before if before and before.info.generation == info.generation else None
        columns = _longer(known.columns if known else {}, record.columns)
        members: dict[str, NDArray[Any]] = {}
        if info.variants:
            members = _longer(known.members if known else {}, record.members)
        return View(info, columns, record.events(), record.sample(), members)

    def _with_place(self, info: RunInfo) -> RunInfo:
        if info.state != "queued":
            return info
        queue = self.store.queue()
        if info.id not in queue:
            return replace(info, words="A worker is starting.")
        ahead = queue.index(info.id)
        words = f"Waiting for a free place: {ahead} ahead." if ahead else "Next to train."
        return replace(info, words=words)

    def _changed(self, run_id: str) -> None:
        with self._guard:
            self._views.pop(run_id, None)
            self._infos = (0.0, [])
        self._wake.set()

    def _forget_old_views(self) -> None:
        oldest_first = sorted(self._views, key=lambda key: self._views[key][0])
        for key in oldest_first[:-32]:
            del self._views[key]

    def _lead(self) -> None:
        with speaking(self.store.root / "hub.lock"):
            try:
                self._lock.acquire(timeout=0)
            except Timeout:
                return
        self.launcher.warm_up()
        self.launcher.probe(self.store.root / "device.json")  # it may be another machine by now
        waiting = set(self.store.queue())
        for info in self.store.infos():
            if info.state in ("preparing", "running", "paused"):
                self._working[info.id] = time.monotonic()
            elif info.state == "queued" and info.id not in waiting:
                with suppress(RunError):  # its turn had come when the last server ended
                    self.store.enqueue(info.id)

    def _pump_forever(self) -> None:
        while not self._closed.is_set():
            self._wake.wait(PUMP_SECONDS)
            self._wake.clear()
            try:
                if not self.leads:
                    self._lead()
                if self.leads:
                    self._pump()
            except (RunError, OSError):
                continue  # a run deleted under our hands; the next round sees it gone

    def _pump(self) -> None:
        """Launch from the queue while there is room."""
        for run_id, since in list(self._working.items()):
            if not self._is_under_way(run_id, since):
                del self._working[run_id]
        while self.store.queue() and len(self._working) < self.capacity():
            taken = self.store.take()
            if taken is None:
                return
            run_id, device = taken
            try:
                record = self.store.open(run_id)
            except UnknownRun:
                continue
            self._working[run_id] = time.monotonic()
            self.launcher.launch(record.folder, device)

    def _is_under_way(self, run_id: str, since: float) -> bool:
        """Whether the run takes up a place. One whose worker never spoke is told to have failed."""
        try:
            record = self.store.open(run_id)
            state = record.facts().get("state")
            if state != "queued" or record.is_alive():
                return state in LIVE and record.is_alive()
            if run_id in self.store.queue():
                return False  # resumed: it waits for its next turn
            if time.monotonic() - since < START_SECONDS:
                return True
            words = "Its worker did not start: worker.log may say why, and Resume tries again."
            record.set_facts(state="failed", words=words)
        except RunError:
            pass
        return False


def _longer(
    known: dict[str, NDArray[Any]], read: Callable[[int], dict[str, NDArray[Any]]]
) -> dict[str, NDArray[Any]]:
    """The rows that are known with those behind them; all anew if other columns have come."""
    last = int(known["step"][-1]) if known and len(known["step"]) else -1
    fresh = read(last)
    if last < 0 or len(known) != len(fresh):
        return fresh if last < 0 else read(-1)
    if not len(fresh["step"]):
        return known
    return {name: np.concatenate([known[name], fresh[name]]) for name in known}


def _free_memory() -> float:
    """Bytes of memory that are free or can be freed; infinite where the system does not tell."""
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return float(line.split()[1]) * 1024
    except OSError:
        pass
    return float("inf")
