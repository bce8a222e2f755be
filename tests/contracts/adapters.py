"""All that the tests of contracts import from the package: what is renamed there is renamed here.

Everything else in this folder speaks through the command line, the pages and the records.
"""

import argparse
import contextlib
import io
import json
import runpy
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import numpy as np
import streamlit

from ganlab.cli.main import build_parser, main
from ganlab.config import RunConfig
from ganlab.config.share_link import Shared, read_link, write_link
from ganlab.jobs.kept_states import kept_steps
from ganlab.jobs.store import Store
from ganlab.networks import superres_pair
from ganlab.networks.superres_discriminator import PatchDiscriminator
from ganlab.presets import superres
from ganlab.presets.superres import SUPERRES_PRESETS
from ganlab.training.checkpoint import load_tensors

ROOT = Path(__file__).parents[2]
APP, FRAME = ROOT / "app.py", ROOT / "pages" / "frame.py"
LAUNCHER = "ganlab.jobs.hub.Launcher"


# --- the command line -----------------------------------------------------------------------------


def parser() -> argparse.ArgumentParser:
    """The parser with every command."""
    return build_parser()


def command(*arguments: object) -> SimpleNamespace:
    """Run a command in this process: status, out, err, and `json`, the last line of out."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as left:  # argparse leaves so
            status = int(left.code or 0)
    lines = out.getvalue().strip().splitlines()
    found = json.loads(lines[-1]) if "--json" in arguments and lines else None
    return SimpleNamespace(status=status, out=out.getvalue(), err=err.getvalue(), json=found)


# --- the store ------------------------------------------------------------------------------------


def listed() -> list[Any]:
    """Every run in one line, the damaged ones too."""
    return Store().infos()


def record(run: str) -> Any:
    """The record of a run."""
    return Store().open(run)


def record_ids() -> list[str]:
    """The ids of all records."""
    return [one.id for one in Store().records()]


def queue() -> list[str]:
    """The ids of the runs that wait for a worker."""
    return Store().queue()


def states(run: str) -> list[int]:
    """The steps of which the run keeps a state."""
    return kept_steps(record(run))


def checkpoint_tensors(run: str) -> dict[str, np.ndarray]:
    """The tensors of a run's checkpoint by name, as NumPy arrays."""
    return {name: one.numpy() for name, one in load_tensors(record(run).checkpoint)[0].items()}


@contextlib.contextmanager
def tiny_superres() -> Iterator[None]:
    """Super-resolution presets so small that a training takes a second, without features."""
    small = {"network.channels": 4, "network.blocks": 1, "batch": 2}
    small |= {"data.crop": 12, "data.shrinkages": "0.5"}
    whole = dict(SUPERRES_PRESETS)
    tiny = {
        name: SimpleNamespace(config=whole[name].config.with_values(small))
        for name in ("srresnet", "srgan")
    }
    with (
        mock.patch.object(superres, "SUPERRES_PRESETS", whole | tiny),
        mock.patch.object(superres_pair, "PatchDiscriminator", partial(PatchDiscriminator, 2)),
    ):
        yield


# --- links ----------------------------------------------------------------------------------------


def link_of(config: dict[str, Any], script: list[Any], step: int, title: str) -> str:
    """The text of a link to a run that begins with the configuration."""
    return write_link(Shared(RunConfig.from_json(config), tuple(script), step, title))


def read_shared(text: str) -> dict[str, Any]:
    """What a link holds, as plain values."""
    shared = read_link(text)
    return {
        "config": shared.config.to_json(),
        "flat": shared.config.flat(),
        "script": list(shared.script),
        "step": shared.step,
        "title": shared.title,
    }


def configuration(stored: dict[str, Any]) -> Any:
    """The configuration that a JSON object states; equal ones compare equal."""
    return RunConfig.from_json(stored)


# --- pages ----------------------------------------------------------------------------------------


class Launches:
    """A launcher that starts no process."""

    def warm_up(self) -> None: ...

    def probe(self, path: Any) -> None:
        path.write_text('{"device": "cpu", "name": "CPU (a fake)", "cores": 2}')

    def launch(self, folder: Any, device: str) -> None: ...

    def close(self) -> None: ...


@contextlib.contextmanager
def no_workers() -> Iterator[None]:
    """Have pages start no process, and let go in the end of what they hold."""
    from ganlab.jobs.hub import Hub

    hubs: list[Hub] = []
    begin = Hub.__init__

    def remembered(self: Hub, *arguments: Any, **options: Any) -> None:
        begin(self, *arguments, **options)
        hubs.append(self)

    streamlit.cache_resource.clear()
    with mock.patch(LAUNCHER, Launches), mock.patch.object(Hub, "__init__", remembered):
        yield
    for hub in hubs:
        hub.close()
    streamlit.cache_resource.clear()


def page_files() -> dict[str, str]:
    """The file of each page by its address, as the frame serves them."""
    found: dict[str, str] = {}

    def page(file: Path, url_path: str = "", default: bool = False, **_: Any) -> None:
        found["" if default else url_path or file.stem] = str(file)

    with (
        mock.patch.object(streamlit, "Page", page),
        mock.patch.object(streamlit, "navigation"),
    ):
        runpy.run_path(str(FRAME))
    return found
