"""Which commands `lab.py test` runs for which arguments; nothing is installed and nothing run."""

import sys

import pytest

import lab


@pytest.fixture
def ran(monkeypatch):
    """What would run, without the interpreter's path, for these arguments of `test`."""
    commands: list[list[str]] = []
    monkeypatch.setattr(lab, "set_up", lambda requirements: "python")
    monkeypatch.setattr(lab, "run", lambda command: commands.append(command[2:]))
    monkeypatch.setattr(lab, "check_scripts", lambda: commands.append(["scripts"]))
    monkeypatch.setattr(lab.shutil, "which", lambda name: name)

    def test(*arguments: str) -> list[list[str]]:
        commands.clear()
        monkeypatch.setattr(sys, "argv", ["lab.py", "test", *arguments])
        lab.main()
        return commands

    return test


def tiers(commands):
    """The marker expressions with which pytest is called."""
    return [one[one.index("-m") + 1] for one in commands if one[0] == "pytest"]


def test_the_fast_tests_and_the_browsers_follow_lint_and_types(ran):
    commands = ran()
    names = ["ruff", "ruff", "pyright", "scripts", "pytest", "pytest"]
    assert [one[0] for one in commands] == names
    assert tiers(commands) == ["not browser and not slow", "browser and not slow"]


def test_all_takes_the_slow_tests_as_well(ran):
    assert tiers(ran("--all")) == ["not browser", "browser"]


def test_long_runs_the_long_tier_alone(ran):
    assert ran("--long", "-x") == [["pytest", "--long", "-x"]]


def test_other_arguments_choose_tests_of_the_tier(ran):
    assert ran("tests/data")[-1] == ["pytest", "-m", "not slow", "tests/data"]
    assert ran("--all", "tests/data")[-1] == ["pytest", "-m", "", "tests/data"]


def test_two_tiers_at_once_are_refused(ran):
    with pytest.raises(SystemExit, match="exclude each other"):
        ran("--all", "--long")
