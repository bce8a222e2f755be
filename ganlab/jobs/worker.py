"""The process that trains one run: ticks into its journal, commands out of it, checkpoints beside.

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

from ganlab.errors import DiskFull, GanlabError, RunBusy
from ganlab.evaluation.quick import N as QUICK_N
from ganlab.jobs.commands import Commands
from ganlab.jobs.dispatch import worker_of_kind
from ganlab.jobs.evaluation import measured_at, quickly_evaluated
from ganlab.jobs.folder import RunFolder
from ganlab.jobs.quick_evaluation import QuickEvaluations
from ganlab.jobs.workplace import Desk
from ganlab.training.checkpoint import save_run
from ganlab.training.comparison import Race
from ganlab.training.loop import Training
from ganlab.training.tick import Tick

CHECKPOINT_SECONDS = 15.0
BUDGET_BYTES = 512 * 2**20
"""Room that one run may take on disk; kept states and samples make way before it ends for it."""
IDLE_SECONDS = 0.02
"""How often a paused worker looks for commands."""

OnTick = Callable[[Tick, Training | Race], None]


class Worker:
    """Trains one run until its budget is spent, it is stopped, or it fails."""

    def __init__(
        self, record: RunFolder, device: str = "auto", on_tick: OnTick | None = None
    ) -> None:
        self.record = record
        self._device = device
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
        self.record.facts()  # a lock would make the folder of a deleted run anew
        lock = self.record.lock()
        try:
            lock.acquire(timeout=2.0)
        except Timeout:
            raise RunBusy(f"{self.record.id} is being trained by another process") from None
        try:
            self._desk = Desk(self.record, self._device, lambda: self._save())
            return self._run()
        finally:
            lock.release()

    def _run(self) -> str:
        try:
            self._desk.note(state="preparing", words="Loading the data and building the networks.")
            self._prepare()
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

    def _prepare(self) -> None:
        self._desk.prepare()
        self._commands = Commands(self._desk, self.stop)
        self._quick_evaluations = QuickEvaluations(
            any(row["n"] <= QUICK_N for row in self.record.qualities())
        )

    def _train(self) -> tuple[str, str]:
        desk, commands = self._desk, self._commands
        if desk.training.state.step in desk.training.schedule.breakpoints:
            commands.rest()
        while not desk.training.end:
            commands.obey()
            if self._stop:
                return "stopped", self._stop
            if desk.measure:
                desk.measure = False
                self._measure()
            training = desk.training
            now = time.perf_counter()
            if desk.paused and desk.controls.is_left(training):
                return "stopped", "Stopped when nobody had looked for a while. Play goes on."
            if desk.paused or desk.controls.throttle.is_early(now):
                time.sleep(IDLE_SECONDS)
                continue
            desk.controls.attend(training)
            self._log(training.advance(desk.controls.throttle.steps(now)))
            if training.state.step in training.schedule.breakpoints:
                commands.rest()
            desk.controls.keep_what_is_asked(training)
            if self._quick_evaluations.due(training):
                self._evaluate_quickly()
            if time.perf_counter() - self._checkpointed >= CHECKPOINT_SECONDS:
                self._save()
        if desk.training.end == "diverged":
            return "diverged", desk.logger.last_words
        return "finished", "Finished: the budget is spent."

    def _finish(self, state: str, words: str) -> str:
        """Write the end down; the state in which it ended.

        A run that failed may stand in the middle of a step: it keeps its last whole checkpoint.
        """
        desk = self._desk
        training = getattr(desk, "training", None)
        if training is not None and training.state.step and state != "failed":
            try:
                self._save()
            except GanlabError as error:
                state, words = "failed", str(error)
        try:
            if desk.controls.kept_states.words and state != "failed":
                words = f"{words} {desk.controls.kept_states.words}"
            if training is not None:
                if state != "failed" and self._quick_evaluations.taken:
                    self._evaluate_quickly()  # so that its curve reaches the end
                quality = self._measure() if state != "failed" else {}
                desk.note(**desk.logger.close(quality))
            desk.note(state=state, words=words, ended=time.time())
            step = training.state.step if training is not None else 0
            desk.recorder.write(events=[(step, "state", state)])
            desk.recorder.close()
        except GanlabError as error:
            # Nothing can be written any more: the log is all that is left to speak through.
            print(f"{state}: {words} ({error})", file=sys.stderr)  # noqa: T201
        return state

    # --- parts ------------------------------------------------------------------------------------

    def _measure(self) -> dict[str, Any]:
        """Measure the run as it stands and write it down; given up when it is told to stop now."""
        wanted = self._unstopped()
        found = measured_at(self._desk, wanted)
        facts = self.record.facts()
        if found and (wanted() or "quality" not in facts):
            self._desk.recorder.write(facts={"quality": found}, quality=found)
        self._desk.note(measured=facts.get("measured", 0) + 1)
        return found

    def _evaluate_quickly(self) -> None:
        """Glance at the run as it stands and write it down; given up when it is told to stop."""
        found = quickly_evaluated(self._desk, self._quick_evaluations, self._unstopped())
        self._desk.recorder.write(quality=found)

    def _unstopped(self) -> Callable[[], bool]:
        """A question to ask now and then: whether nobody has told the worker to stop since."""
        stops = self._stops

        def wanted() -> bool:
            self._commands.obey(only="stop")
            return self._stops == stops

        return wanted

    def _log(self, tick: Tick) -> None:
        self._desk.logger.log(tick)
        if self._on_tick:
            self._on_tick(tick, self._desk.training)

    def _save(self) -> None:
        state = self._desk.training.state
        save_run(self.record.checkpoint, state)
        self._desk.note(checkpoint_step=state.step)
        self._checkpointed = time.perf_counter()
        self._stay_in_budget()
        words = self._desk.controls.kept_states.words
        if words and not self._desk.paused:
            self._desk.note(words=words)

    def _stay_in_budget(self) -> None:
        """Let kept states and then samples go; DiskFull if what must stay is too much itself."""
        desk = self._desk
        if self.record.disk_bytes() > BUDGET_BYTES:
            desk.recorder.settle()
        while (used := self.record.disk_bytes()) > BUDGET_BYTES:
            if not desk.controls.kept_states.give_way() and not desk.recorder.give_way():
                raise DiskFull(
                    f"the checkpoint and the curves take {used / 2**20:.0f} MB on disk, and a run "
                    f"may take {BUDGET_BYTES / 2**20:.0f} MB: choose smaller networks"
                )


def work(record: RunFolder, device: str = "auto", on_tick: OnTick | None = None) -> str:
    """Train the run in this process to its end; its last state. SIGTERM and Ctrl-C stop it well."""
    worker = worker_of_kind(record, device, on_tick) or Worker(record, device, on_tick)
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
    work(RunFolder(Path(sys.argv[1])), device)


if __name__ == "__main__":
    main()
