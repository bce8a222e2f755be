"""What viewers ask of a worker: pause, step, undo, turn a knob, begin again."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ganlab.config import RunConfig
from ganlab.errors import GanlabError
from ganlab.jobs.workplace import Desk
from ganlab.training.state import is_points


class Commands:
    """Answers the commands in a run's journal, in the order in which they came."""

    def __init__(self, desk: Desk, stop: Callable[[], None]) -> None:
        self._desk = desk
        self._verbs: dict[str, Callable[..., None]] = {
            "pause": self._pause,
            "resume": self._resume,
            "stop": stop,
            "step": self._step,
            "undo": self._undo,
            "speed": self._limit_speed,
            "restart": self._restart,
            "turn": self._turn,
            "measure": self._measure,
        }
        self._later: list[tuple[int, str, str]] = []

    def obey(self, only: str = "") -> None:
        """Do what was asked since the last look; with `only` that verb, and the others later."""
        waiting, self._later = [*self._later, *self._desk.recorder.commands()], []
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
            self._desk.recorder.answer(number, answer)

    def rest(self) -> None:
        """Pause at a step where that was asked for, such as the one of a shared picture."""
        desk, breakpoints = self._desk, self._desk.training.schedule.breakpoints
        step = desk.training.state.step
        breakpoints.discard(step)
        desk.paused = True
        words = f"Resting at step {step:,}. Play or Step goes on from here."
        desk.logger.show(state="paused", words=words, halts=sorted(breakpoints))
        desk.save()

    # --- the verbs --------------------------------------------------------------------------------

    def _pause(self) -> None:
        desk = self._desk
        desk.paused = True
        if is_points(desk.training.config):
            desk.logger.show()
        desk.note(state="paused", words="Paused. It can go on from here.")
        desk.save()

    def _resume(self) -> None:
        self._desk.paused = False
        self._desk.controls.undo_history.clear()
        self._desk.note(state="running", words="")

    def _step(self, count: int = 1, who: str = "both") -> None:
        desk, training = self._desk, self._desk.training
        if not desk.paused:
            raise ValueError("pause the run before stepping it")
        if who not in ("both", "D", "G") or not 1 <= int(count) <= 1000:
            raise ValueError(f"a step is made by both, D or G, 1 to 1000 times, got {who}, {count}")
        if is_points(training.config):
            desk.controls.undo_history.push(training)
        tick = training.advance(int(count), who)
        if not tick.snapshot:
            tick = replace(tick, snapshot=training.snapshot())
        desk.logger.log(tick)

    def _undo(self) -> None:
        desk, training = self._desk, self._desk.training
        if not desk.paused:
            raise ValueError("pause the run before taking a step back")
        step = desk.controls.undo_history.pop(training)
        desk.recorder.forget_after(step)
        desk.controls.kept_states.forget_after(step)
        desk.note(
            **desk.logger.take_back(step),
            generation=desk.record.facts().get("generation", 0) + 1,
            config=training.config.to_json(),
            progress={"step": step, "seconds": training.state.seconds, "speed": 0.0},
        )

    def _limit_speed(self, rate: float) -> None:
        throttle = self._desk.controls.throttle
        throttle.limit(float(rate))
        self._desk.note(speed_limit=throttle.rate)

    def _restart(self, config: dict[str, Any]) -> None:
        """Begin again at step 0, with what is asked for, in the same run."""
        desk, wanted = self._desk, RunConfig.from_json(config)
        if not is_points(wanted):
            raise ValueError("only a run on points can be reset: start a new run instead")
        desk.record.checkpoint.unlink(missing_ok=True)
        desk.controls.start_again()
        facts: dict[str, Any] = {"config": wanted.to_json(), "initial": wanted.to_json()}
        facts["resets"] = desk.record.facts().get("resets", 0) + 1
        progress = {"step": 0, "seconds": 0.0, "speed": 0.0}
        facts |= {"script": [], "halts": [], "diagnosis": [], "results": {}, "lost": {}}
        desk.note(**facts, progress=progress)
        desk.prepare()
        if desk.paused:
            desk.note(state="paused", words="Back at step 0. Play or Step goes on from here.")

    def _turn(self, name: str, value: Any) -> None:
        self._desk.logger.tell(self._desk.training.set_live(name, value))

    def _measure(self) -> None:
        if is_points(self._desk.training.config):
            raise ValueError("points are measured all the time: only pictures are on demand")
        self._desk.measure = True
