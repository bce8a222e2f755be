"""A command of ours at work in a process of its own, watched from a page: how far, how long, what.

A background job is shorter than a run and leaves nothing behind: it ends with its server.
Any command that takes --json and tells its progress on stderr, one JSON object a line with 'share',
'words' and perhaps 'sofar', can be one.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import IO, Any

from ganlab.paths import ROOT

PATIENCE = 5.0
"""Seconds that a cancelled command has to leave by itself."""


class BackgroundJob:
    """One such command, from its start to its end."""

    def __init__(self, arguments: Sequence[str]) -> None:
        self.arguments = tuple(arguments)
        self.result: dict[str, Any] | None = None
        self.error = ""
        """One sentence if it failed."""
        self.words, self.sofar, self.share = "", None, 0.0
        self.cancelled = False
        self._began, self._ended = time.monotonic(), 0.0
        surroundings = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ganlab", *arguments, "--json"],
            cwd=ROOT,
            env=surroundings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self._reader = threading.Thread(target=self._follow, daemon=True)
        self._reader.start()

    @property
    def running(self) -> bool:
        """Whether there is still something to wait for."""
        return self._reader.is_alive()

    @property
    def seconds(self) -> float:
        """How long it has been, or was, at work."""
        return (self._ended or time.monotonic()) - self._began

    @property
    def left(self) -> float | None:
        """Seconds that it will still take if it goes on as it did; None while nothing is done."""
        return self.seconds * (1 - self.share) / self.share if self.share else None

    def cancel(self) -> None:
        """End it now."""
        self.cancelled = True
        self._process.terminate()
        self._reader.join(PATIENCE)
        if self._reader.is_alive():
            self._process.kill()

    def wait(self, seconds: float | None = None) -> None:
        """Until it has ended, or so long."""
        self._reader.join(seconds)

    def _follow(self) -> None:
        assert self._process.stderr is not None
        assert self._process.stdout is not None
        lines: list[str] = []
        # stdout is read aside: a pipe that nobody empties would stop the command.
        listener = threading.Thread(target=_listen, args=(self._process.stdout, lines), daemon=True)
        listener.start()
        last = ""
        for line in self._process.stderr:
            progress = _as_object(line)
            if progress is None:
                last = line.strip() or last
                continue
            self.words = str(progress.get("words", ""))
            self.sofar = progress.get("sofar")
            self.share = float(progress.get("share", 0.0))
        status = self._process.wait()
        listener.join()
        self._process.stdout.close()
        self._process.stderr.close()
        result = _as_object(lines[-1]) if lines else None
        self._ended = time.monotonic()
        if status == 0 and result is not None:
            self.result = result
        elif not self.cancelled:
            said = last.removeprefix("ganlab: ")
            self.error = said or f"the command ended with status {status} and said nothing"


def _listen(pipe: IO[str], lines: list[str]) -> None:
    with suppress(ValueError):  # the pipe may be closed under our hands
        lines.extend(line for line in pipe if line.strip())


def _as_object(line: str) -> dict[str, Any] | None:
    """The JSON object in a line; None if it holds none."""
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
