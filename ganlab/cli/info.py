"""`presets` and `info`: what there is to try, and what it would run on."""

import argparse
import json
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

UNTRIED = "tests and benchmarks were computed on the CPU only so far"
"""What is known of a device that no test and no benchmark has met."""


def add(commands: "argparse._SubParsersAction[Any]") -> None:
    """Add both commands."""
    for name, handler, text in (
        ("presets", presets, "the named configurations worth trying first"),
        ("info", info, "versions, device, and where things live"),
    ):
        parser = commands.add_parser(name, help=text)
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
        parser.set_defaults(handler=handler)


def presets(chosen: argparse.Namespace) -> int:
    """List the presets."""
    from ganlab.presets import PRESETS

    if chosen.json:
        out = {
            name: {"title": one.title, "summary": one.summary, "config": one.config.to_json()}
            for name, one in PRESETS.items()
        }
        print(json.dumps({"presets": out}))  # noqa: T201
        return 0
    for name, one in PRESETS.items():
        print(f"{name:16} {one.summary}")  # noqa: T201
    return 0


def info(chosen: argparse.Namespace) -> int:
    """Say what the lab would run on."""
    import ganlab
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
        "tried": "tests and benchmarks run on such a device" if on_cpu(device) else UNTRIED,
        "home": str(home()),
        "data": [str(folder) for folder in data_folders()],
    }
    for package in ("torch", "torchvision", "streamlit", "plotly"):
        try:
            facts[package] = version(package)
        except PackageNotFoundError:
            facts[package] = None
    if chosen.json:
        print(json.dumps(facts))  # noqa: T201
    else:
        for name, value in facts.items():
            print(f"{name:12} {value}")  # noqa: T201
    return 0
