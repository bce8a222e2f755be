"""Every old name of a command or flag does what the new one does, and is reported once."""

import argparse

import pytest

from ganlab.cli.aliases import ALIASES, Alias, accept, find
from ganlab.cli.main import build_parser

FLAGS = [alias for alias in ALIASES if alias.old.startswith("-")]
COMMANDS = [alias for alias in ALIASES if not alias.old.startswith("-")]


def text_for(alias):
    """A value that the new flag takes, as the end of a command line."""
    action = find(build_parser(), alias.command)._option_string_actions[alias.new]
    return [] if action.nargs == 0 else [str(next(iter(action.choices or ["some"])))]


@pytest.mark.parametrize("alias", FLAGS, ids=lambda it: f"{it.command} {it.old}")
def test_an_old_flag_sets_what_the_new_one_sets_and_is_reported_once(alias, capsys):
    command, value = alias.command.split(), text_for(alias)
    new = build_parser().parse_args([*command, alias.new, *value])
    assert capsys.readouterr().err == ""
    old = build_parser().parse_args([*command, *2 * [alias.old, *value]])
    assert vars(old) == vars(new)
    assert capsys.readouterr().err == f"ganlab: {alias.old} is now {alias.new}\n"


@pytest.mark.parametrize("alias", ALIASES, ids=lambda it: f"{it.command} {it.old}")
def test_help_shows_the_new_name_alone(alias):
    words = find(build_parser(), alias.command).format_help().replace(",", " ").split()
    assert alias.new in words
    assert alias.old not in words


@pytest.mark.parametrize("alias", COMMANDS, ids=lambda it: it.old)
def test_the_parser_of_an_old_command_has_the_flags_of_the_new_one(alias):
    old, new = (find(build_parser(), f"{alias.command} {name}") for name in (alias.old, alias.new))
    assert set(old._option_string_actions) == set(new._option_string_actions)


def small(*table):
    """A parser with one command that takes one flag, and the table's old names."""
    parser = argparse.ArgumentParser(prog="p")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    new = commands.add_parser("new", help="what it does")
    new.add_argument("place")
    new.add_argument("--times", type=int, action="append", default=[])
    accept(parser, table)
    return parser


def test_an_old_command_is_parsed_as_the_new_one_and_reported(capsys):
    parser = small(Alias("", "older", "new"))
    found = parser.parse_args(["older", "here", "--times", "3"])
    assert (found.place, found.times) == ("here", [3])
    assert capsys.readouterr().err == "ganlab: older is now new\n"
    assert "older" not in parser.format_help()


def test_a_repeated_old_flag_is_reported_once(capsys):
    found = small(Alias("new", "--often", "--times")).parse_args(
        ["new", "here", "--often", "1", "--often=2", "--times", "3"]
    )
    assert found.times == [1, 2, 3]
    assert capsys.readouterr().err == "ganlab: --often is now --times\n"
