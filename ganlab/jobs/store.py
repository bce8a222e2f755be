"""The store: a folder with one folder a run, and the queue of those that wait for a worker."""

import json
import re
import secrets
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from ganlab.config import RunConfig
from ganlab.config.fit import PAIRS
from ganlab.config.variants import varied
from ganlab.errors import ConfigError, RunBusy, RunError, StoreError, UnknownRun
from ganlab.files import write_file
from ganlab.jobs.branches import branch_at, hand_on_start
from ganlab.jobs.database import connect, speaking, transaction
from ganlab.jobs.folder import RunFolder, write_facts
from ganlab.jobs.info import SUPERRES, RunInfo
from ganlab.jobs.member import solo_at
from ganlab.paths import home
from ganlab.registry import Data, find

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")


class Store:
    """All runs under one home."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = (root or home()) / "runs"
        self._queue = self.root / ".queue"
        with speaking(self.root / "run.db"):
            self._queue.mkdir(parents=True, exist_ok=True)

    def create(
        self, config: RunConfig, title: str = "", preset: str = "", variants: Sequence[Any] = ()
    ) -> RunFolder:
        """A new run at step 0, not started; with variants it holds a GAN for each of them."""
        parsed = [one.to_json() for one in varied(config, variants)[0]] if variants else []
        facts = {
            "config": config.to_json(),
            "title": title or preset or config.network.name,
            "preset": preset,
        }
        if parsed:
            facts["variants"] = parsed
        if find(Data, config.data.name).space == PAIRS:
            facts["kind"] = SUPERRES
        return self.add(preset or config.network.name, facts)

    def add(self, name: str, facts: Mapping[str, Any]) -> RunFolder:
        """A new run, not started, whose id begins with name; facts hold its configuration."""
        stem = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
        stamp = time.strftime("%Y%m%d-%H%M%S")
        record = RunFolder(self.root / f"{stem}-{stamp}-{secrets.token_hex(2)}")
        begin = {"state": "stopped", "words": "Not started yet.", "created": time.time()}
        # Made under another name, so that nobody looks at a database that is not whole yet.
        made = RunFolder(self.root / f".{record.id}")
        with speaking(record.database):
            made.folder.mkdir()
            with (
                closing(connect(made.database, create=True)) as connection,
                transaction(connection),
            ):
                write_facts(connection, {**begin, **facts})
            made.folder.rename(record.folder)
        return record

    def branch(self, run_id: str, values: Mapping[str, Any], step: int | None = None) -> RunFolder:
        """A new run that starts from another's checkpoint with some settings changed.

        With a step it starts from just there: the settings, which must be such that can be turned
        while a run trains, change when training has come again from the nearest state before it.
        """
        parent = self.open(run_id)
        if step is not None:
            return branch_at(self.create, parent, values, step)
        config = parent.config().with_values(values)
        if not parent.checkpoint.is_file():
            raise RunError(f"{run_id} has no checkpoint yet: pause it, and branch then")
        info, step = parent.info(), parent.facts().get("checkpoint_step", 0)
        title = f"{info.title} from step {step:,}"
        child = self.create(config, title, info.preset, info.variants)
        write_file(child.checkpoint, parent.checkpoint.read_bytes())
        hand_on_start(parent, child)
        child.set_facts(parent={"run": run_id, "step": step}, checkpoint_step=step)
        return child

    def solo(self, run_id: str, place: int, step: int) -> RunFolder:
        """A new run of one GAN of a race, as it is at that step: see `solo_at`."""
        return solo_at(self.create, self.open(run_id), place, step)

    def open(self, run_id: str) -> RunFolder:
        """The run of that id; raise UnknownRun if there is none."""
        folder = self.root / run_id
        if not NAME.fullmatch(run_id) or not folder.is_dir():
            shown = run_id if len(run_id) <= 80 else f"{run_id[:80]}…"
            raise UnknownRun(f"there is no run {shown!r}: it may have been deleted")
        return RunFolder(folder)

    def records(self) -> list[RunFolder]:
        """Every run's folder, oldest first."""
        try:
            folders = [path for path in self.root.iterdir() if NAME.fullmatch(path.name)]
        except OSError as error:
            raise StoreError(f"{self.root} cannot be read ({error.strerror})") from error
        return [RunFolder(folder) for folder in sorted(folders) if folder.is_dir()]

    def infos(self) -> list[RunInfo]:
        """Every run in one line, newest first; a damaged one is listed as 'unreadable'."""
        infos = []
        for record in self.records():
            try:
                infos.append(record.info())
            except (RunError, ConfigError, ValueError) as error:
                infos.append(RunInfo(record.id, record.id, "", "unreadable", words=str(error)))
        return sorted(infos, key=lambda info: (info.created, info.id), reverse=True)

    def stamp(self) -> int:
        """Another number as soon as a run has come or gone; 0 where the folder cannot be read."""
        try:
            return self.root.stat().st_mtime_ns
        except OSError:
            return 0

    def delete(self, run_id: str) -> None:
        """Remove a run and its folder; raise RunBusy while it trains."""
        record = self.open(run_id)
        if record.is_alive():
            raise RunBusy(f"{run_id} is training: stop it before deleting it")
        self.leave_queue(run_id)
        record.remove()

    # --- the queue --------------------------------------------------------------------------------

    def enqueue(self, run_id: str, device: str = "auto") -> None:
        """Let a run wait for a worker, behind those that wait already."""
        record = self.open(run_id)
        if record.is_alive():
            raise RunBusy(f"{run_id} is training already")
        record.drop_commands()
        record.set_facts(state="queued", words="Waiting for a free place to train.")
        entry = {"device": device}
        write_file(self._queue / f"{time.time_ns():020d}.{run_id}", json.dumps(entry).encode())

    def queue(self) -> list[str]:
        """The ids that wait, first in first."""
        return [name.partition(".")[2] for name in self._entries()]

    def take(self) -> tuple[str, str] | None:
        """Take the first of the queue out of it: (id, device), or None if nobody waits."""
        for name in self._entries():
            path = self._queue / name
            try:
                device = json.loads(path.read_text())["device"]
            except (OSError, ValueError, KeyError):
                device = "auto"
            if _remove(path):
                return name.partition(".")[2], device
        return None

    def leave_queue(self, run_id: str) -> bool:
        """Take a run out of the queue; whether it was in it and nobody else took it."""
        found = [name for name in self._entries() if name.partition(".")[2] == run_id]
        return sum(_remove(self._queue / name) for name in found) > 0

    def _entries(self) -> list[str]:
        try:
            return sorted(path.name for path in self._queue.iterdir() if path.name[0].isdigit())
        except FileNotFoundError:
            return []


def _remove(path: Path) -> bool:
    """Remove a file; whether it was this call that did, and not another process."""
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    return True
