"""The command line, which does everything that the pages do.

Errors go to stderr in one sentence; the exit status is 2 for wrong use and 1 for a failure.
"""

import argparse
import sys
from collections.abc import Sequence
from typing import NoReturn

from ganlab.cli import aliases
from ganlab.errors import ConfigError, DeviceError, GanlabError, UnknownRun


class Parser(argparse.ArgumentParser):
    """argparse with one sentence for wrong use."""

    def error(self, message: str) -> NoReturn:
        """Print the error and where to find help; exit 2."""
        self.exit(2, f"ganlab: {message} (try '{self.prog} --help')\n")


def build_parser() -> Parser:
    """The parser with every command; commands load what they need when they run."""
    from ganlab.cli import augment, bench, evaluate, film, info, runs, sample, superres, train, walk

    parser = Parser(prog="ganlab", description="A laboratory for generative adversarial networks.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in (train, runs, film, sample, walk, evaluate, augment, superres, bench, info):
        module.add(commands)
    aliases.accept(parser)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit status."""
    try:
        chosen = build_parser().parse_args(arguments)
        return int(chosen.handler(chosen) or 0)
    except (ConfigError, DeviceError, UnknownRun) as error:
        print(f"ganlab: {error}", file=sys.stderr)  # noqa: T201
        return 2
    except GanlabError as error:
        print(f"ganlab: {error}", file=sys.stderr)  # noqa: T201
        return 1
    except BrokenPipeError:
        return 1
    except KeyboardInterrupt:
        print("ganlab: interrupted", file=sys.stderr)  # noqa: T201
        return 130
