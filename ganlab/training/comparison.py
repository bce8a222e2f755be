"""A race: a field of GANs driven as one run is, every member at the same step at every tick."""

import math
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from torch import Tensor

from ganlab.config import RunConfig
from ganlab.config.variants import varied
from ganlab.data.progress import Report, silent
from ganlab.device import choose_device, wait_for
from ganlab.training.ensemble_groups import Field, build_field, lockstep_groups
from ganlab.training.live_settings import checked_change, set_live
from ganlab.training.loop import Pace, make_steps, summed_up
from ganlab.training.rollback import Rollback
from ganlab.training.schedule import Schedule
from ganlab.training.snapshots import look_at_field
from ganlab.training.state import snapshot_z
from ganlab.training.strategies import NAMES
from ganlab.training.tick import MOVE, Intervention, Snapshot, Tick


class Race:
    """Several GANs in memory: iterate over it for ticks, as over a `Training`.

    Each variant is config with its own values by path. Those that fit into one ensemble share one;
    apart keeps every member in a group of its own, which changes speed and nothing else.
    """

    def __init__(
        self,
        config: RunConfig,
        variants: Sequence[Any] = (),
        *,
        device: str = "auto",
        state: Field | None = None,
        apart: bool = False,
        pace: Pace | None = None,
        script: Iterable[Intervention] = (),
        report: Report = silent,
    ) -> None:
        if state is None:
            members = varied(config, variants or [{}])[1]
            order = lockstep_groups(members, apart)
            state = build_field(config, members, choose_device(device), report, order)
        self.state = state
        self.pace = pace or Pace()
        self.end = ""
        self.schedule = Schedule(script)
        self._z = [snapshot_z(one.members, one.device) for one in state.states]
        self._pending: list[Intervention] = []
        self._shown_at = -1e9
        self._kept_at = time.perf_counter()
        self._rollbacks = [Rollback(one) for one in state.states]
        self._speed = 1.0
        """Steps that fit into a tick, lately."""

    @property
    def config(self) -> RunConfig:
        """The configuration in force that the members' own values are added to."""
        return self.state.config

    def __iter__(self) -> Iterator[Tick]:
        while not self.end:
            yield self.advance()

    def advance(self, steps: int | None = None, who: str = "both") -> Tick:
        """Train all for about a tick's time, or exactly `steps` steps, and sum them up.

        who is 'both', 'D' or 'G'. The last tick of a race says why it ends.
        """
        field = self.state
        self._apply_script()
        before = field.step
        if who == "both" and (alone := self.schedule.mover(before)):
            who, steps = alone, 1
        wanted = self.config.steps if steps is None else before + steps
        stop = self.schedule.next_border(before, wanted)
        if steps is None:
            stop = self.schedule.next_change(before, min(stop, before + max(1, round(self._speed))))
        rows: list[list[Tensor]] = [[] for _ in field.states]
        started, step = time.perf_counter(), before
        while step < stop:
            self._apply_script()
            step = self.schedule.next_change(step, stop)
            for k, state in enumerate(field.states):
                if not field.is_out(k):
                    rows[k] += make_steps(state, step, who)
            if all(field.is_out(k) for k in range(len(rows))):
                break
        wait_for(field.device)
        now = time.perf_counter()
        self._measure_speed(field.step - before, now - started)
        if who != "both":
            self._pending += [Intervention(k, MOVE, "both", who) for k in range(before, field.step)]
        field.seconds += now - started
        for state in field.states:
            state.seconds = field.seconds  # a budget of time, and decays along it, are common
        return self._tick(rows, now)

    def set_live(self, name: str, value: Any) -> Intervention:
        """Give a setting a new value from the next step on, to all members.

        Raises ConfigError if the setting is unknown, the value wrong, or it cannot change now.
        """
        field = self.state
        new = self.config.with_values({name: value})
        wholes = [checked_change(state.members, name, value) for state in field.states]
        for state, whole in zip(field.states, wholes, strict=True):
            set_live(state, whole, name)
        done = Intervention(field.step, name, self.config.flat().get(name), new.get(name))
        field.config = new
        self._pending.append(done)
        return done

    def settle(self) -> None:
        """Forget what was kept aside and what is still to be told: the state has been put back."""
        self._pending.clear()
        self._rollbacks = [Rollback(one) for one in self.state.states]
        self._kept_at = time.perf_counter()

    def snapshot(self) -> Snapshot:
        """What the fixed z of all members look like now. Changes nothing."""
        return Snapshot(self.state.step, look_at_field(self.state, self._z))

    # --- inside -----------------------------------------------------------------------------------

    def _apply_script(self) -> None:
        for one in self.schedule.due(self.state.step):
            self.set_live(one.name, one.new)

    def _measure_speed(self, steps: int, seconds: float) -> None:
        """Learn how many steps fit into a tick, at most twice as many as last time."""
        if steps:
            fits = steps * self.pace.tick / max(seconds, 1e-9)
            self._speed = min(fits, 2 * max(self._speed, 1.0))

    def _tick(self, rows: list[list[Tensor]], now: float) -> Tick:
        field = self.state
        pending, self._pending = tuple(self._pending), []
        members = self._sum_up(rows)
        out = [field.is_out(k) for k in range(len(rows))]
        tick = Tick(
            field.step,
            field.seconds,
            _means(members),
            interventions=pending,
            members=tuple(members),
            lost=tuple(sorted(field.lost)),
        )
        out_of_time = 0 < self.config.seconds <= field.seconds
        ends = field.step >= self.config.steps or out_of_time
        if ends or now - self._kept_at >= self.pace.rollback:
            for k, state in enumerate(field.states):
                if not out[k]:
                    self._rollbacks[k].keep(state)
            self._kept_at = now
        if all(out):
            self.end = "diverged"
            words = "Every one of them diverged: try smaller learning rates, or a penalty."
            tick = replace(tick, words=words)
        elif ends:
            self.end = "finished"
        if self.end or now - self._shown_at >= self.pace.snapshot:
            self._shown_at = now
            tick = replace(tick, snapshot=self.snapshot())
        return replace(tick, end=self.end)

    def _sum_up(self, rows: list[list[Tensor]]) -> list[Mapping[str, float]]:
        """Means of each member; a group that loses its last member goes back to good weights."""
        field = self.state
        grouped = []
        for k, (group, state) in enumerate(zip(field.order, field.states, strict=True)):
            means, members, lost = summed_up(rows[k])
            grouped.append(members or [means] * len(group))
            was_out = field.is_out(k)
            for place in lost:
                field.lost.setdefault(group[place], state.step)
            if field.is_out(k) and not was_out:
                self._rollbacks[k].restore(state)
        return field.in_order(grouped)


def _means(members: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Means over the members that have the value."""
    out = {}
    for name in NAMES:
        values = [one[name] for one in members if not math.isnan(one[name])]
        out[name] = sum(values) / len(values) if values else math.nan
    return out
