"""A Streamlit server of one's own for a browser test, gone with all its children afterwards."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.waiting import until

ROOT = Path(__file__).parents[2]
START_SECONDS = 60.0


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def healthy(url: str) -> bool:
    """Whether the server behind the URL says that it is ready."""
    try:
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def end(process: subprocess.Popen[bytes]) -> None:
    """Ends the server and everything that it has started: kindly first."""
    if sys.platform == "win32":
        subprocess.run(
            ["taskkill", "/T", "/F", "/PID", str(process.pid)], check=False, capture_output=True
        )
        process.wait(10)
        return
    for kill in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, kill)
        except ProcessLookupError:
            break
        try:
            process.wait(8)
        except subprocess.TimeoutExpired:
            continue
    process.wait(8)


@contextmanager
def serve(
    script: Path, env: Mapping[str, str] | None = None, port: int | None = None
) -> Iterator[str]:
    """Runs a Streamlit script on a free port with the repository's settings; gives its URL.

    The script may stand anywhere and import from the repository. Raises RuntimeError with the end
    of the server's output if it does not come up.
    """
    port = port or free_port()
    process = start(script, env, port)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        end(process)


def start(script: Path, env: Mapping[str, str] | None, port: int) -> subprocess.Popen[bytes]:
    """Starts a server and waits until it is ready; the caller ends it."""
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    command += ["--server.port", str(port), "--server.address", "127.0.0.1"]
    command += ["--server.headless", "true", "--server.fileWatcherType", "none"]
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    surroundings = {**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1", **(env or {})}
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=surroundings,
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=sys.platform != "win32",
        )
        with suppress(AssertionError):
            until(lambda: healthy(url) or process.poll() is not None, seconds=START_SECONDS)
        if process.poll() is not None or not healthy(url):
            end(process)
            output.seek(0)
            tail = output.read().decode(errors="replace")[-2000:]
            raise RuntimeError(f"Streamlit did not come up with {script}:\n{tail}")
    return process
