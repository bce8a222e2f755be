"""What `import ganlab` offers, and what it does not load."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import ganlab

ROOT = Path(__file__).parents[1]
LIGHT = [
    "ganlab",
    "ganlab.errors",
    "ganlab.config",
    "ganlab.presets",
    "ganlab.paths",
    "ganlab.files",
    "ganlab.evaluation.diagnosis",
    "ganlab.bench.methods",
    "ganlab.bench.sweep",
    "ganlab.bench.tables",
    "ganlab.jobs.store",
    "ganlab.jobs.hub",
    "ganlab.figures.theme",
    "ganlab.figures.theory.dirac_field",
    "pages.understand.loss_functions",
    "pages.understand.optimal_discriminator",
    "pages.understand.dirac_gan",
    "pages.understand.two_player_game",
]


def test_what_pages_that_watch_need_loads_no_torch():
    program = (
        "import importlib, json, sys\n"
        "heavy = {}\n"
        f"for name in {LIGHT!r}:\n"
        "    importlib.import_module(name)\n"
        "    heavy[name] = sorted({'torch', 'torchvision', 'sklearn'} & set(sys.modules))\n"
        "print(json.dumps(heavy))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert json.loads(ran.stdout) == {name: [] for name in LIGHT}


def test_every_public_name_is_there():
    assert {"GanlabError", "RunConfig", "Training", "load", "preset", "train"} <= set(
        ganlab.__all__
    )
    for name in ganlab.__all__:
        assert getattr(ganlab, name).__name__ == name


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'trian'"):
        ganlab.trian  # noqa: B018 (reading it is the test)
