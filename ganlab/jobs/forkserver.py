"""A process that has loaded torch and forks a worker for every line on its standard input.

Forking takes hundredths of a second where a new interpreter takes seconds. It computes nothing,
starts no thread and touches no GPU, so that its children start clean. `multiprocessing` cannot do
this under Streamlit: its children would run the app's script again. A line is JSON:
{"folder": …, "device": …} for a worker, {"probe": FILE} for a child that says what is here.
"""

import gc
import importlib
import json
import os
import select
import sys
from pathlib import Path
from typing import Any

FIRST = (
    "torch",
    "torch._dynamo",  # torch.optim asks for it at the first optimiser, for a second
    "ganlab.jobs.worker",
    "ganlab.networks.fast28",
    "ganlab.networks.dcgan",
    "ganlab.networks.vanilla",
    "ganlab.data.embedded",
    "ganlab.data.mnist",
    "ganlab.data.noise",
    "ganlab.objective.losses",
)
"""What every worker needs. No order is taken before it is there."""
LATER = ("torchvision.datasets", "sklearn.datasets")
"""What some runs need. An order goes before it, and the worker loads what it wants by itself."""
NICENESS = 10
"""Workers give way to the pages: a class that watches comes first."""


def main() -> None:
    """Serve until standard input ends; then leave, and the workers go on."""
    for name in FIRST:
        importlib.import_module(name)
    _share()
    later = list(LATER)
    pending = b""
    while True:
        readable, _, _ = select.select([0], [], [], 0.0 if later else 1.0)
        _reap()
        if not readable:
            if later:
                importlib.import_module(later.pop(0))
                _share()
            continue
        chunk = os.read(0, 65536)
        if not chunk:
            return
        *lines, pending = (pending + chunk).split(b"\n")
        for line in lines:
            order = json.loads(line)
            if os.fork() == 0:
                _child(order)


def _share() -> None:
    """Let children share what is loaded: their collector need not walk these pages."""
    gc.collect()
    gc.freeze()


def _reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def _child(order: dict[str, Any]) -> None:
    """Become a worker; never returns."""
    status = 1
    try:
        os.setsid()
        if "probe" in order:
            from ganlab.jobs.probe import probe

            probe(Path(order["probe"]))
        else:
            _become_worker(Path(order["folder"]), order["device"])
        status = 0
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _become_worker(folder: Path, device: str) -> None:
    null = os.open(os.devnull, os.O_RDONLY)
    log = os.open(folder / "worker.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(null, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.nice(NICENESS)
    import torch

    from ganlab.jobs.folder import RunFolder
    from ganlab.jobs.worker import work

    torch.set_num_threads(1)
    work(RunFolder(folder), device, spread=True)


if __name__ == "__main__":
    main()
