"""The process that trains one run: ticks into its record, commands out of it, checkpoints.

A click on Pause: `pages/widgets/run_controls` → `Hub.command` → the table `command` in the folder
of the run → `Commands` → `Worker.paused`, which `Worker._train` reads between two ticks.

`python -m ganlab.jobs.worker FOLDER [DEVICE]` works one run; the fork server and the command line
call `work` instead.
"""

import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from filelock import Timeout

from ganlab.config.fit import PAIRS
from ganlab.config.variants import Variant
from ganlab.device import describe_device
from ganlab.errors import DiskFull, GanlabError, RunBusy
from ganlab.evaluation.quick import N as QUICK_N
from ganlab.formatting import percent
from ganlab.jobs.commands import Commands
from ganlab.jobs.controls import Controls
from ganlab.jobs.evaluation import measured_at, stoppable
from ganlab.jobs.folder import RunFolder
from ganlab.jobs.info import SUPERRES
from ganlab.jobs.logger import RunLogger
from ganlab.jobs.quick_evaluation import QuickEvaluations
from ganlab.jobs.recorder import Recorder
from ganlab.jobs.samples import COLUMNS, sprite, to_png
from ganlab.jobs.superres import leave_network, load_features
from ganlab.training.checkpoint import load_run, save_run
from ganlab.training.loop import Training
from ganlab.training.strategies import NAMES
from ganlab.training.threads import use_free_threads
from ganlab.training.tick import Intervention, Tick

CHECKPOINT_SECONDS = 15.0
BUDGET_BYTES = 512 * 2**20
"""Room that one run may take on disk; kept states and samples make way before it ends for it."""
IDLE_SECONDS = 0.02
"""How often a paused worker looks for commands."""

OnTick = Callable[[Tick, Training], None]


class Worker:
    """Trains one run until its budget is spent, it is stopped, or it fails."""

    training: Training
    logger: RunLogger
    recorder: Recorder

    def __init__(
        self,
        record: RunFolder,
        device: str = "auto",
        on_tick: OnTick | None = None,
        spread: bool = False,
    ) -> None:
        self.record = record
        self.controls = Controls(record)
        self.paused = False
        self.measure_next = False
        """Whether somebody asked for the quality of the run as it is."""
        self._device = device
        self._spread = spread
        self._on_tick = on_tick
        self._stop = ""
        self._stops = 0
        self._checkpointed = time.perf_counter()

    def stop(self, why: str = "Stopped.") -> None:
        """Ask for an end at the next tick, with a checkpoint. Safe in a signal handler."""
        self._stop = why
        self._stops += 1

    def run(self) -> str:
        """Train; the state in which it ended. Raises RunBusy if another worker has the run."""
        self.record.facts()  # a lock would make the folder of a deleted run again
        lock = self.record.lock()
        try:
            lock.acquire(timeout=2.0)
        except Timeout:
            raise RunBusy(f"{self.record.id} is being trained by another process") from None
        try:
            self.recorder = Recorder(self.record, NAMES)
            return self._run()
        finally:
            lock.release()

    def note(self, **facts: Any) -> None:
        """Write facts into the run's record."""
        self.recorder.write(facts=facts)

    def prepare(self) -> None:
        """Build the training as the record says: from its checkpoint, or from step 0."""
        facts = self.record.facts()
        if facts.get("kind") == SUPERRES:
            load_features(self.record.config(facts), facts.get("preset", ""))
        resumed = self.record.checkpoint.exists()
        self.training = training = (self._resumed if resumed else self._begun)(facts)
        if self.recorder.forget_after(training.step if resumed else -1):
            self.note(generation=facts.get("generation", 0) + 1)
        training.schedule.breakpoints.update(facts.get("halts", ()))
        self.controls.throttle.limit(facts.get("speed_limit", 0.0))
        labels = [Variant.parse(one).label for one in facts.get("variants", ())]
        self.logger = RunLogger(self.recorder, self.controls, training, labels)
        state = training.state
        if self._spread and state.task.wide:
            use_free_threads()
        self.note(
            state="running",
            words=state.task.remark(state),
            device=state.device.type,
            device_name=describe_device(state.device),
            threads=torch.get_num_threads(),
        )
        self.logger.open(self.record.columns())
        if (real := state.task.shown_real(state)) is not None:
            (self.record.folder / "real.png").write_bytes(
                to_png(sprite(real, min(COLUMNS, len(real))))
            )
        if count := state.task.real_count(state.source):
            self.note(real_count=count)

    def save(self) -> None:
        """Write a checkpoint now, and keep the run within its room on disk."""
        save_run(self.record.checkpoint, self.training.ensemble)
        if self.training.state.task.name == PAIRS:
            leave_network(self.record, self.training.state, torch.get_num_threads())
        self.note(checkpoint_step=self.training.step)
        self._checkpointed = time.perf_counter()
        if self._spread and self.training.state.task.wide:  # a neighbour may have come, or gone
            use_free_threads(own=torch.get_num_threads())
        self._stay_in_budget()
        words = self.controls.kept_states.words
        if words and not self.paused:
            self.note(words=words)

    # --- phases -----------------------------------------------------------------------------------

    def _run(self) -> str:
        try:
            self.note(state="preparing", words="Loading the data and building the networks.")
            self.prepare()
            self._commands = Commands(self)
            self._quick_evaluations = QuickEvaluations(
                any(row["n"] <= QUICK_N for row in self.record.qualities())
            )
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

    def _train(self) -> tuple[str, str]:
        commands, controls = self._commands, self.controls
        if self.training.step in self.training.schedule.breakpoints:
            commands.pause_here()
        while not self.training.end:
            commands.carry_out()
            if self._stop:
                return "stopped", self._stop
            if self.measure_next:
                self.measure_next = False
                self._measure()
            training = self.training  # a reset replaces it
            now = time.perf_counter()
            if self.paused and controls.is_left(training):
                return "stopped", "Stopped when nobody had looked for a while. Play goes on."
            if self.paused or controls.throttle.is_early(now):
                time.sleep(IDLE_SECONDS)
                continue
            controls.attend(training)
            self._log(training.advance(controls.throttle.steps(now)))
            if training.step in training.schedule.breakpoints:
                commands.pause_here()
            controls.keep_what_is_asked(training)
            if self._quick_evaluations.due(training):
                self._evaluate_quickly()
            if time.perf_counter() - self._checkpointed >= CHECKPOINT_SECONDS:
                self.save()
        if self.training.end == "diverged":
            return "diverged", self.logger.last_words
        return "finished", "Finished: the budget is spent."

    def _finish(self, state: str, words: str) -> str:
        """Write the end down; the state in which it ended.

        A run that failed may be in the middle of a step: it keeps its last whole checkpoint.
        """
        training = getattr(self, "training", None)
        if training is not None and training.step and state != "failed":
            try:
                self.save()
            except GanlabError as error:
                state, words = "failed", str(error)
        try:
            if self.controls.kept_states.words and state != "failed":
                words = f"{words} {self.controls.kept_states.words}"
            if training is not None:
                if state != "failed" and self._quick_evaluations.taken:
                    self._evaluate_quickly()  # so that its curve reaches the end
                quality = self._measure() if state != "failed" else {}
                self.note(**self.logger.close(quality, measure=state != "failed"))
            self.note(state=state, words=words, ended=time.time())
            step = training.step if training is not None else 0
            self.recorder.write(events=[(step, "state", state)])
            self.recorder.close()
        except GanlabError as error:
            # Nothing can be written any more: the log is all that is left to speak through.
            print(f"{state}: {words} ({error})", file=sys.stderr)  # noqa: T201
        return state

    # --- parts ------------------------------------------------------------------------------------

    def _resumed(self, facts: dict[str, Any]) -> Training:
        config = self.record.config(facts)
        whole = load_run(self.record.checkpoint, self._device, config, self._report)
        self.note(config=config.to_json())
        return Training(config, state=whole, script=_script(facts, whole.step))

    def _begun(self, facts: dict[str, Any]) -> Training:
        asked = self.record.config(facts)
        first = self.record.config(facts | {"config": facts.get("initial", facts["config"])})
        config = first.with_values({"steps": asked.steps, "seconds": asked.seconds})
        training = Training(
            config,
            facts.get("variants") or (),
            device=self._device,
            start=self.record.start if self.record.start.is_file() else None,
            report=self._report,
            script=_script(facts, 0),
        )
        self.note(initial=config.to_json(), config=config.to_json())
        return training

    def _report(self, sentence: str, share: float) -> None:
        self.note(words=f"{sentence}: {percent(share)}" if share < 1 else sentence)

    def _measure(self) -> dict[str, Any]:
        """Measure the run as it is and write it down; given up when asked to stop now."""
        go_on, cpu = self._unstopped(), time.process_time()
        found = measured_at(self.training.state, self.record, self.note, go_on)
        self.logger.aside += time.process_time() - cpu
        facts = self.record.facts()
        if found and (go_on() or "quality" not in facts):
            self.recorder.write(facts={"quality": found}, quality=found)
        self.note(measured=facts.get("measured", 0) + 1)
        return found

    def _evaluate_quickly(self) -> None:
        """Evaluate the run quickly and write it down; given up when asked to stop."""
        cpu = time.process_time()
        found = self._quick_evaluations.take(self.training.state, stoppable(self._unstopped()))
        self.logger.aside += time.process_time() - cpu
        self.recorder.write(quality=found)

    def _unstopped(self) -> Callable[[], bool]:
        """A question to ask now and then: whether nobody has asked the worker to stop since."""
        stops = self._stops

        def go_on() -> bool:
            self._commands.carry_out(only="stop")
            return self._stops == stops

        return go_on

    def _log(self, tick: Tick) -> None:
        self.logger.log(tick)
        if self._on_tick:
            self._on_tick(tick, self.training)

    def _stay_in_budget(self) -> None:
        """Drop kept states and then samples; DiskFull if what must stay is too much itself."""
        if self.record.disk_bytes() > BUDGET_BYTES:
            self.recorder.settle()
        while (used := self.record.disk_bytes()) > BUDGET_BYTES:
            if not self.controls.kept_states.give_way() and not self.recorder.give_way():
                raise DiskFull(
                    f"the checkpoint and the curves take {used / 2**20:.0f} MB on disk, and a run "
                    f"may take {BUDGET_BYTES / 2**20:.0f} MB: choose smaller networks"
                )


def _script(facts: dict[str, Any], step: int) -> list[Intervention]:
    """What is still to be done of the run's script."""
    entries = [Intervention(**one) for one in facts.get("script", ())]
    return [one for one in entries if one.step >= step]


def work(
    record: RunFolder, device: str = "auto", on_tick: OnTick | None = None, spread: bool = False
) -> str:
    """Train the run in this process to its end; its last state. SIGTERM and Ctrl-C stop it well.

    With spread a task of large steps takes the cores that nobody else uses.
    """
    worker = Worker(record, device, on_tick, spread)
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
    work(RunFolder(Path(sys.argv[1])), device, spread=True)


if __name__ == "__main__":
    main()
