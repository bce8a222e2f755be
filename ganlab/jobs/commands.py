"""What viewers ask of a worker: pause, step, undo, change a setting, begin again."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

from ganlab.config import RunConfig
from ganlab.errors import GanlabError
from ganlab.jobs.controls import Controls
from ganlab.jobs.folder import RunFolder
from ganlab.jobs.logger import RunLogger
from ganlab.jobs.recorder import Recorder
from ganlab.training.loop import Training
from ganlab.training.state import task_of


class Commanded(Protocol):
    """What commands act on: the worker of a run, between two ticks."""

    record: RunFolder
    recorder: Recorder
    controls: Controls
    logger: RunLogger
    training: Training
    paused: bool
    measure_next: bool
    """Whether the quality of the run is to be measured before the next tick."""

    def note(self, **facts: Any) -> None:
        """Write facts into the run's record."""

    def prepare(self) -> None:
        """Build the training as the record says."""

    def save(self) -> None:
        """Write a checkpoint now."""

    def stop(self, why: str = ...) -> None:
        """Ask for an end at the next tick."""


class Commands:
    """Carries out the commands in a run's record, in the order in which they came."""

    def __init__(self, worker: Commanded) -> None:
        self._worker = worker
        self._verbs: dict[str, Callable[..., None]] = {
            "pause": self._pause,
            "resume": self._resume,
            "stop": worker.stop,
            "step": self._step,
            "undo": self._undo,
            "speed": self._limit_speed,
            "restart": self._restart,
            "turn": self._set_live,
            "measure": self._measure,
        }
        self._later: list[tuple[int, str, str]] = []

    def carry_out(self, only: str = "") -> None:
        """Do what was asked since the last call; with `only` that verb, and the others later."""
        waiting, self._later = [*self._later, *self._worker.recorder.commands()], []
        for number, verb, argument in waiting:
            if only and verb != only:
                self._later.append((number, verb, argument))
                continue
            try:
                if verb not in self._verbs:
                    raise ValueError(f"a worker knows no command {verb!r}")
                self._verbs[verb](**json.loads(argument))
                answer = ""
            except (GanlabError, ValueError) as error:
                answer = str(error) or "That cannot be done."
            except TypeError:
                answer = f"{verb} knows no such argument or misses one, got {argument}."
            self._worker.recorder.answer(number, answer)

    def pause_here(self) -> None:
        """Pause at a breakpoint, such as the step of a shared picture."""
        worker, breakpoints = self._worker, self._worker.training.schedule.breakpoints
        step = worker.training.step
        breakpoints.discard(step)
        worker.paused = True
        words = f"Resting at step {step:,}. Play or Step goes on from here."
        worker.logger.show(state="paused", words=words, halts=sorted(breakpoints))
        worker.save()

    # --- the verbs --------------------------------------------------------------------------------

    def _pause(self) -> None:
        worker = self._worker
        worker.paused = True
        task = worker.training.state.task
        if task.interactive or task.scores:
            worker.logger.show()
        worker.note(state="paused", words="Paused. It can go on from here.")
        worker.save()

    def _resume(self) -> None:
        self._worker.paused = False
        self._worker.controls.undo_history.clear()
        state = self._worker.training.state
        self._worker.note(state="running", words=state.task.remark(state))

    def _step(self, count: int = 1, who: str = "both") -> None:
        worker, training = self._worker, self._worker.training
        if not worker.paused:
            raise ValueError("pause the run before stepping it")
        if who not in ("both", "D", "G") or not 1 <= int(count) <= 1000:
            raise ValueError(f"a step is made by both, D or G, 1 to 1000 times, got {who}, {count}")
        if training.state.task.interactive:
            worker.controls.undo_history.push(training)
        tick = training.advance(int(count), who)
        if not tick.snapshot:
            tick = replace(tick, snapshot=training.snapshot())
        worker.logger.log(tick)

    def _undo(self) -> None:
        worker, training = self._worker, self._worker.training
        if not worker.paused:
            raise ValueError("pause the run before taking a step back")
        step = worker.controls.undo_history.pop(training)
        worker.recorder.forget_after(step)
        worker.controls.kept_states.forget_after(step)
        worker.note(
            **worker.logger.take_back(step),
            generation=worker.record.facts().get("generation", 0) + 1,
            config=training.config.to_json(),
            progress={"step": step, "seconds": training.ensemble.seconds, "speed": 0.0},
        )

    def _limit_speed(self, rate: float) -> None:
        throttle = self._worker.controls.throttle
        throttle.limit(float(rate))
        self._worker.note(speed_limit=throttle.rate)

    def _restart(self, config: dict[str, Any]) -> None:
        """Begin again at step 0, with this configuration, in the same run."""
        worker, new = self._worker, RunConfig.from_json(config)
        if not task_of(new).interactive:
            raise ValueError("only a run on points can be reset: start a new run instead")
        worker.record.checkpoint.unlink(missing_ok=True)
        worker.controls.start_again()
        facts: dict[str, Any] = {"config": new.to_json(), "initial": new.to_json()}
        facts["resets"] = worker.record.facts().get("resets", 0) + 1
        progress = {"step": 0, "seconds": 0.0, "speed": 0.0}
        facts |= {"script": [], "halts": [], "diagnosis": [], "results": {}, "lost": {}}
        worker.note(**facts, progress=progress)
        worker.prepare()
        if worker.paused:
            worker.note(state="paused", words="Back at step 0. Play or Step goes on from here.")

    def _set_live(self, name: str, value: Any) -> None:
        self._worker.logger.log_intervention(self._worker.training.set_live(name, value))

    def _measure(self) -> None:
        if self._worker.training.state.task.interactive:
            raise ValueError("points are measured all the time: only pictures are on demand")
        self._worker.measure_next = True
