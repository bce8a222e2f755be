"""The one place through which all pages of a server see and steer runs, however many people watch.

A second server on the same store gets a hub too, which shows and steers everything; what is started
there is launched by the first, whose dispatcher holds the store's lock.
"""

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganlab.config import RunConfig
from ganlab.errors import ConfigError, RunBusy, RunError
from ganlab.jobs.dispatcher import Dispatcher
from ganlab.jobs.folder import Event, RunFolder
from ganlab.jobs.heartbeat import look_at
from ganlab.jobs.info import RunInfo
from ganlab.jobs.launcher import Launcher
from ganlab.jobs.quality_history import Row
from ganlab.jobs.store import Store

FRESH_SECONDS = 0.1
"""How old what a page sees may be."""


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
    qualities: list[Row] = field(default_factory=list)
    """Of a run on pictures: see `Record.qualities`."""


class Hub:
    """One a server process. Thread-safe."""

    def __init__(self, store: Store | None = None, launcher: Launcher | None = None) -> None:
        self.store = store or Store()
        self.launcher = launcher or Launcher()
        self._dispatcher = Dispatcher(self.store, self.launcher)
        self._guard = threading.RLock()
        self._views: dict[str, tuple[float, View]] = {}
        self._infos: tuple[float, int, list[RunInfo]] = (0.0, 0, [])

    @property
    def leads(self) -> bool:
        """Whether this hub launches runs, and not another server's."""
        return self._dispatcher.leads

    # --- seeing -----------------------------------------------------------------------------------

    def runs(self) -> list[RunInfo]:
        """Every run in one line, newest first, with the place of those that wait.

        Read at most twice a second, and at once when a run has come or gone, whoever made it.
        """
        with self._guard:
            at, stamp, infos = self._infos
            if time.monotonic() - at > 5 * FRESH_SECONDS or stamp != self.store.stamp():
                stamp = self.store.stamp()
                infos = [self._with_place(info) for info in self.store.infos()]
                self._infos = (time.monotonic(), stamp, infos)
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
        return self._dispatcher.capacity()

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
        `ganlab.config.variants`. ConfigError if they cannot be.
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
        if record.info().breakpoints:
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
        """Have the run read again at the next look, as after a command that was answered."""
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
        self._dispatcher.close()

    # --- inside -----------------------------------------------------------------------------------

    def _read(self, record: RunFolder, before: View | None) -> View:
        info = self._with_place(record.info())
        known = before if before and before.info.generation == info.generation else None
        columns = _longer(known.columns if known else {}, record.columns)
        members: dict[str, NDArray[Any]] = {}
        if info.variants:
            members = _longer(known.members if known else {}, record.members)
        return View(info, columns, record.events(), record.sample(), members, record.qualities())

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
            self._infos = (0.0, 0, [])
        self._dispatcher.wake()

    def _forget_old_views(self) -> None:
        oldest_first = sorted(self._views, key=lambda key: self._views[key][0])
        for key in oldest_first[:-32]:
            del self._views[key]


def _longer(
    known: dict[str, NDArray[Any]], read: Callable[[int], dict[str, NDArray[Any]]]
) -> dict[str, NDArray[Any]]:
    """The rows that are known with those behind them; all again if other columns have come."""
    last = int(known["step"][-1]) if known and len(known["step"]) else -1
    fresh = read(last)
    if last < 0 or len(known) != len(fresh):
        return fresh if last < 0 else read(-1)
    if not len(fresh["step"]):
        return known
    return {name: np.concatenate([known[name], fresh[name]]) for name in known}
