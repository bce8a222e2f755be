"""Every command in this process, against a home of one's own."""

import json
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from ganlab.cli.main import main

TINY = ("--set", "network.width=4", "--set", "batch=8", "--device", "cpu")


@pytest.fixture
def lab(tmp_path, monkeypatch):
    monkeypatch.setenv("GANLAB_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def ganlab(lab, capsys) -> Callable[..., SimpleNamespace]:
    """Run a command: status, out, err, and `json`, the last line of out."""

    def run(*arguments: str) -> SimpleNamespace:
        capsys.readouterr()
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as left:  # argparse leaves so
            status = int(left.code or 0)
        out, err = capsys.readouterr()
        done = SimpleNamespace(status=status, out=out, err=err, json=None)
        if "--json" in arguments and out.strip():
            done.json = json.loads(out.strip().splitlines()[-1])
        return done

    return run


@pytest.fixture
def train(ganlab) -> Callable[..., SimpleNamespace]:
    """Train the smallest run."""
    return lambda *more: ganlab("train", "digits", *TINY, "--steps", "12", "--json", *more)


def one_sentence(text: str) -> bool:
    """Whether text is our one line, and no traceback."""
    lines = text.strip().splitlines()
    return len(lines) == 1 and lines[0].startswith("ganlab: ")
