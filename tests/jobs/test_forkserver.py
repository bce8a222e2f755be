"""The process that forks workers, run as the launcher runs it."""

import json
import subprocess
import sys

import pytest

from ganlab.jobs.launcher import can_fork
from ganlab.paths import ROOT

pytestmark = pytest.mark.skipif(not can_fork(), reason="this system starts workers without a fork")

SLOW = """
import os, time
until = time.monotonic() + 60
while not os.path.exists({probe!r}) and time.monotonic() < until:
    time.sleep(0.05)  # between two looks, in a process that cannot import the tests
open({told!r}, "w").write(str(os.path.exists({probe!r})))
"""
SERVE = """
import sys
sys.path.insert(0, {folder!r})
from ganlab.jobs import forkserver
forkserver.FIRST, forkserver.LATER = ("torch",), ("slow_to_load",)
forkserver.main()
"""


@pytest.mark.slow
def test_an_order_goes_before_what_only_some_runs_need(tmp_path):
    probe, told = tmp_path / "device.json", tmp_path / "told"
    slow = SLOW.format(probe=str(probe), told=str(told))
    (tmp_path / "slow_to_load.py").write_text(slow)
    subprocess.run(
        [sys.executable, "-c", SERVE.format(folder=str(tmp_path))],
        input=json.dumps({"probe": str(probe)}).encode() + b"\n",
        cwd=ROOT,
        timeout=120,
        check=True,
    )
    assert json.loads(probe.read_text())["cores"] >= 1
    # Its input had ended with the order, so that the server left without loading anything more.
    assert not told.exists()


@pytest.mark.slow
def test_what_some_runs_need_is_loaded_while_no_order_waits(tmp_path):
    probe, told = tmp_path / "device.json", tmp_path / "told"
    probe.write_text("{}")
    (tmp_path / "slow_to_load.py").write_text(SLOW.format(probe=str(probe), told=str(told)))
    server = subprocess.Popen(
        [sys.executable, "-c", SERVE.format(folder=str(tmp_path))], stdin=subprocess.PIPE, cwd=ROOT
    )
    assert server.stdin is not None
    try:
        for _ in range(600):
            if told.exists() and told.read_text():
                break
            with pytest.raises(subprocess.TimeoutExpired):
                server.wait(0.1)
        assert told.read_text() == "True"
        server.stdin.close()
        assert server.wait(60) == 0
    finally:
        server.kill()
