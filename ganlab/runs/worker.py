"""The process that trains one run: ticks into its journal, commands out of it, checkpoints beside.

`python -m ganlab.runs.worker FOLDER [DEVICE]` works one run; the fork server and the command line
call `work` instead.
"""

import json
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from filelock import Timeout

from ganlab.checkpoint import load_run, save_run
from ganlab.config import RunConfig
from ganlab.errors import DiskFull, GanlabError, RunBusy
from ganlab.judge.scores import run_scores
from ganlab.metrics.health import Finding, diagnose, diagnose_points, worst_first
from ganlab.metrics.points import bounds, score_run
from ganlab.runs.history import History
from ganlab.runs.journal import Journal
from ganlab.runs.keepsakes import keep_now
from ganlab.runs.playing import RECENT, SCORES, Playing
from ganlab.runs.record import Record
from ganlab.runs.samples import encode
from ganlab.training.device import describe_device
from ganlab.training.loop import Training
from ganlab.training.state import is_points
from ganlab.training.strategies import NAMES
from ganlab.training.tick import MOVE, Intervention, Tick

CHECKPOINT_SECONDS = 15.0
DIAGNOSIS_SECONDS = 2.0
BUDGET_BYTES = 512 * 2**20
"""Room that one run may take on disk."""
IDLE_SECONDS = 0.02
"""How often a paused worker looks for commands."""

OnTick = Callable[[Tick, Training], None]


class Worker:
    """Trains one run until its budget is spent, it is stopped, or it fails."""

    def __init__(self, record: Record, device: str = "auto", on_tick: OnTick | None = None) -> None:
        self.record = record
        self._device = device
        self._on_tick = on_tick
        self._paused = False
        self._stop = ""
        self._checkpointed = self._diagnosed = time.perf_counter()
        self._recent: list[tuple[float, int]] = []
        self._history = History(NAMES)
        self._playing = Playing(record)
        self._scored: dict[str, float] = {}
        self._told: list[Intervention] = []

    def stop(self, why: str = "Stopped.") -> None:
        """Ask for an end at the next tick, with a checkpoint. Safe in a signal handler."""
        self._stop = why

    def run(self) -> str:
        """Train; the state in which it ended. Raises RunBusy if another worker has the run."""
        self.record.facts()  # a lock would make the folder of a deleted run anew
        lock = self.record.lock()
        try:
            lock.acquire(timeout=2.0)
        except Timeout:
            raise RunBusy(f"{self.record.id} is being trained by another process") from None
        try:
            self._journal = Journal(self.record, NAMES)
            return self._run()
        finally:
            lock.release()

    def _run(self) -> str:
        try:
            self._note(state="preparing", words="Loading the data and building the networks.")
            self._training = self._prepare()
            state, words = self._train()
        except GanlabError as error:
            state, words = "failed", str(error)
        except (MemoryError, torch.OutOfMemoryError):
            state, words = "failed", "Memory ran out: try a smaller batch or a smaller network."
        except Exception as error:
            traceback.print_exc()
            first = (str(error).splitlines() or [""])[0]
            state = "failed"
            words = f"It failed unexpectedly ({type(error).__name__}: {first}); see worker.log."
        return self._finish(state, words)

    # --- phases -----------------------------------------------------------------------------------

    def _prepare(self) -> Training:
        facts = self.record.facts()
        config = RunConfig.from_json(facts["config"])
        script = [Intervention(**one) for one in facts.get("script", ())]
        if self.record.checkpoint.exists():
            state = load_run(self.record.checkpoint, self._device, config, self._report)
            script = [one for one in script if one.step >= state.step]
            training = Training(config, state=state, script=script)
            if self._journal.forget_after(state.step):
                self._note(generation=facts.get("generation", 0) + 1)
        else:
            if self._journal.forget_after(-1):
                self._note(generation=facts.get("generation", 0) + 1)
            budget = {"steps": config.steps, "seconds": config.seconds}
            first = RunConfig.from_json(facts.get("initial", facts["config"]))
            config = first.with_values(budget)
            training = Training(config, device=self._device, report=self._report, script=script)
            self._note(initial=config.to_json(), config=config.to_json())
        training.halts = set(facts.get("halts", ()))
        self._playing.throttle.limit(facts.get("speed_limit", 0.0))
        self._history.extend(self.record.columns())
        device = training.state.device
        self._note(
            state="running", words="", device=device.type, device_name=describe_device(device)
        )
        if is_points(config):
            self._journal.measure(SCORES)
            self._journal.recent = RECENT
            self._note(bounds=bounds(training.state.source.data))
            if not training.state.step:
                self._journal.write(sample=(0, encode(training.snapshot())))
        else:
            real, _ = training.state.source.sample(64, seed=config.seed)
            self._note(real_count=len(training.state.source))
            self._store_real(real.cpu().numpy())
        return training

    def _train(self) -> tuple[str, str]:
        if self._training.state.step in self._training.halts:
            self._rest(self._training)
        while not (training := self._training).end:
            self._obey()
            if self._stop:
                return "stopped", self._stop
            training = self._training
            now = time.perf_counter()
            if self._paused and self._playing.is_left(training):
                return "stopped", "Stopped when nobody had looked for a while. Play goes on."
            if self._paused or self._playing.throttle.is_early(now):
                time.sleep(IDLE_SECONDS)
                continue
            self._playing.attend(training)
            self._log(training.advance(self._playing.throttle.steps(now)))
            if training.state.step in training.halts:
                self._rest(training)
            every = training.config.keep_every
            if every and training.state.step % every == 0 and not training.end:
                keep_now(self.record, training.state.step, partial(save_run, state=training.state))
            now = time.perf_counter()
            if now - self._checkpointed >= CHECKPOINT_SECONDS:
                self._save()
        if training.end == "diverged":
            return "diverged", self._last_words
        return "finished", "Finished: the budget is spent."

    def _finish(self, state: str, words: str) -> str:
        """Write the end down; the state in which it ended.

        A run that failed may stand in the middle of a step: it keeps its last whole checkpoint.
        """
        training = getattr(self, "_training", None)
        if training is not None and training.state.step and state != "failed":
            try:
                self._save()
            except GanlabError as error:
                state, words = "failed", str(error)
        try:
            if training is not None:
                self._scored = self._scores()
                self._note(diagnosis=self._findings(), results=self._results())
            self._note(state=state, words=words, ended=time.time())
            self._journal.write(events=[(self._step, "state", state)])
            self._journal.close()
        except GanlabError as error:
            # Nothing can be written any more: the log is all that is left to speak through.
            print(f"{state}: {words} ({error})", file=sys.stderr)  # noqa: T201
        return state

    # --- parts ------------------------------------------------------------------------------------

    @property
    def _step(self) -> int:
        training = getattr(self, "_training", None)
        return training.state.step if training else 0

    def _note(self, **facts: Any) -> None:
        self._journal.write(facts=facts)

    def _report(self, sentence: str, share: float) -> None:
        self._note(words=f"{sentence}: {share:.0%}" if share < 1 else sentence)

    def _store_real(self, pictures: Any) -> None:
        from ganlab.runs.samples import sprite, to_png

        (self.record.folder / "real.png").write_bytes(to_png(sprite(pictures)))

    def _log(self, tick: Tick) -> None:
        self._last_words = tick.words
        self._history.add(tick.step, tick.scalars)
        facts: dict[str, Any] = {
            "progress": {"step": tick.step, "seconds": tick.seconds, "speed": self._speed(tick)}
        }
        scalars, events = dict(tick.scalars), self._events(tick)
        if is_points(self._training.config):
            if tick.end or self._playing.scores_due():
                self._scored = self._scores()
                scalars |= self._scored
            if tick.snapshot:
                self._playing.keep(self._training)
        now = time.perf_counter()
        if tick.end or now - self._diagnosed >= DIAGNOSIS_SECONDS:
            self._diagnosed = now
            facts["diagnosis"] = self._findings()
        if events:
            facts["config"] = self._training.config.to_json()
        self._journal.write(
            facts=facts,
            metric=(tick.step, tick.seconds, scalars),
            events=events,
            sample=(tick.step, encode(tick.snapshot)) if tick.snapshot else None,
        )
        if self._on_tick:
            self._on_tick(tick, self._training)

    def _events(self, tick: Tick) -> list[tuple[int, str, str]]:
        """The interventions of a tick that a script made, or by which one player moved alone."""
        fresh = [one for one in tick.interventions if one not in self._told and one.old != one.new]
        self._told.clear()
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

    def _findings(self) -> list[dict[str, str]]:
        findings: list[Finding] = diagnose(self._history.columns())
        if scores := self._scored:
            findings = worst_first([*diagnose_points(scores), *findings])
        return [finding.to_json() for finding in findings]

    def _scores(self) -> dict[str, float]:
        """The measures of a run on points; none of pictures, which a tick cannot afford."""
        state = self._training.state
        return score_run(state)[0] if is_points(state.config) else {}

    def _results(self) -> dict[str, float]:
        """Means over the last tenth, pictures a second D was shown, and the scores of digits."""
        state, columns = self._training.state, self._history.columns()
        last = max(1, len(columns["step"]) // 10)
        ends = {name: columns[name][-last:] for name in NAMES}
        means = {
            k: float(v[np.isfinite(v)].mean()) for k, v in ends.items() if np.isfinite(v).any()
        }
        scores = {k: v for k, v in self._scored.items() if np.isfinite(v)}
        shown = state.step * state.config.batch * max(1, state.config.d_steps)
        name = "points_per_second" if is_points(state.config) else "images_per_second"
        speed = {name: shown / state.seconds if state.seconds else 0.0}
        return means | scores | run_scores(state) | speed

    def _save(self) -> None:
        save_run(self.record.checkpoint, self._training.state)
        self._note(checkpoint_step=self._training.state.step)
        self._checkpointed = time.perf_counter()
        used = self.record.disk_bytes()
        if used > BUDGET_BYTES:
            raise DiskFull(
                f"the run has used {used / 2**20:.0f} MB of its {BUDGET_BYTES / 2**20:.0f} MB on "
                "disk: download what you need and start a new one"
            )

    # --- commands ---------------------------------------------------------------------------------

    def _obey(self) -> None:
        for number, verb, argument in self._journal.commands():
            try:
                self._do(verb, **json.loads(argument))
                self._journal.answer(number, "")
            except KeyError as error:
                self._journal.answer(number, f"{verb} knows no {error.args[0]}, or misses it.")
            except (GanlabError, TypeError, ValueError) as error:
                self._journal.answer(number, str(error) or "That cannot be done.")

    def _do(self, verb: str, **argument: Any) -> None:
        if verb == "pause":
            self._paused = True
            if is_points(self._training.config):
                self._show_now()
            self._note(state="paused", words="Paused. It can go on from here.")
            self._save()
        elif verb == "resume":
            self._paused = False
            self._playing.rewind.clear()
            self._note(state="running", words="")
        elif verb == "stop":
            self.stop()
        elif verb == "step":
            if not self._paused:
                raise ValueError("pause the run before stepping it")
            self._step_by_hand(int(argument.get("count", 1)), str(argument.get("who", "both")))
        elif verb == "undo":
            self._undo()
        elif verb == "speed":
            self._playing.throttle.limit(float(argument["rate"]))
            self._note(speed_limit=self._playing.throttle.rate)
        elif verb == "restart":
            self._restart(RunConfig.from_json(argument["config"]))
        elif verb == "turn":
            self._turn(argument["name"], argument["value"])
        else:
            raise ValueError(f"a worker knows no command {verb!r}")

    def _rest(self, training: Training) -> None:
        """Pause at a step where that was asked for, such as the one of a shared picture."""
        training.halts.discard(training.state.step)
        self._paused = True
        words = f"Resting at step {training.state.step:,}. Play or Step goes on from here."
        self._show_now(state="paused", words=words, halts=sorted(training.halts))
        self._save()

    def _step_by_hand(self, count: int, who: str) -> None:
        if who not in ("both", "D", "G") or not 1 <= count <= 1000:
            raise ValueError(f"a step is made by both, D or G, 1 to 1000 times, got {who}, {count}")
        if is_points(self._training.config):
            self._playing.rewind.push(self._training)
        tick = self._training.advance(count, who)
        if not tick.snapshot:
            tick = replace(tick, snapshot=self._training.snapshot())
        self._log(tick)

    def _undo(self) -> None:
        if not self._paused:
            raise ValueError("pause the run before taking a step back")
        step = self._playing.rewind.pop(self._training)
        self._journal.forget_after(step)
        self._playing.keepsakes.forget_after(step)
        self._note(
            generation=self.record.facts().get("generation", 0) + 1,
            config=self._training.config.to_json(),
            progress={"step": step, "seconds": self._training.state.seconds, "speed": 0.0},
        )

    def _restart(self, config: RunConfig) -> None:
        """Begin again at step 0, with what is asked for, in the same run."""
        if not is_points(config):
            raise ValueError("only a run on points can be reset: start a new run instead")
        self.record.checkpoint.unlink(missing_ok=True)
        self._playing.start_again()
        self._history, self._recent, self._scored = History(NAMES), [], {}
        facts: dict[str, Any] = {"config": config.to_json(), "initial": config.to_json()}
        facts["resets"] = self.record.facts().get("resets", 0) + 1
        progress = {"step": 0, "seconds": 0.0, "speed": 0.0}
        self._note(**facts, script=[], halts=[], progress=progress, diagnosis=[], results={})
        self._training = self._prepare()
        if self._paused:
            self._note(state="paused", words="Back at step 0. Play or Step goes on from here.")

    def _show_now(self, **facts: Any) -> None:
        """Write facts with a picture of this very step."""
        snapshot = self._training.snapshot()
        self._journal.write(facts=facts, sample=(snapshot.step, encode(snapshot)))

    def _turn(self, name: str, value: Any) -> None:
        done = self._training.turn(name, value)
        self._told.append(done)
        if done.old == done.new:
            return
        self._journal.write(
            facts={"config": self._training.config.to_json()},
            events=[(done.step, "knob", json.dumps(done.to_json()))],
        )


def work(record: Record, device: str = "auto", on_tick: OnTick | None = None) -> str:
    """Train the run in this process to its end; its last state. SIGTERM and Ctrl-C stop it well."""
    worker = Worker(record, device, on_tick)
    before = {
        number: signal.signal(number, lambda *_: worker.stop("Stopped from outside."))
        for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        return worker.run()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def main() -> None:
    """Work the run whose folder is the first argument, on the device of the second."""
    torch.set_num_threads(1)
    device = sys.argv[2] if len(sys.argv) > 2 else "auto"
    work(Record(Path(sys.argv[1])), device)


if __name__ == "__main__":
    main()
