"""What a step of a remedy costs in steps of the plain GAN: measured, never written down."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence

from ganlab.bench.methods import apply
from ganlab.catalogue.remedies import PLAIN
from ganlab.config import RunConfig
from ganlab.training.loop import Pace, Training

QUIET = Pace(snapshot=1e9, rollback=1e9)
"""Nothing but training."""


def stepper(config: RunConfig, members: int = 1) -> Callable[[int], None]:
    """A training of so many members of config; called with a number of steps it makes them."""
    variants = [{"seed": config.seed + k} for k in range(members)] if members > 1 else []
    training = Training(
        config.with_values({"steps": 10**7}), device="cpu", variants=variants, pace=QUIET
    )

    def steps(count: int) -> None:
        training.advance(count)

    return steps


def measure_costs(
    names: Sequence[str],
    config: RunConfig,
    steps: int = 20,
    rounds: int = 7,
    clock: Callable[[], float] = time.process_time,
) -> dict[str, float]:
    """CPU seconds a step of each remedy over those of config, the plain GAN; plain itself is 1.

    All take turns within one process, `steps` steps a turn, after one turn to warm up. The median
    of the rounds' own ratios counts: both sides of a round met the same neighbours.
    """
    work = {PLAIN: stepper(config)}
    work |= {name: stepper(apply(name, config)) for name in names if name != PLAIN}
    ratios: Mapping[str, list[float]] = {name: [] for name in work}
    for turn in range(rounds + 1):
        spent = {}
        for name, make in work.items():
            before = clock()
            make(steps)
            spent[name] = clock() - before
        if turn:
            for name in work:
                ratios[name].append(spent[name] / spent[PLAIN])
    return {name: statistics.median(ratios[name]) for name in work if name in (*names, PLAIN)}
