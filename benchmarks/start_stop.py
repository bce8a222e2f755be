"""Start and stop many runs through one hub, and see whether anything stays behind.

    python benchmarks/start_stop.py [CYCLES]

Counts processes, held locks, file descriptors and memory of the server (this process, with its hub)
and of the fork server, after ten cycles and at the end. Exits with 1 if anything has grown.
Linux only: it reads /proc.
"""

import gc
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from ganlab.jobs.folder import RunFolder
from ganlab.jobs.hub import Hub
from ganlab.jobs.store import Store
from ganlab.presets import preset

WARM = 10
"""Cycles before the first count: caches fill, the fork server finishes its imports."""
PATIENCE = 120.0
GROWTH = 6.0
"""MB that the server or the fork server may grow by: an allocator's own noise."""
TINY = {"network.width": 4, "batch": 8, "steps": 100_000}


@dataclass(frozen=True)
class Count:
    """What the lab holds at one moment."""

    workers: int
    locks: int
    server_files: int
    server_threads: int
    server_mb: float
    fork_files: int
    fork_mb: float


def memory(pid: int) -> float:
    """Private memory of a process in MB: what would come back if it ended."""
    rows = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return sum(int(row.split()[1]) for row in rows if row.startswith("Private_")) / 1024


def children(pid: int) -> list[int]:
    """Processes whose parent is pid, zombies included."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text(encoding="utf-8")
            except OSError:
                continue
            if int(stat.rpartition(")")[2].split()[1]) == pid:
                found.append(int(entry.name))
    return found


def open_files(pid: int) -> int:
    """File descriptors that a process holds."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def count(hub: Hub, fork_server: int) -> Count:
    """Everything that could have been left behind, once the fork server has reaped its children."""
    wait_for(lambda: not children(fork_server), "the fork server reaps its children")
    gc.collect()
    return Count(
        workers=len(children(fork_server)),
        locks=sum(record.is_alive() for record in hub.store.records()),
        server_files=open_files(os.getpid()),
        server_threads=len(list(Path("/proc/self/task").iterdir())),
        server_mb=memory(os.getpid()),
        fork_files=open_files(fork_server),
        fork_mb=memory(fork_server),
    )


def wait_for(happened, what: str) -> None:  # noqa: ANN001 (any test of ours)
    """Wait until it has happened; raise if it does not."""
    deadline = time.monotonic() + PATIENCE
    while not happened():
        if time.monotonic() > deadline:
            raise SystemExit(f"waited {PATIENCE:.0f} s in vain until {what}")
        time.sleep(0.02)


def cycle(hub: Hub, number: int) -> None:
    """Start a run, see its first row as a page would, stop it, and delete every other one."""
    run_id = hub.start(preset("digits").with_values({**TINY, "seed": number}), device="cpu")
    wait_for(lambda: len(hub.view(run_id).columns["step"]) > 0, f"{run_id} has a first row")
    hub.command(run_id, "stop")
    record: RunFolder = hub.store.open(run_id)
    wait_for(lambda: not hub.view(run_id).info.live and not record.is_alive(), f"{run_id} stops")
    if record.info().state != "stopped":
        raise SystemExit(f"{run_id} ended as {record.info().state}: {record.info().words}")
    if number % 2:
        hub.delete(run_id)


def main(cycles: int) -> int:
    """Print the counts before and after; 1 if something stayed behind."""
    with tempfile.TemporaryDirectory() as home:
        hub = Hub(Store(Path(home)))
        try:
            for number in range(WARM):
                cycle(hub, number)
            (fork_server,) = children(os.getpid())
            before, started = count(hub, fork_server), time.monotonic()
            for number in range(WARM, cycles):
                cycle(hub, number)
            each = (time.monotonic() - started) / max(1, cycles - WARM)
            after = count(hub, fork_server)
        finally:
            hub.close()
    print(f"{'':16}{'after ' + str(WARM):>12}{'after ' + str(cycles):>12}")
    for name in Count.__dataclass_fields__:
        first, last = getattr(before, name), getattr(after, name)
        print(f"{name:16}{first:12.1f}{last:12.1f}")
    print(f"{each:.2f} s a cycle")
    grown = [
        name
        for name in Count.__dataclass_fields__
        if getattr(after, name) - getattr(before, name) > (GROWTH if name.endswith("_mb") else 0)
    ]
    held = [name for name in ("workers", "locks") if getattr(after, name)]
    for name in dict.fromkeys([*grown, *held]):
        print(f"LEAK: {name}", file=sys.stderr)
    return 1 if grown or held else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200))
