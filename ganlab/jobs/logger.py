"""What a worker writes down: curves, measurements, snapshots, findings, results."""

import json
import time
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ganlab.device import CPU
from ganlab.evaluation.diagnosis import Finding, diagnose
from ganlab.evaluation.evidence import Evidence
from ganlab.evaluation.quality import numbers
from ganlab.evaluation.variety import LIVE
from ganlab.jobs.controls import RECENT, SCORES, Controls
from ganlab.jobs.quick_evaluation import LiveScores
from ganlab.jobs.recorder import Recorder
from ganlab.jobs.samples import encode
from ganlab.metrics.modes import places
from ganlab.metrics.point_scores import bounds
from ganlab.training.ensemble import Ensemble
from ganlab.training.loop import Training
from ganlab.training.strategies import NAMES
from ganlab.training.tasks.points import SUBPLOTS, shown_z
from ganlab.training.tick import MOVE, Intervention, Snapshot, Tick

DIAGNOSIS_SECONDS = 2.0
ROWS = 4000
"""More rows of the history than this are halved."""
SCORE_COLUMNS: tuple[str, ...] = (
    "modes",
    "modes_near",
    "high_quality",
    "high_quality_box",
    "reverse_kl",
    "reverse_kl_all",
    "spread",
    "covered",
    "on_curve",
    "js",
    "kl",
)
"""What is measured of each member of a comparison; NaN where its data do not have it."""


class History:
    """A run's metrics in memory: every k-th row, so that a diagnosis costs the same after an hour.

    k doubles when there are too many rows.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = tuple(names)
        self._rows: list[tuple[float, ...]] = []
        self._every = 1
        self._seen = 0

    def add(self, step: int, scalars: Mapping[str, float]) -> None:
        """One more row; it may be one of those that are left out."""
        if self._seen % self._every == 0:
            nan = float("nan")
            self._rows.append((step, *(float(scalars.get(name, nan)) for name in self._names)))
        self._seen += 1
        if len(self._rows) > ROWS:
            self._rows = self._rows[::2]
            self._every *= 2

    def forget_after(self, step: int) -> None:
        """Drop the rows beyond step: the run has gone back there."""
        self._rows = [row for row in self._rows if row[0] <= step]
        self._seen = len(self._rows) * self._every

    def extend(self, columns: Mapping[str, NDArray[Any]]) -> None:
        """Add stored rows, as a resumed run finds them."""
        for row, step in enumerate(columns["step"]):
            scalars = {name: columns[name][row] for name in self._names if name in columns}
            self.add(int(step), scalars)

    def columns(self) -> dict[str, NDArray[Any]]:
        """The rows as arrays by name, with 'step'."""
        table = np.array(self._rows, dtype=np.float64).reshape(-1, 1 + len(self._names))
        out = {"step": table[:, 0].astype(np.int64)}
        return out | {name: table[:, k + 1] for k, name in enumerate(self._names)}


class RunLogger:
    """Writes down one training, from where it is to its end."""

    def __init__(
        self, recorder: Recorder, controls: Controls, training: Training, labels: list[str]
    ) -> None:
        self._recorder = recorder
        self._controls = controls
        self._training = training
        self._labels = labels
        self._history = History([*NAMES, *SCORE_COLUMNS, *LIVE])
        self._live = LiveScores()
        self._recent: list[tuple[float, int]] = []
        self._diagnosed = time.perf_counter()
        self._scored: list[dict[str, float]] = []
        self._last: tuple[int, float, dict[str, float]] = (-1, 0.0, {})
        """The newest row of the curves of a task with scores."""
        self._quality: Mapping[str, Any] = {}
        """The quality at the end of the run."""
        self._flagged = False
        """Whether the run has reached what a flag on its curve says."""
        self._logged: list[Intervention] = []
        self.last_words = ""
        self._cpu = None if training.step else time.process_time()
        """The processor's time when the run began; unknown of one that was resumed."""
        self.aside = 0.0
        """The processor's time that went into measuring and not into training."""

    def open(self, past: Mapping[str, Any]) -> None:
        """Go on behind the stored columns, and say what there is to be said once."""
        self._history.extend(past)
        training, state = self._training, self._training.state
        self._recorder.milestone = training.milestones.shown
        if state.task.scores:
            self._open_scores(past)
        if not state.task.interactive:
            self._recorder.measure(() if state.task.scores else LIVE)
            return
        data = state.source.data
        self._recorder.recent = RECENT
        facts: dict[str, Any] = {"bounds": bounds(data)}
        members: tuple[int, Any] | None = None
        if training.alone:
            self._recorder.measure(SCORES)
        else:
            facts["member_columns"] = [*NAMES, *SCORE_COLUMNS]
            if data.modes is not None:
                facts["centres"] = data.modes.tolist()
            self._scored = training.ensemble.measure()
            members = training.step, self._member_rows(())
        # A comparison has its snapshot at once: subplots that wait for a first tick look broken.
        first = not training.alone or not training.step
        sample = self._picture(training.snapshot()) if first else None
        self._recorder.write(facts=facts, sample=sample, members=members)

    def log(self, tick: Tick) -> None:
        """Write a tick down in one transaction."""
        training = self._training
        self.last_words = tick.words
        facts: dict[str, Any] = {
            "progress": {"step": tick.step, "seconds": tick.seconds, "speed": self._speed(tick)}
        }
        scalars, events = dict(tick.scalars), self._events(tick)
        members = None
        if training.state.task.interactive:
            measured = tick.end != "" or self._controls.scores_due(training)
            if measured:
                self._measure()
                scalars |= self._scored[0] if len(self._scored) == 1 else {}
            if tick.members and (measured or len(tick.members) <= SUBPLOTS):
                members = tick.step, self._member_rows(tick.members, measured)
        elif not training.state.task.scores:
            cpu = time.process_time()
            scalars |= self._live.of(tick, training)
            self.aside += time.process_time() - cpu
        self._history.add(tick.step, scalars)
        if not training.alone:
            facts["step_costs"] = training.ensemble.step_costs()
        if training.state.task.scores:
            self._recorder.measure(name for name in scalars if name not in NAMES)
            self._last = tick.step, tick.seconds, scalars
            if tick.snapshot:
                facts["results"] = self._score(scalars)
                events += self._flags(tick.step)
        if tick.snapshot:
            self._controls.keep(training)
        if tick.lost and not training.alone:
            facts["lost"] = {str(k): step for k, step in training.ensemble.lost.items()}
        now = time.perf_counter()
        if tick.end or now - self._diagnosed >= DIAGNOSIS_SECONDS:
            self._diagnosed = now
            facts["diagnosis"] = self.findings()
        if any(kind == "knob" for _, kind, _ in events):
            facts["config"] = training.config.to_json()
        self._recorder.write(
            facts=facts,
            metric=(tick.step, tick.seconds, scalars),
            members=members,
            events=events,
            sample=self._picture(tick.snapshot) if tick.snapshot else None,
        )

    def log_intervention(self, done: Intervention) -> None:
        """Write down at once which setting was changed by hand."""
        self._logged.append(done)
        if done.old == done.new:
            return
        self._recorder.write(
            facts={"config": self._training.config.to_json()},
            events=[(done.step, "knob", json.dumps(done.to_json()))],
        )

    def show(self, **facts: Any) -> None:
        """Write facts with a picture of this very step, and its scores where the task has some."""
        training, metric = self._training, None
        if training.state.task.scores:
            metric = self._last if self._last[0] == training.step else self._row({})
            facts["results"] = self._score(metric[2])
        sample = self._picture(training.snapshot())
        self._recorder.write(facts=facts, metric=metric, sample=sample)
        training.has_shown()

    def findings(self) -> list[dict[str, Any]]:
        """The state of the training and notes on it; of a comparison, each member's state."""
        if not self._training.config.adversarial:
            return []  # nobody plays
        if not self._training.alone:
            return [one.to_json() for one in self._member_findings(self._training.ensemble)]
        training = self._training
        evidence = Evidence.of(
            self._history.columns(),
            training.config,
            {"number_of_classes": self._live.classes or None},
            *(self._scored[:1] if training.state.task.interactive else ()),
            self._quality,
            step=training.step,
            share=training.state.progress,
            end=training.end,
        )
        return [one.to_json() for one in diagnose(evidence).findings]

    def close(self, quality: Mapping[str, Any], measure: bool = True) -> dict[str, Any]:
        """The facts that an end leaves behind: the last measures, findings and results.

        Without measure the last measures are those that there are: of a run that failed nothing
        may be measurable any more.
        """
        if measure:
            self._measure()
        self._quality = quality
        return {"diagnosis": self.findings(), "results": self._results(quality)}

    def take_back(self, step: int) -> dict[str, Any]:
        """Forget what was seen beyond step, where the training is again: the present facts."""
        self._history.forget_after(step)
        self._recent.clear()
        self._logged.clear()
        self._measure()
        return {"diagnosis": self.findings()}

    # --- inside -----------------------------------------------------------------------------------

    def _measure(self) -> None:
        """The scores that are cheap enough for a tick; none of pictures."""
        started = time.perf_counter()
        self._scored = self._training.ensemble.measure()
        if self._scored:
            self._controls.scored(time.perf_counter() - started)

    def _open_scores(self, past: Mapping[str, Any]) -> None:
        """Begin the curves of a task that is measured with its snapshots, also at step 0."""
        training, names = self._training, self._training.state.task.scores
        self._recorder.measure(names)
        if len(past["step"]) and past["step"][-1] == training.step:
            row = {name: float(values[-1]) for name, values in past.items()}
            self._last = self._row({name: v for name, v in row.items() if np.isfinite(v)})
        self.show()
        nothing = np.full(len(past["step"]), np.nan)
        rows = zip(*(past.get(name, nothing)[past["step"] > 0] for name in names), strict=True)
        before = (self._scored[0] | dict(zip(names, row, strict=True)) for row in rows)
        self._flagged = any(training.state.task.reached(training.state, row) for row in before)

    def _row(self, scalars: dict[str, float]) -> tuple[int, float, dict[str, float]]:
        """A row of the curves at this step."""
        return self._training.step, self._training.ensemble.seconds, scalars

    def _score(self, scalars: dict[str, float]) -> dict[str, float]:
        """Measure, add the task's scores to the scalars of a row, and return all that was found."""
        self._measure()
        found = self._scored[0]
        scalars |= {name: found[name] for name in self._training.state.task.scores}
        return found

    def _flags(self, step: int) -> list[tuple[int, str, str]]:
        """The flag of what the run has reached, the first time that it has."""
        state = self._training.state
        words = "" if self._flagged else state.task.reached(state, self._scored[0])
        self._flagged |= bool(words)
        return [(step, "note", words)] if words else []

    def _picture(self, snapshot: Snapshot) -> tuple[int, bytes]:
        """The snapshot as it is stored.

        That of a comparison on modes has 'places' (E, N) int8: the mode that each z falls into, or
        -1, the z in the order of their direction, so that neighbours in it are neighbours in z.
        """
        if not self._training.alone and "landscape" in snapshot.arrays:
            whole = self._training.ensemble
            data, fake = whole.source.data, torch.from_numpy(snapshot.arrays["fake"]).float()
            if data.modes is not None:
                where = places(fake, data.modes, data.std)[:, self._direction(whole)]
                arrays = {**snapshot.arrays, "places": where.to(torch.int8).numpy()}
                snapshot = Snapshot(snapshot.step, arrays)
        return snapshot.step, encode(snapshot)

    @staticmethod
    def _direction(whole: Ensemble) -> torch.Tensor:
        """The order (N,) of the shown z by their angle, or by their value if they have one only."""
        z = shown_z(whole.members[:1], CPU)[0]
        z = z - z.mean(0)
        return (z[:, 0] if z.shape[1] == 1 else torch.atan2(z[:, 1], z[:, 0])).argsort()

    def _member_rows(self, ticks: Any, measured: bool = True) -> np.ndarray[Any, Any]:
        """One row a member: the means of this tick and, if fresh, the measures."""
        table = np.full((len(self._labels), len(NAMES) + len(SCORE_COLUMNS)), np.nan, np.float32)
        for k, scalars in enumerate(ticks):
            table[k, : len(NAMES)] = [scalars[name] for name in NAMES]
        if measured:
            for k, scores in enumerate(self._scored):
                table[k, len(NAMES) :] = [scores.get(name, np.nan) for name in SCORE_COLUMNS]
        return table

    def _events(self, tick: Tick) -> list[tuple[int, str, str]]:
        """The interventions of a tick that a script made, or by which one player moved alone."""
        known = self._logged
        fresh = [one for one in tick.interventions if one not in known and one.old != one.new]
        self._logged.clear()
        kinds = {True: "move", False: "knob"}
        return [(one.step, kinds[one.name == MOVE], json.dumps(one.to_json())) for one in fresh]

    def _speed(self, tick: Tick) -> float:
        """Steps a second over the last two seconds of training."""
        self._recent.append((tick.seconds, tick.step))
        while len(self._recent) > 2 and tick.seconds - self._recent[0][0] > 2.0:
            self._recent.pop(0)
        (first_seconds, first_step), (seconds, step) = self._recent[0], self._recent[-1]
        if len(self._recent) == 1:
            return step / seconds if seconds else 0.0
        return (step - first_step) / max(seconds - first_seconds, 1e-9)

    def _member_findings(self, whole: Ensemble) -> list[Finding]:
        """The worst of each member by its name; of many members, how many do well."""
        share = max(state.progress for state in whole.states)
        worst = [
            diagnose(Evidence.of({}, config, scores, step=whole.step, share=share)).state
            for config, scores in zip(whole.members, self._scored, strict=True)
        ]
        if len(worst) > SUBPLOTS:
            good = sum(one.kind == "good" for one in worst)
            sentence = f"{good} of {len(worst)} reach every part of the data without smearing."
            return [Finding("note", "crowd", sentence)]
        findings = []
        for k, (label, one) in enumerate(zip(self._labels, worst, strict=True)):
            if k in whole.lost:
                sentence = f"{label}: diverged by step {whole.lost[k]:,}."
                findings.append(Finding("bad", "diverged", sentence))
            else:
                findings.append(Finding(one.kind, one.name, f"{label}: {one.sentence}"))
        return findings

    def _results(self, quality: Mapping[str, Any]) -> dict[str, Any]:
        """Means over the last tenth, samples a second D was shown, and the last measures."""
        whole, columns = self._training.ensemble, self._history.columns()
        last = max(1, len(columns["step"]) // 10)
        ends = {name: columns[name][-last:] for name in NAMES}
        means = {
            k: float(v[np.isfinite(v)].mean()) for k, v in ends.items() if np.isfinite(v).any()
        }
        shown = whole.step * whole.config.batch * max(1, whole.config.d_steps)
        speed = {
            f"{whole.task.samples}_per_second": shown / whole.seconds if whole.seconds else 0.0
        }
        if self._cpu is not None:
            speed["cpu_seconds"] = time.process_time() - self._cpu - self.aside
        finite = [{k: v for k, v in one.items() if np.isfinite(v)} for one in self._scored]
        if not self._training.alone:
            named = [
                {"label": label} | one for label, one in zip(self._labels, finite, strict=True)
            ]
            return means | speed | {"members": named}
        return means | (finite[0] if finite else {}) | numbers(quality) | speed
