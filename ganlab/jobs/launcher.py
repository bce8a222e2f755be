"""Starts workers: through the fork server where the system can fork, as a new process elsewhere."""

import contextlib
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Any

from ganlab.paths import ROOT


class Launcher:
    """The server's side of the fork server. Starting is lazy; `close` leaves the workers alone."""

    def __init__(self) -> None:
        self._server: subprocess.Popen[bytes] | None = None
        self._guard = threading.Lock()

    def warm_up(self) -> None:
        """Have the fork server load torch now, so that the first Start is quick."""
        if can_fork():
            with self._guard:
                self._running_server()

    def launch(self, folder: Path, device: str) -> None:
        """Start a worker for the run in folder and return at once."""
        if can_fork():
            self._order({"folder": str(folder), "device": device})
        else:
            with (folder / "worker.log").open("ab") as log:
                _spawn([sys.executable, "-m", "ganlab.jobs.worker", str(folder), device], log)

    def probe(self, path: Path) -> None:
        """Have what the machine trains on written to path, some seconds later."""
        if can_fork():
            self._order({"probe": str(path)})
        else:
            _spawn([sys.executable, "-m", "ganlab.jobs.probe", str(path)], subprocess.DEVNULL)

    def close(self) -> None:
        """End the fork server. Workers that it started go on."""
        with self._guard:
            if self._server:
                _end(self._server)
                self._server = None

    def _order(self, order: dict[str, Any]) -> None:
        line = json.dumps(order).encode() + b"\n"
        with self._guard:
            for attempt in range(2):
                server = self._running_server()
                try:
                    server.stdin.write(line)  # type: ignore[union-attr]
                    server.stdin.flush()  # type: ignore[union-attr]
                    return
                except BrokenPipeError:
                    _end(server)
                    if attempt:
                        raise

    def _running_server(self) -> subprocess.Popen[bytes]:
        if self._server is not None and self._server.poll() is not None:
            _end(self._server)
            self._server = None
        if self._server is None:
            self._server = subprocess.Popen(
                [sys.executable, "-m", "ganlab.jobs.forkserver"],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                cwd=ROOT,
                env=_environment(),
                start_new_session=True,
            )
        return self._server


def _end(server: "subprocess.Popen[bytes]") -> None:
    """Close a fork server's input, which ends it, and see that it is gone."""
    with contextlib.suppress(OSError):
        server.stdin.close()  # type: ignore[union-attr]
    try:
        server.wait(timeout=10)
    except subprocess.TimeoutExpired:
        server.kill()  # it has no state that could be lost
        server.wait()


def can_fork() -> bool:
    """Whether workers can be forked. macOS has fork, but its frameworks do not survive it."""
    return hasattr(os, "fork") and sys.platform != "darwin"


def _environment() -> dict[str, str]:
    # One thread a run: with neighbours, OpenMP's waiting threads make two many times slower.
    return os.environ | {"OMP_NUM_THREADS": "1", "PYTORCH_NVML_BASED_CUDA_CHECK": "1"}


def _spawn(command: list[str], output: IO[bytes] | int) -> None:
    """Start a process that outlives this one and gives way to it."""
    windows = sys.platform == "win32"
    subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        cwd=ROOT,
        env=_environment(),
        start_new_session=not windows,
        creationflags=_WINDOWS_FLAGS if windows else 0,
    )


_WINDOWS_FLAGS: int = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0) | getattr(
    subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0
)
