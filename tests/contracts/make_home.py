"""Make home.tar.xz: a whole GANLAB_HOME with small runs of each kind in every state they can be in.

`python -m tests.contracts.make_home` made it at the commit that added this file. The archive is the
contract, and this script says how it came to be: it speaks to the modules of that commit and may
stop working later. Make it again only in order to add runs.
"""

import io
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import torch

from ganlab.bench.methods import names
from ganlab.bench.seed_runs import SeedRun
from ganlab.bench.sweep import Sweep
from ganlab.config.variants import Variant
from ganlab.data.ingest import Gathered
from ganlab.data.own_pictures import as_data, keep
from ganlab.data.points_text import write_points
from ganlab.jobs import superres
from ganlab.jobs.folder import RunFolder
from ganlab.jobs.store import Store
from ganlab.jobs.worker import work
from ganlab.presets import preset
from ganlab.presets.superres import superres_config
from ganlab.registry import Method, find
from tests.contracts import adapters, stored_home

SMALL = {
    "network.g_width": 8,
    "network.g_depth": 1,
    "network.d_width": 8,
    "network.d_depth": 1,
    "batch": 16,
    "steps": 12,
}
PICTURES = {"network.width": 4, "z_dim": 4, "batch": 8, "steps": 4}
PLAIN_STEPS = {
    "d_optimizer": {"name": "sgd", "lr": 0.01, "beta1": 0.0},
    "g_optimizer": {"name": "sgd", "lr": 0.01, "beta1": 0.0},
}
"""An optimizer whose moments take no room."""
BEGIN = 1_793_000_000.0
"""When the first run was made, as they tell; each other one a minute later."""


class Maker:
    """Makes runs under names that do not hold the time."""

    def __init__(self) -> None:
        self.store = Store()
        self.count = 0

    def named(self, name: str, record: RunFolder) -> RunFolder:
        """The record in a folder of that name, made a minute after the one before."""
        self.count += 1
        record.folder.rename(self.store.root / name)
        found = self.store.open(name)
        found.set_facts(created=BEGIN + 60 * self.count)
        return found

    def points(self, name: str, *variants: Any, start: str = "ring", **values: Any) -> RunFolder:
        """A run on points that has not begun."""
        config = preset(start).with_values({**SMALL, **values})
        return self.named(name, self.store.create(config, name.title(), start, variants))

    def pictures(self, name: str, start: str, **values: Any) -> RunFolder:
        """A run on digits that has not begun."""
        config = preset(start).with_values({**PICTURES, **values})
        return self.named(name, self.store.create(config, name.title(), start))


def until(happened: Callable[[], object], what: str) -> None:
    """Wait for it."""
    deadline = time.monotonic() + 60
    while not happened():
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        time.sleep(0.01)


def ask(record: RunFolder, verb: str, **argument: Any) -> None:
    """Have the worker in another process do it."""
    number = record.command(verb, **argument)
    until(lambda: record.answer(number) is not None, f"{verb} of {record.id}")
    assert record.answer(number) == "", record.answer(number)


def killed(record: RunFolder, commands: Callable[[], None]) -> None:
    """Have a process train the run, say the commands, and kill it."""
    command = [sys.executable, "-m", "ganlab.jobs.worker", str(record.folder), "cpu"]
    with subprocess.Popen(command) as process:
        until(lambda: record.info().state == "running", "the worker")
        commands()
        os.kill(process.pid, signal.SIGKILL)


def make_finished(make: Maker) -> None:
    """A run of each kind that came to its end."""
    work(make.pictures("digits-finished", "digits", keep_every=2), "cpu")
    work(make.pictures("conditional-finished", "cgan-digits", **PLAIN_STEPS), "cpu")
    ring = make.points("ring-finished", steps=40, keep_every=10, seed=3)
    rate = {"name": "g_optimizer.lr", "value": 0.002}
    loss = {"name": "loss", "value": "hinge"}
    ring.command("speed", rate=30)  # or all of it is one tick, and nothing is turned in it
    work(ring, "cpu", _at(ring, {9: ("turn", rate), 21: ("turn", loss)}))
    ring.set_facts(speed_limit=0.0)
    for name, data in (("grid-finished", "grid"), ("sine-finished", "sine")):
        work(make.points(name, start=data), "cpu")
    drawn = write_points([(k / 10 - 1, (k * k % 17) / 10 - 0.8) for k in range(20)])
    work(make.points("drawing-finished", data={"name": "drawing", "points": drawn}), "cpu")
    make_own_pictures(make)


def _at(record: RunFolder, turns: dict[int, tuple[str, dict[str, Any]]]) -> Callable[..., None]:
    """A listener that gives each command at the first tick from its step on."""
    waiting = dict(turns)

    def on_tick(tick: Any, training: Any) -> None:
        del training
        for step in [one for one in waiting if one <= tick.step]:
            verb, argument = waiting.pop(step)
            record.command(verb, **argument)

    return on_tick


def make_own_pictures(make: Maker) -> None:
    """A run on pictures that somebody uploaded."""
    stream = torch.Generator().manual_seed(0)
    pictures = torch.randint(4, (8, 1, 32, 32), generator=stream).to(torch.uint8) * 85
    gathered = Gathered(pictures, torch.arange(8) % 2, ("left", "right"), refused=())
    config = preset("own-pictures").with_values(
        {**PLAIN_STEPS, "network.width": 4, "z_dim": 4, "batch": 4, "steps": 2}
    )
    sized = config.with_values({"data": {"name": "folder", "size": 32, "colour": "grey"}})
    data = as_data(keep(gathered, "noise"), ("left", "right"), sized)
    record = make.store.create(sized.with_values({"data": data}), "Own pictures", "own-pictures")
    work(make.named("own-pictures-finished", record), "cpu")


def make_families(make: Maker) -> None:
    """Branches, races, a member alone, and a map of many GANs."""
    for name, values, step in (
        ("branch-finished", {"d_optimizer.lr": 0.0005}, 25),
        ("branch-from-end", {"steps": 50}, None),
    ):
        work(make.named(name, make.store.branch("ring-finished", values, step)), "cpu")
    racing = [find(Method, name) for name in names("plain,pacgan2,r1-r2")]
    race = make.points(
        "race-finished", *(Variant(one.title, one.racing_on("ring")) for one in racing)
    )
    work(race, "cpu")
    make.named("race-member", make.store.solo("race-finished", 1, race.info().step))
    sweep = Sweep(size=3, steps=6)
    config = sweep.base.with_values({**SMALL, "steps": 6})
    made = make.store.create(config, "A map", "collapse-map", sweep.variants())
    made.set_facts(sweep=sweep.to_json())
    work(make.named("map-finished", made), "cpu")
    seeds = SeedRun("plain", seeds=5, steps=12)
    config = seeds.config.with_values(SMALL)
    made = make.store.create(config, seeds.title, "remedy-seeds", seeds.variants())
    made.set_facts(seed_run=seeds.to_json())
    work(make.named("seeds-finished", made), "cpu")


def make_superres(make: Maker) -> None:
    """A finished super-resolution run and one that went on from it and was stopped."""
    with adapters.tiny_superres():
        first = make.named(
            "srresnet-finished",
            superres.create(
                make.store, superres_config("srresnet", steps=3), "SRResNet", "srresnet"
            ),
        )
        work(first)
        config = superres_config("srgan", losses={"features": "none"}, steps=50)
        second = superres.create(
            make.store, config, "SRGAN", "srgan", start=first.network, start_name=first.id
        )
        second = make.named("srgan-stopped", second)
        work(second, "cpu", lambda tick, training: tick.step >= 2 and second.command("stop"))


def make_ended(make: Maker) -> None:
    """Runs that ended otherwise than by their budget."""
    stopped = make.points("stopped", steps=100_000)
    work(stopped, "cpu", _at(stopped, {20: ("stop", {})}))
    work(
        make.points(
            "diverged",
            loss="wasserstein",
            penalties=(),
            d_optimizer={"name": "sgd", "lr": 1.0},
            g_optimizer={"name": "sgd", "lr": 1.0},
            steps=2_000,
        ),
        "cpu",
    )
    own = preset("own-pictures").with_values({"data.path": "0" * 16})
    work(make.named("failed", make.store.create(own, "Failed", "own-pictures")), "cpu")
    make.points("not-started")
    queued = make.points("queued")
    make.store.enqueue(queued.id, "cpu")
    (entry,) = (make.store.root / ".queue").iterdir()
    entry.rename(entry.with_name(f"{int(BEGIN * 1e9):020d}.queued"))


def make_killed(make: Maker) -> None:
    """Runs whose process is gone: while it was paused, while it trained, before any checkpoint."""
    paused = make.points("paused", steps=100_000)
    paused.command("speed", rate=20)

    def play() -> None:
        ask(paused, "pause")
        ask(paused, "step", count=2, who="D")
        ask(paused, "step", count=1, who="G")
        ask(paused, "turn", name="g_optimizer.lr", value=0.0005)
        ask(paused, "step", count=3)
        ask(paused, "undo")
        ask(paused, "pause")

    killed(paused, play)
    interrupted = make.points("interrupted", steps=100_000)
    interrupted.command("speed", rate=20)

    def leave() -> None:
        ask(interrupted, "pause")
        ask(interrupted, "resume")
        at = interrupted.info().step
        until(lambda: interrupted.info().step > at + 4, "more steps")

    killed(interrupted, leave)
    early = make.points("killed-early", steps=100_000)
    early.command("speed", rate=20)
    killed(early, lambda: until(lambda: early.info().step > 2, "a few steps"))


def make_damaged(make: Maker) -> None:
    """Runs whose files were lost or overwritten."""
    for name in ("damaged-database", "damaged-checkpoint", "damaged-facts", "damaged-config"):
        work(make.points(name, steps=4), "cpu")
    root = make.store.root
    (root / "damaged-database" / "run.db").write_bytes(b"no database" * 50)
    path = root / "damaged-checkpoint" / "checkpoint.safetensors"
    path.write_bytes(path.read_bytes()[:3000])
    with closing(sqlite3.connect(root / "damaged-facts" / "run.db")) as connection, connection:
        connection.execute("UPDATE fact SET value = '{\"loss\": ' WHERE name = 'config'")
    config = make.store.open("damaged-config").info().config
    make.store.open("damaged-config").set_facts(config=config | {"loss": {"name": "unheard-of"}})
    work(make.points("damaged-no-database", steps=4), "cpu")
    (root / "damaged-no-database" / "run.db").unlink()
    (root / "damaged-empty").mkdir()


def anonymous(root: Path) -> None:
    """Take the machine's name and clock out of the records, and fold SQLite's logs into them."""
    for database in sorted(root.glob("*/run.db")):
        if database.parent.name == "damaged-database":
            continue
        with closing(sqlite3.connect(database)) as connection:
            with connection:
                connection.execute("UPDATE fact SET value = '\"CPU\"' WHERE name = 'device_name'")
                connection.execute("UPDATE command SET at = ?", (BEGIN,))
                connection.execute("UPDATE event SET at = ?", (BEGIN,))
                connection.execute(
                    "UPDATE fact SET value = ? WHERE name = 'ended'", (json.dumps(BEGIN),)
                )
            connection.execute("VACUUM")


MANY_SAMPLES = ("ring-finished", "branch-finished", "race-finished", "race-member", "paused")
"""Runs that keep three samples; each other one keeps its newest."""


def thin(root: Path) -> None:
    """Leave out most samples, and states beside a checkpoint that is large itself."""
    for database in sorted(root.glob("*/run.db")):
        name = database.parent.name
        if name == "damaged-database":
            continue
        with closing(sqlite3.connect(database)) as connection, connection:
            steps = [
                step for (step,) in connection.execute("SELECT step FROM sample ORDER BY step")
            ]
            kept = steps[-1:]
            if name in MANY_SAMPLES and steps:
                kept = [steps[0], steps[len(steps) // 2], steps[-1]]
            for step in set(steps) - set(kept):
                connection.execute("DELETE FROM sample WHERE step = ?", (step,))
    for name in ("conditional-finished", "own-pictures-finished"):
        shutil.rmtree(root / name / "states", ignore_errors=True)
    for state in (root / "digits-finished" / "states").iterdir():
        if state.stem != f"{2:010d}":
            state.unlink()


def packed(root: Path) -> bytes:
    """The home as an archive with neither times nor users; locks stay, as they do on a disk."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:xz", preset=9) as archive:
        for path in sorted(root.rglob("*")):
            entry = tarfile.TarInfo(str(path.relative_to(root)))
            entry.mtime, entry.mode = BEGIN, 0o755 if path.is_dir() else 0o644
            if path.is_dir():
                entry.type = tarfile.DIRTYPE
                archive.addfile(entry)
                continue
            content = path.read_bytes()
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def check_anonymous(root: Path) -> None:
    """Raise ValueError if a file names a path, a user or this machine."""
    name = os.uname().nodename.encode()
    machine = b"|" + re.escape(name) if len(name) > 3 else b""  # "vm" is in any noise
    for path in (one for one in root.rglob("*") if one.is_file() and one.suffix != ".png"):
        content = path.read_bytes()
        if path.suffix == ".safetensors":  # its header alone is text
            content = content[: 8 + int.from_bytes(content[:8], "little")]
        found = re.search(rb"/(root|home|work|tmp|usr)/" + machine, content)
        if found:
            near = content[max(0, found.start() - 60) : found.end() + 60]
            raise ValueError(f"{path} holds {near!r}")


def main() -> None:
    """Make the archive and the tables of what it holds and what commands make of it."""
    torch.set_num_threads(1)
    os.environ.pop("GANLAB_DATA", None)
    root = Path(tempfile.mkdtemp())
    os.environ["GANLAB_HOME"] = str(root)
    make = Maker()
    for part in (
        make_finished,
        make_families,
        make_superres,
        make_ended,
        make_killed,
        make_damaged,
    ):
        part(make)
    thin(root / "runs")
    anonymous(root / "runs")
    check_anonymous(root)
    content = packed(root)
    stored_home.ARCHIVE.write_bytes(content)
    shutil.rmtree(root)
    sys.stdout.write(f"{len(content):,} bytes\n")
    stored_home.main()


if __name__ == "__main__":
    main()
