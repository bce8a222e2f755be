"""From what was typed to a run configuration."""

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ganlab.config import SETTINGS, RunConfig
from ganlab.errors import ConfigError
from ganlab.presets import epochs, preset
from ganlab.registry import Preset, checked, table


def add_settings(parser: argparse.ArgumentParser) -> None:
    """The options that choose and change a configuration."""
    parser.add_argument("what", metavar="PRESET|FILE.json", help="a preset, or a configuration")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="change a setting, such as d_optimizer.lr=1e-4 or loss=hinge; may be repeated "
        "(ganlab settings lists them)",
    )
    parser.add_argument("--steps", help="how many steps to train")
    parser.add_argument("--epochs", help="how long to train, in passes through the data")
    parser.add_argument("--seconds", help="how long to train, at most")
    parser.add_argument("--seed", help=SETTINGS["seed"].help)


def add_device(parser: argparse.ArgumentParser) -> None:
    """The option that chooses where the work is done."""
    parser.add_argument(
        "--device", default="auto", help="auto, cpu, cuda, cuda:N or mps; default: %(default)s"
    )


def configuration(chosen: argparse.Namespace) -> tuple[str, RunConfig]:
    """The name of the preset ('' for a file) and the configuration that was asked for."""
    if chosen.what in table(Preset) or not chosen.what.endswith(".json"):
        name, config = chosen.what, preset(chosen.what)
    else:
        name, config = "", read_configuration(Path(chosen.what))
    values = settings(chosen.set)
    for key in ("steps", "seconds", "seed"):
        if getattr(chosen, key) is not None:
            values[key] = getattr(chosen, key)
    config = config.with_values(values)
    if chosen.epochs is not None:
        if chosen.steps is not None:
            raise ConfigError("give --steps or --epochs, not both")
        count = float(checked("epochs", chosen.epochs, float))
        config = config.with_values({"steps": epochs(config, count)})
    return name, config


def settings(items: Iterable[str]) -> dict[str, Any]:
    """What --set was given, by path."""
    values: dict[str, Any] = {}
    for item in items:
        key, equals, value = item.partition("=")
        if not equals:
            raise ConfigError(f"--set wants KEY=VALUE, got {item!r}")
        values[key.strip()] = value.strip()
    return values


def read_configuration(path: Path) -> RunConfig:
    """The configuration in a JSON file; raise ConfigError in one sentence if there is none."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path} cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is no text file, so no configuration") from error
    try:
        return RunConfig.from_json(json.loads(text))
    except json.JSONDecodeError as error:
        raise ConfigError(f"{path} is no JSON: {error.msg} in line {error.lineno}") from error
