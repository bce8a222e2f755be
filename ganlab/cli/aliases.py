"""Old names of commands and flags: accepted, left out of --help, and reported once on stderr."""

import argparse
import sys
from collections.abc import Iterable
from typing import Any, NamedTuple


class Alias(NamedTuple):
    """An old name and the one that replaces it."""

    command: str
    """The command that takes it, such as 'bench modes'; '' for a command of the program itself."""
    old: str
    """A flag, or a command where it does not begin with a dash."""
    new: str


ALIASES = (
    Alias("bench modes", "--remedies", "--methods"),
    Alias("bench cost", "--remedies", "--methods"),
    Alias("bench map", "--remedy", "--method"),
    Alias("bench stacked-mnist", "--remedy", "--method"),
)


def accept(parser: argparse.ArgumentParser, table: Iterable[Alias] = ALIASES) -> None:
    """Let the parser take every old name of the table as it takes the new one."""
    for command, old, new in table:
        below = find(parser, command)
        if old.startswith("-"):
            below._add_action(_OldFlag(below._option_string_actions[new], old, new))
        else:
            parsers = _subparsers(below).choices
            parsers[old] = _OldCommand(parsers[new], old, new)


def find(parser: argparse.ArgumentParser, command: str) -> argparse.ArgumentParser:
    """The parser of a command below parser; KeyError if there is none."""
    for word in command.split():
        parser = _subparsers(parser).choices[word]
    return parser


def _subparsers(parser: argparse.ArgumentParser) -> Any:
    return next(a for a in parser._actions if isinstance(a, argparse._SubParsersAction))


def _warn(old: str, new: str) -> None:
    print(f"ganlab: {old} is now {new}", file=sys.stderr)  # noqa: T201


class _OldFlag(argparse.Action):
    """Does what the action of the new flag does, after one warning a call of the program."""

    def __init__(self, action: argparse.Action, old: str, new: str) -> None:
        super().__init__(
            [old],
            action.dest,
            nargs=action.nargs,
            const=action.const,
            default=argparse.SUPPRESS,
            choices=action.choices,
            help=argparse.SUPPRESS,
            metavar=action.metavar,
        )
        self.type = action.type
        self.action, self.old, self.new, self.warned = action, old, new, False

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        """Warn at the first use and set the value."""
        if not self.warned:
            _warn(self.old, self.new)
        self.warned = True
        self.action(parser, namespace, values, option_string)


class _OldCommand(argparse.ArgumentParser):
    """Parses what the new command parses, after a warning."""

    def __init__(self, parser: argparse.ArgumentParser, old: str, new: str) -> None:
        super().__init__(prog=parser.prog, parents=[parser], add_help=False)
        self.parser, self.old, self.new = parser, old, new

    def parse_known_args(  # type: ignore[override]
        self, args: Any = None, namespace: Any = None
    ) -> Any:
        """Warn and let the parser of the new command do the rest."""
        _warn(self.old, self.new)
        return self.parser.parse_known_args(args, namespace)
