"""Presets of pictures trained for equal CPU seconds, each scored by the lab's classifier.

Wall time depends on the load of the machine and the cost of a step on the preset. CPU time of the
process is a budget that is the same for all presets.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ganlab.bench.cost import QUIET
from ganlab.config import RunConfig
from ganlab.device import choose_device, clock_of
from ganlab.errors import ConfigError
from ganlab.evaluation.classifier import readable
from ganlab.evaluation.report import check_n, evaluate
from ganlab.trained.generator import Generator
from ganlab.training.loop import Training
from ganlab.training.state import State


@dataclass(frozen=True)
class Trained:
    """The result of one preset within the budget."""

    name: str
    steps: int
    seconds: float
    """CPU time of the training, without loading and evaluation."""
    end: str
    scores: dict[str, Any]
    """As `evaluate` gives them, with N and the floor."""


def check_readable(name: str, config: RunConfig) -> None:
    """Raise ConfigError for a preset whose pictures the classifier does not read."""
    if config.data.name not in readable():
        raise ConfigError(
            f"{name} learns {config.data.name}, and the classifier reads digits: choose presets on "
            + " or ".join(readable())
        )


def trained(
    name: str,
    config: RunConfig,
    seconds: float,
    clock: Callable[[], float] | None = None,
    device: str = "auto",
) -> tuple[State, Trained]:
    """Train until the clock, by default that of the device, has advanced by `seconds`.

    Learning rates and penalties that decay do so over this budget. The scores are left empty.
    """
    check_readable(name, config)
    config = config.with_values({"seconds": seconds})
    clock = clock or clock_of(choose_device(device))
    training = Training(config, device=device, pace=QUIET, clock=clock)
    for _ in training:
        pass
    state = training.state
    return state, Trained(name, state.step, state.seconds, training.end, {})


def compare(
    presets: dict[str, RunConfig],
    seconds: float,
    n: int = 10_000,
    on_result: Callable[[Trained], None] = lambda row: None,
    device: str = "auto",
) -> list[Trained]:
    """Train each preset for the same CPU seconds and score n pictures of it; best first.

    on_result is called with each row as soon as it is known. A preset that cannot be scored is
    refused before the first one trains.
    """
    check_n(n)
    for name, config in presets.items():
        check_readable(name, config)
    rows = []
    for name, config in presets.items():
        state, row = trained(name, config, seconds, device=device)
        generator = Generator(name, state.config, state.shown_generator)
        row = replace(row, scores=evaluate(generator, n))
        on_result(row)
        rows.append(row)
    return sorted(rows, key=distance)


def distance(row: Trained) -> float:
    """The Fréchet distance; infinite where a run diverged or its features are not numbers."""
    found = float(row.scores["frechet"])
    return found if math.isfinite(found) and row.end != "diverged" else math.inf


def as_lines(rows: list[Trained], seconds: float) -> list[str]:
    """A table for a terminal, with N, features and floor below it."""
    head = f"{'preset':<14} {'Fréchet':>9} {'coverage':>9} {'confidence':>11}"
    lines = [f"{head} {'steps':>8} {'CPU s':>7}"]
    for row in rows:
        s = row.scores
        lines.append(
            f"{row.name:<14} {s['frechet']:>9.3f} {s['coverage']:>9.3f} {s['confidence']:>11.3f} "
            f"{row.steps:>8,} {row.seconds:>7.0f}" + "  diverged" * (row.end == "diverged")
        )
    first = rows[0].scores
    floor = first["floor"]
    lines.append(
        f"{seconds:g} CPU seconds each on one thread, one run each; Fréchet distance in "
        f"{first['features']}, N = {first['n']:,}, against {first['reference']}; real digits score "
        f"{floor['frechet']:.3f} (N = {floor['n']:,})"
    )
    return lines
