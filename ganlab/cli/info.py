"""`presets`, `settings` and `info`: what there is to try, and what it would run on."""

import argparse
import json
import math
import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from ganlab.registry import KINDS, Parameter, Preset, from_plugins, plugin_errors, table

SAID = ("direction", "unit", "needs")
"""What `settings` also says of a metric."""
UNTRIED = "tests and benchmarks were computed on the CPU only so far"
"""What is known of a device that no test and no benchmark has met."""


def add(commands: "argparse._SubParsersAction[Any]") -> None:
    """Add the commands."""
    for name, handler, text in (
        ("presets", presets, "the named configurations worth trying first"),
        ("settings", settings, "what --set can change: each setting, or the choices of one"),
        ("info", info, "versions, device, and where things live"),
    ):
        parser = commands.add_parser(name, help=text)
        if handler is settings:
            parser.add_argument("name", nargs="?", help="a setting, such as loss or penalties")
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
        parser.set_defaults(handler=handler)


def presets(chosen: argparse.Namespace) -> int:
    """List the presets."""
    if chosen.json:
        out = {
            name: {"title": one.title, "summary": one.summary, "config": one.config.to_json()}
            for name, one in table(Preset).items()
        }
        print(json.dumps({"presets": out}))  # noqa: T201
        return 0
    for name, one in table(Preset).items():
        print(f"{name:16} {one.summary}")  # noqa: T201
    return 0


def settings(chosen: argparse.Namespace) -> int:
    """List every setting, or with a setting's name what can be chosen there."""
    from ganlab.config import SETTINGS
    from ganlab.errors import ConfigError

    if chosen.name is None:
        _show(SETTINGS, chosen.json)
        return 0
    one = SETTINGS.get(chosen.name)
    kind, options = (one.kind, one.options) if one else (chosen.name, ())
    if not options and kind not in KINDS:
        choices = ", ".join(path for path, each in SETTINGS.items() if each.kind or each.options)
        raise ConfigError(f"settings are chosen from a list in {choices}, got {chosen.name!r}")
    entries: Mapping[str, Any] = table(kind) if kind else {}
    if chosen.json:
        facts = {
            name: {"summary": each.summary, "source": each.source, "parameters": _facts(each)}
            | {fact: getattr(each, fact) for fact in SAID if hasattr(each, fact)}
            for name, each in entries.items()
        }
        print(json.dumps({chosen.name: facts or list(options)}))  # noqa: T201
        return 0
    for name, each in entries.items():
        print(f"{name:22} {each.summary}")  # noqa: T201
        for part, parameter in each.parameters.items():
            print(f"  {part:20} {_in_words(parameter)}")  # noqa: T201
    for word in options:
        print(word)  # noqa: T201
    return 0


def _show(settings: Mapping[str, Parameter], as_json: bool) -> None:
    if as_json:
        print(json.dumps({"settings": {k: _fact(one) for k, one in settings.items()}}))  # noqa: T201
        return
    for path, one in settings.items():
        print(f"{path:22} {_in_words(one)}")  # noqa: T201


def _in_words(one: Parameter) -> str:
    """Help, default and range of a parameter in one line."""
    default = one.default if one.default != "" else "none"
    within = ", ".join(one.options) or f"{one.low:.10g} to {one.high:.10g}"
    wide = isinstance(one.default, bool) or (isinstance(one.default, str) and not one.options)
    return f"{one.help} ({default}{'' if wide else f'; {within}'})"


def _facts(entry: Any) -> dict[str, Any]:
    return {name: _fact(one) for name, one in entry.parameters.items()}


def _fact(one: Parameter) -> dict[str, Any]:
    bounds = [None if math.isinf(bound) else bound for bound in (one.low, one.high)]
    numbers = isinstance(one.default, int | float) and not isinstance(one.default, bool)
    return {
        "default": one.default,
        "help": one.help,
        "range": bounds if numbers else None,
        "options": list(one.options),
        "live": one.live,
    }


def info(chosen: argparse.Namespace) -> int:
    """Say what the lab would run on."""
    import ganlab
    import ganlab.fast_cpu as fast_cpu
    from ganlab.device import choose_device, describe_device, fast_at_bfloat16, on_cpu
    from ganlab.paths import data_folders, home

    device = choose_device()
    facts: dict[str, Any] = {
        "ganlab": ganlab.__version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "device": device.type,
        "device_name": describe_device(device),
        "bfloat16": fast_at_bfloat16(device),
        "fast_cpu": {"on": fast_cpu.on(), "kernels": fast_cpu.kernels()},
        "tried": "tests and benchmarks run on such a device" if on_cpu(device) else UNTRIED,
        "home": str(home()),
        "data": [str(folder) for folder in data_folders()],
        "plugins": [f"{one.kind} {one.name}" for one in from_plugins()],
        "plugin_errors": list(plugin_errors()),
    }
    for package in ("torch", "torchvision", "streamlit", "plotly"):
        try:
            facts[package] = version(package)
        except PackageNotFoundError:
            facts[package] = None
    if chosen.json:
        print(json.dumps(facts))  # noqa: T201
    else:
        kernels = "; ".join(facts["fast_cpu"]["kernels"]) or "off, by GANLAB_PLAIN"
        for name, value in (facts | {"fast_cpu": kernels}).items():
            print(f"{name:12} {value}")  # noqa: T201
    return 0
