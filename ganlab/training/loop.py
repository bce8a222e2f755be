"""The training loop: a generator of ticks that knows neither threads nor disks.

A page, a worker, the command line and a test drive it in the same way: take ticks, or stop taking
them. Between two ticks a setting may change or a single step be made.
"""

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ganlab.config import RunConfig
from ganlab.config.variants import varied
from ganlab.data.progress import Report, silent
from ganlab.device import choose_device, wait_for
from ganlab.presets import configuration
from ganlab.registry import Strategy, find
from ganlab.training.ensemble import Ensemble, Rollback, build_ensemble, lockstep_groups
from ganlab.training.schedule import Milestones, Schedule, milestones
from ganlab.training.state import State
from ganlab.training.strategies import NAMES, STILL, StepReport, only_d, only_g
from ganlab.training.tick import MOVE, Intervention, Snapshot, Tick

Scalars = dict[str, float]


@dataclass(frozen=True)
class Pace:
    """How often the loop reports, in seconds of wall time. It never changes what is computed."""

    tick: float = 0.06
    snapshot: float = 0.5
    rollback: float = 2.0
    """How often the weights are copied, to fall back on when training diverges."""


class Training:
    """One run in memory: iterate over it for ticks until its budget is spent.

    config is a RunConfig, the name of a preset, or a configuration's JSON object. Each variant is
    one GAN: config with that variant's own values by path. All advance in lock-step and are at the
    same step at every tick, and each trains as it would alone. Members of equal shapes share an
    ensemble; apart keeps every member in a group of its own, which changes speed and nothing else.
    Without variants one GAN trains.

    state goes on from there instead of step 0; config and variants are then those of the state.
    start is a file whose weights G begins with, of a task that goes on from others' weights.
    clock gives the seconds in which its budget is counted; wall time, unless a comparison asks for
    the processor's. Raises ConfigError if the variants cannot train in lock-step.
    """

    def __init__(
        self,
        config: RunConfig | str | Mapping[str, Any],
        variants: Sequence[Any] = (),
        *,
        apart: bool = False,
        device: str = "auto",
        state: State | Ensemble | None = None,
        start: Path | None = None,
        pace: Pace = Pace(),
        script: Iterable[Intervention] = (),
        report: Report = silent,
        clock: Callable[[], float] | None = None,
    ) -> None:
        if state is None:
            config = configuration(config)
            members = varied(config, variants)[1] if variants else [config]
            order = lockstep_groups(members, apart)
            where = choose_device(device)
            state = build_ensemble(config, members, where, report, order, alone=not variants)
        self.ensemble = Ensemble.of(state)
        self.pace = pace
        self.end = ""
        self.schedule = Schedule(script)
        self._clock = clock
        self._names = (*NAMES, *self.state.task.terms)
        self.looked = 0.0
        """Seconds that the last snapshot of a tick took."""
        if start is not None:
            self.state.task.begin_from(self.state, start)
        self._z = [one.task.shown_z(one.members, one.device) for one in self.ensemble.states]
        self._pending: list[Intervention] = []
        self._shown_at = -1e9
        self._first_share = 1 / len(self.ensemble.states)
        """Of a tick's time, what the first group that trains takes, while the others catch up."""
        self.settle()

    @property
    def state(self) -> State:
        """The state of the first group: the only one, unless members need several."""
        return self.ensemble.states[0]

    @property
    def config(self) -> RunConfig:
        """The configuration in force that the members' own values are added to."""
        return self.ensemble.config

    @property
    def step(self) -> int:
        """How many steps have been made."""
        return self.ensemble.step

    @property
    def alone(self) -> bool:
        """Whether it is one GAN that is not compared with others."""
        return self.ensemble.alone

    @property
    def milestones(self) -> Milestones:
        """Where ticks must end to be shown or kept; epochs are those of the run's real samples."""
        return milestones(self.config, self.state.task.real_count(self.state.source))

    def __iter__(self) -> Iterator[Tick]:
        while not self.end:
            yield self.advance()

    def advance(self, steps: int | None = None, who: str = "both") -> Tick:
        """Train for about a tick's time, or exactly `steps` steps, and sum them up.

        who is 'both', 'D' or 'G'. No tick goes beyond the budget of steps. The last tick of a run
        says why it ends.
        """
        whole = self.ensemble
        self._apply_script()
        before = whole.step
        if who == "both" and (alone := self.schedule.mover(before)):
            who, steps = alone, 1
        budget = self.config.steps
        latest = budget if steps is None else before + steps
        if before < budget:
            latest = min(latest, budget)
        stop = self.schedule.next_border(before, latest)
        if steps is None:
            stop = self.schedule.next_change(before, stop)
        stop = self.milestones.next(before, stop)
        started = time.perf_counter()
        begun = self._clock() if self._clock else started
        rows = self._steps(stop, who, self.pace.tick if steps is None else math.inf)
        if who != "both":
            self._pending += [Intervention(k, MOVE, "both", who) for k in range(before, whole.step)]
        wait_for(whole.device)
        now = time.perf_counter()
        whole.seconds += (self._clock() if self._clock else now) - begun
        return self._tick(rows, now)

    def set_live(self, name: str, value: Any) -> Intervention:
        """Give a setting a new value from the next step on, to all members.

        Raises ConfigError if the setting is unknown, the value wrong, or it cannot change now.
        """
        old = self.config.flat().get(name)  # None for a penalty that comes in now
        self.ensemble.set_live(name, value)
        done = Intervention(self.step, name, old, self.config.get(name))
        self._pending.append(done)
        return done

    def settle(self) -> None:
        """Forget the copied weights and interventions not yet reported: another state is in force.

        Call it after the ensemble's state has been replaced, such as by an undo.
        """
        self._pending.clear()
        self._rollbacks = [Rollback(one) for one in self.ensemble.states]
        self._kept_at = time.perf_counter()

    def snapshot(self) -> Snapshot:
        """What the fixed z look like now. Draws no random number and changes nothing."""
        return Snapshot(self.step, self.ensemble.snapshot(self._z))

    def has_shown(self) -> None:
        """Count the time to the next snapshot of a tick from now: one was taken otherwise."""
        self._shown_at = time.perf_counter()

    # --- inside -----------------------------------------------------------------------------------

    def _apply_script(self) -> None:
        for one in self.schedule.due(self.step):
            self.set_live(one.name, one.new)

    def _steps(self, stop: int, who: str, seconds: float) -> list[list[Tensor]]:
        """Train all groups to `stop`, or for about so many seconds: what each group reported.

        The first group makes as many steps as fit into its share of the time, and the others as
        many. At least one step is made.
        """
        states = self.ensemble.states
        rows: list[list[Tensor]] = [[] for _ in states]
        training = [k for k in range(len(states)) if not self.ensemble.is_out(k)]
        if not training:
            return rows
        first, *others = training
        enough = time.perf_counter() + seconds * self._first_share
        while (step := states[first].step) < stop:
            self._apply_script()
            began = time.perf_counter()
            upto = self.schedule.next_change(step, stop)
            rows[first] += self._clocked(first, upto, who, enough)
            middle = time.perf_counter()
            for k in others:
                rows[k] += self._clocked(k, states[first].step, who)
            now = time.perf_counter()
            if others:
                self._first_share = (middle - began) / max(now - began, 1e-9)
            if now >= enough:
                break
        return rows

    def _clocked(self, group: int, stop: int, who: str, enough: float = math.inf) -> list[Tensor]:
        """The steps of one group, with what they cost the processor."""
        state, before = self.ensemble.states[group], time.process_time()
        step = state.step
        rows = make_steps(state, stop, who, enough)
        seconds, steps = self.ensemble.cpu.get(group, (0.0, 0))
        spent = time.process_time() - before
        self.ensemble.cpu[group] = seconds + spent, steps + state.step - step
        return rows

    def _tick(self, rows: list[list[Tensor]], now: float) -> Tick:
        whole = self.ensemble
        pending, self._pending = tuple(self._pending), []
        members = self._sum_up(rows)
        out_of_time = 0 < self.config.seconds <= whole.seconds
        ends = whole.step >= self.config.steps or out_of_time
        shows = any(rows) and self.milestones.shows(whole.step)
        shows |= ends or now - self._shown_at >= self.pace.snapshot
        # What is measured with its snapshots cannot be measured with weights that are not finite.
        measured = shows and bool(self.state.task.scores)
        if ends or measured or now - self._kept_at >= self.pace.rollback:
            self._keep()
            self._kept_at = now
        tick = Tick(
            whole.step,
            whole.seconds,
            _means(members),
            interventions=pending,
            members=() if self.alone else tuple(members),
            lost=tuple(sorted(whole.lost)),
        )
        if all(whole.is_out(k) for k in range(len(rows))):
            self.end = "diverged"
            tick = replace(tick, words=self._why_diverged(tick.step))
        elif ends:
            self.end = "finished"
        if shows or self.end:
            self._shown_at = now
            tick = replace(tick, snapshot=self.snapshot())
            self.looked = time.perf_counter() - now
        return replace(tick, end=self.end)

    def _sum_up(self, rows: list[list[Tensor]]) -> list[Scalars]:
        """Means of each member over the rows; who is lost is noted."""
        grouped = []
        for k, group in enumerate(self.ensemble.order):
            means, lost = summed_up(rows[k], len(group), self._names)
            grouped.append(means)
            self._lose(k, lost)
        return self.ensemble.in_order(grouped)

    def _keep(self) -> None:
        """Copy the weights of all groups that train; a GAN whose weights are not finite is lost."""
        for k, group in enumerate(self.ensemble.order):
            if self.ensemble.is_out(k):
                continue
            if not self._rollbacks[k].keep(self.ensemble.states[k]) and len(group) == 1:
                self._lose(k, [0])

    def _lose(self, k: int, places: Iterable[int]) -> None:
        """Note that these members of a group are lost; all lost, it goes back to good weights."""
        whole = self.ensemble
        was_out = whole.is_out(k)
        for place in places:
            whole.lost.setdefault(whole.order[k][place], whole.states[k].step)
        if whole.is_out(k) and not was_out:
            self._rollbacks[k].restore(whole.states[k])

    def _why_diverged(self, step: int) -> str:
        if not self.alone:
            return "Every one of them diverged: try smaller learning rates, or a penalty."
        return (
            f"Diverged by step {step}: a loss or a weight is not finite. The weights of step "
            f"{self._rollbacks[0].step} are kept; try a smaller learning rate or a penalty such as "
            "R1."
        )


def train(
    config: RunConfig | str | Mapping[str, Any], variants: Sequence[Any] = (), **options: Any
) -> Iterator[Tick]:
    """The ticks of a run of config, to its end. Options are those of `Training`."""
    return iter(Training(config, variants, **options))


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
            rows.append(report.stacked(state.device, state.task.terms))
            state.step += 1
            if time.perf_counter() >= enough:
                break
    return rows


def _moves(who: str, config: RunConfig) -> Callable[[State], StepReport]:
    if who == "both":
        return find(Strategy, config.strategy.name).load()
    return {"D": only_d, "G": only_g}[who]


def summed_up(
    rows: list[Tensor], count: int, names: Sequence[str] = NAMES
) -> tuple[list[Scalars], list[int]]:
    """Means by name of each of `count` members over the rows, NaN where a player did not move.

    Of the names beyond NAMES those that were reported. And the members whose values are not finite.
    """
    if not rows:
        return [dict.fromkeys(NAMES, math.nan)] * count, []
    table = torch.stack(rows).cpu()  # the one point at which the host waits
    if table.ndim == 2:
        table = table[..., None]  # (steps, names, E)
    lost = (~table.isfinite()).flatten(0, 1).any(0).nonzero().flatten().tolist()
    means = table.where(table != STILL, torch.nan).nanmean(dim=0)  # (names, E)
    found = [dict(zip(names, column, strict=True)) for column in means.T.tolist()]
    return [
        {k: v for k, v in one.items() if k in NAMES or not math.isnan(v)} for one in found
    ], lost


def _means(members: Sequence[Mapping[str, float]]) -> Scalars:
    """Means over the members that have the value."""
    out = {}
    for name in members[0]:
        values = [one[name] for one in members if not math.isnan(one[name])]
        out[name] = sum(values) / len(values) if values else math.nan
    return out
