import argparse
import json
import subprocess
import sys
from pathlib import Path

import pytest

from ganlab.cli.main import build_parser, main
from ganlab.errors import GanlabError
from tests.cli.conftest import one_sentence

ROOT = Path(__file__).parents[2]


def commands(parser: argparse.ArgumentParser, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The path of every command and verb."""
    found = [path]
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                found += commands(below, (*path, name))
    return found


PATHS = commands(build_parser())


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_every_command_explains_itself(path, ganlab):
    done = ganlab(*path, "--help")
    assert done.status == 0
    assert "usage: ganlab" in done.out
    assert done.err == ""


def test_a_failure_is_one_sentence_and_status_1(lab, capsys, monkeypatch):
    def fail(chosen):
        raise GanlabError("the moon is in the way")

    monkeypatch.setattr("ganlab.cli.info.presets", fail)
    assert main(["presets"]) == 1
    assert capsys.readouterr().err == "ganlab: the moon is in the way\n"


def test_interrupting_is_no_traceback(lab, capsys, monkeypatch):
    def interrupt(chosen):
        raise KeyboardInterrupt

    monkeypatch.setattr("ganlab.cli.info.presets", interrupt)
    assert main(["presets"]) == 130
    assert capsys.readouterr().err == "ganlab: interrupted\n"


def test_a_home_that_is_a_file_is_one_sentence(ganlab, lab):
    (lab / "home").write_text("no folder")
    done = ganlab("runs", "list")
    assert done.status == 1
    assert one_sentence(done.err)


def in_a_process(*arguments: str) -> subprocess.CompletedProcess[str]:
    """What Python does with the arguments, where every warning is an error."""
    command = [sys.executable, "-W", "error", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_as_a_program_it_trains_and_ends_with_one_json_object(lab):
    command = "-m ganlab train digits --set network.width=4 --steps 5 --device cpu --json"
    done = in_a_process(*command.split())
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["steps"] == 5


def test_as_a_program_it_refuses_in_one_sentence_without_loading_torch(lab):
    probe = "import sys; from ganlab.cli.main import main; s = main(['train', 'nonsense']); "
    probe += "print(s, 'torch' in sys.modules)"
    done = in_a_process("-c", probe)
    assert done.stdout.split() == ["2", "False"]
    assert one_sentence(done.stderr)
