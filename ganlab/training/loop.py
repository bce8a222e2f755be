"""The training loop: a generator of ticks that knows neither threads nor disks.

A page, a worker, the command line and a test drive it alike: take ticks, or stop taking them.
Between two ticks a knob may be turned or a single step made.
"""

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from ganlab.config import RunConfig
from ganlab.data.progress import Report, silent
from ganlab.device import choose_device, wait_for
from ganlab.registry import Strategy, find
from ganlab.training.live_settings import checked_change, set_live
from ganlab.training.members import vary
from ganlab.training.milestones import Milestones
from ganlab.training.rollback import Rollback
from ganlab.training.schedule import Schedule
from ganlab.training.snapshots import look
from ganlab.training.state import State, build_state, milestones_of, snapshot_z
from ganlab.training.strategies import NAMES, STILL, StepReport, only_d, only_g
from ganlab.training.tick import MOVE, Intervention, Snapshot, Tick


@dataclass(frozen=True)
class Pace:
    """How often the loop speaks, in seconds of wall time. It never changes what is computed."""

    tick: float = 0.06
    snapshot: float = 0.5
    rollback: float = 2.0
    """How often the weights are kept aside, to fall back on when the run diverges."""


class Training:
    """One run in memory: iterate over it for ticks until its budget is spent.

    variants make it an ensemble on points: one GAN for each, which is config with these values by
    path. All advance in lock-step, and none knows of the others. clock tells the seconds that its
    budget is counted in; wall time, unless a comparison asks for the processor's.
    """

    def __init__(
        self,
        config: RunConfig,
        *,
        device: str = "auto",
        state: State | None = None,
        variants: Sequence[Mapping[str, Any]] = (),
        pace: Pace = Pace(),
        script: Iterable[Intervention] = (),
        report: Report = silent,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self._clock = clock
        self.state = state or build_state(
            config, choose_device(device), report, members=vary(config, variants)
        )
        self.pace = pace
        self.end = ""
        self._z = snapshot_z(self.state.members, self.state.device)
        self.schedule = Schedule(script)
        self._pending: list[Intervention] = []
        self._shown_at = -1e9
        self._kept_at = time.perf_counter()
        self._rollback = Rollback(self.state)

    @property
    def config(self) -> RunConfig:
        """The configuration in force, interventions included; of an ensemble, its first."""
        return self.state.config

    @property
    def milestones(self) -> Milestones:
        """Where ticks must end to be looked at or kept; epochs are those of the run's pictures."""
        return milestones_of(self.state)

    def __iter__(self) -> Iterator[Tick]:
        while not self.end:
            yield self.advance()

    def advance(self, steps: int | None = None, who: str = "both") -> Tick:
        """Train for about a tick's time, or exactly `steps` steps, and sum them up.

        who is 'both', 'D' or 'G'. The last tick of a run says why it ends.
        """
        state = self.state
        self._apply_script()
        if who == "both" and (alone := self.schedule.mover(state.step)):
            who, steps = alone, 1
        wanted = self.config.steps if steps is None else state.step + steps
        stop = self.schedule.next_border(state.step, wanted)
        if steps is None:
            stop = self.schedule.next_change(state.step, stop)
        stop = self.milestones.next(state.step, stop)
        rows: list[Tensor] = []
        before, started = state.step, time.perf_counter()
        begun = self._clock() if self._clock else started
        enough = started + self.pace.tick if steps is None else math.inf
        while state.step < stop:
            self._apply_script()
            rows += make_steps(state, self.schedule.next_change(state.step, stop), who, enough)
            if time.perf_counter() >= enough:
                break
        if who != "both":
            self._pending += [Intervention(k, MOVE, "both", who) for k in range(before, state.step)]
        wait_for(state.device)
        now = time.perf_counter()
        state.seconds += (self._clock() if self._clock else now) - begun
        return self._tick(rows, now)

    def set_live(self, name: str, value: Any) -> Intervention:
        """Give a setting a new value from the next step on, to all members of an ensemble.

        Raises ConfigError if the setting is unknown, the value wrong, or it cannot change now.
        """
        state, config = self.state, self.config
        whole = checked_change(state.members, name, value)
        old = config.flat().get(name)  # None for a penalty that comes in now
        set_live(state, whole, name)
        done = Intervention(state.step, name, old, whole[0].get(name))
        self._pending.append(done)
        return done

    def settle(self) -> None:
        """Forget what was kept aside and what is still to be told: the state has been put back."""
        self._pending.clear()
        self._rollback = Rollback(self.state)
        self._kept_at = time.perf_counter()

    def snapshot(self) -> Snapshot:
        """What the fixed z look like now. Draws no random number and changes nothing."""
        return Snapshot(self.state.step, look(self.state, self._z))

    # --- inside -----------------------------------------------------------------------------------

    def _apply_script(self) -> None:
        for one in self.schedule.due(self.state.step):
            self.set_live(one.name, one.new)

    def _tick(self, rows: list[Tensor], now: float) -> Tick:
        state = self.state
        pending, self._pending = tuple(self._pending), []
        scalars, members, lost = summed_up(rows)
        tick = Tick(
            state.step,
            state.seconds,
            scalars,
            interventions=pending,
            members=members,
            lost=lost,
        )
        if len(lost) == len(state.members):
            return self._diverge(tick)
        out_of_time = 0 < state.config.seconds <= state.seconds
        ends = state.step >= state.config.steps or out_of_time
        if ends or now - self._kept_at >= self.pace.rollback:
            if not self._rollback.keep(state) and not lost:
                return self._diverge(tick)
            self._kept_at = now
        if ends:
            self.end = "finished"
        due = bool(rows) and self.milestones.shows(state.step)
        if due or self.end or now - self._shown_at >= self.pace.snapshot:
            self._shown_at = now
            tick = replace(tick, snapshot=self.snapshot())
        return replace(tick, end=self.end)

    def _diverge(self, tick: Tick) -> Tick:
        self._rollback.restore(self.state)
        self.end = "diverged"
        words = (
            f"Diverged by step {tick.step}: a loss or a weight is not finite. The weights of step "
            f"{self._rollback.step} are kept; try a smaller learning rate or a penalty such as R1."
        )
        return replace(tick, end=self.end, words=words, snapshot=self.snapshot())


def train(config: RunConfig, **options: Any) -> Iterator[Tick]:
    """The ticks of a run of config, to its end. Options are those of `Training`."""
    return iter(Training(config, **options))


def make_steps(
    state: State, stop: int, who: str = "both", enough: float = math.inf
) -> list[Tensor]:
    """Step until `stop`, or until the clock shows `enough`: what each step reported, (5, …) each.

    who is 'both', 'D' or 'G'. At least one step is made.
    """
    move = _moves(who, state.config)
    rows: list[Tensor] = []
    with state.streams.own():
        while state.step < stop:
            warming = who == "both" and state.step < state.config.d_warmup
            report = only_d(state) if warming else move(state)
            rows.append(report.stacked(state.device))
            state.step += 1
            if time.perf_counter() >= enough:
                break
    return rows


def _moves(who: str, config: RunConfig) -> Callable[[State], StepReport]:
    if who == "both":
        return find(Strategy, config.strategy.name).load()
    return {"D": only_d, "G": only_g}[who]


def summed_up(
    rows: list[Tensor],
) -> tuple[dict[str, float], tuple[dict[str, float], ...], tuple[int, ...]]:
    """Means by name over the rows, NaN left out; those of each member; whose loss is not finite.

    The means of an ensemble are also over its members. One GAN alone has no list of members.
    """
    if not rows:
        return dict.fromkeys(NAMES, float("nan")), (), ()
    table = torch.stack(rows).cpu()  # the one point at which the host waits
    if table.ndim == 2:
        table = table[..., None]  # (steps, names, E)
    lost = tuple((~table.isfinite()).flatten(0, 1).any(0).nonzero().flatten().tolist())
    means = table.where(table != STILL, torch.nan).nanmean(dim=0)  # (names, E)
    whole = dict(zip(NAMES, means.nanmean(dim=1).tolist(), strict=True))
    each = [dict(zip(NAMES, column, strict=True)) for column in means.T.tolist()]
    return whole, tuple(each) if len(each) > 1 else (), lost
