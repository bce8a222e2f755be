"""The cost of a step of each method relative to a step of the plain GAN, measured."""

import statistics
from collections.abc import Callable, Mapping, Sequence

from ganlab.bench.methods import PLAIN, apply
from ganlab.config import RunConfig
from ganlab.device import choose_device, clock_of
from ganlab.training.loop import Pace, Training

QUIET = Pace(snapshot=1e9, rollback=1e9)
"""Training without snapshots and rollback."""


def stepper(config: RunConfig, members: int = 1, device: str = "auto") -> Callable[[int], None]:
    """A training of so many members of config; called with a number of steps it makes them."""
    variants = [{"seed": config.seed + k} for k in range(members)] if members > 1 else []
    training = Training(
        config.with_values({"steps": 10**7}), device=device, variants=variants, pace=QUIET
    )

    def steps(count: int) -> None:
        training.advance(count)

    return steps


def measure_costs(
    names: Sequence[str],
    config: RunConfig,
    steps: int = 20,
    rounds: int = 7,
    clock: Callable[[], float] | None = None,
    device: str = "auto",
) -> dict[str, float]:
    """Seconds per step of each method over those of config, the plain GAN, which is 1.

    They are CPU seconds, or wall time on an accelerator.

    The methods take turns within one process, `steps` steps a turn, after one turn to warm up. The
    result is the median of the ratios of each round, whose turns ran under the same load.
    """
    clock = clock or clock_of(choose_device(device))
    work = {PLAIN: stepper(config, device=device)}
    others = [name for name in names if name != PLAIN]
    work |= {name: stepper(apply(name, config), device=device) for name in others}
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
