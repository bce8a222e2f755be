"""The command line, which does everything that the pages do.

Errors go to stderr in one sentence; the exit status is 2 for wrong use and 1 for a failure.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from ganlab.cli import aliases
from ganlab.errors import ConfigError, DeviceError, GanlabError, UnknownRun
from ganlab.registry import plugin_errors


class Parser(argparse.ArgumentParser):
    """argparse with one sentence for wrong use."""

    def error(self, message: str) -> NoReturn:
        """Print the error and where to find help; exit 2."""
        self.exit(2, f"ganlab: {message} (try '{self.prog} --help')\n")


def build_parser() -> Parser:
    """The parser with every command; commands load what they need when they run."""
    from ganlab.cli import augment, bench, evaluate, film, info, runs, sample, train, walk
    from ganlab.cli.train_superres import add_train_superres
    from ganlab.cli.upscale import add_upscale

    parser = Parser(prog="ganlab", description="A laboratory for generative adversarial networks.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    modules = (train, runs, film, sample, walk, evaluate, augment)
    adders = [*(one.add for one in modules), add_upscale, add_train_superres, bench.add, info.add]
    for add in adders:
        add(commands)
    aliases.accept(parser)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit status."""
    said: set[str] = set()
    try:
        chosen = build_parser().parse_args(arguments)
        if os.environ.get("GANLAB_PLUGINS"):
            _say_plugin_errors(plugin_errors(), said)
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
    finally:
        _say_plugin_errors(plugin_errors(load=False), said)


def _say_plugin_errors(errors: Sequence[str], said: set[str]) -> None:
    """Print each error that was not said yet."""
    for words in errors:
        if words not in said:
            said.add(words)
            print(f"ganlab: {words}", file=sys.stderr)  # noqa: T201
