"""The worker of a super-resolution run: steps into its journal, commands out of it, checkpoints."""

import json
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from filelock import Timeout

from ganlab.device import describe_device, on_cpu
from ganlab.errors import CheckpointError, GanlabError, RunBusy
from ganlab.jobs.folder import RunFolder
from ganlab.jobs.heartbeat import is_watched
from ganlab.jobs.recorder import Recorder
from ganlab.jobs.samples import sprite, to_png
from ganlab.jobs.superres import start_of
from ganlab.networks.files import weights
from ganlab.training.checkpoint import load_tensors, save_tensors
from ganlab.training.superres.cards import card_of
from ganlab.training.superres.config import Plan
from ganlab.training.superres.initial_weights import started
from ganlab.training.superres.loop import Record as Step
from ganlab.training.superres.recipes import AnyTraining, columns_of, training
from ganlab.training.superres.state_tensors import flattened, nested
from ganlab.training.superres.validation import Validation, ValidationResult, crops
from ganlab.training.threads import free_threads

CHECKPOINT_SECONDS = 15.0
ROW_SECONDS = 0.3
"""Between two rows of curves: the mean of the steps between them."""
WATCHED_VALIDATION, UNWATCHED_VALIDATION = 1.0, 5.0
"""Seconds of training between two validations, while the run is watched and while it is not."""
VALIDATION_SHARE = 0.15
"""A validation may take this share of the time at most, however slow the machine."""
IDLE_SECONDS = 0.02
TICK_SECONDS = 0.06
"""How long an accelerator trains before its losses are read and commands are answered."""

OnStep = Callable[[Step, AnyTraining], None]


class SuperresWorker:
    """Trains one run until its budget is spent, it is stopped, or it fails."""

    def __init__(
        self, record: RunFolder, on_step: OnStep | None = None, device: str = "auto"
    ) -> None:
        self.record = record
        self._device = device
        self._on_step = on_step
        self._paused = False
        self._stop = ""
        self._trainer: AnyTraining | None = None
        self._answer: ValidationResult | None = None

    def stop(self, why: str = "Stopped.") -> None:
        """Ask for an end after this step, with a checkpoint. Safe in a signal handler."""
        self._stop = why

    def run(self) -> str:
        """Train; the state in which it ended. Raises RunBusy if another worker has the run."""
        self.record.facts()  # a lock would make the folder of a deleted run again
        lock = self.record.lock()
        try:
            lock.acquire(timeout=2.0)
        except Timeout:
            raise RunBusy(f"{self.record.id} is being trained by another process") from None
        try:
            self._plan = Plan.from_json(self.record.facts()["config"])
            self._recorder = Recorder(self.record, columns_of(self._plan.recipe))
            return self._finish(*self._to_the_end())
        finally:
            lock.release()

    def _to_the_end(self) -> tuple[str, str]:
        try:
            self._note(state="preparing", words="Reading the photographs.")
            self._trainer = self._prepare()
            return self._train(self._trainer)
        except GanlabError as error:
            return "failed", str(error)
        except MemoryError:
            return "failed", "Memory ran out: try fewer photographs or a smaller preset."
        except Exception as error:
            traceback.print_exc()
            first = (str(error).splitlines() or [""])[0]
            words = f"It failed unexpectedly ({type(error).__name__}: {first}); see worker.log."
            return "failed", words

    # --- phases -----------------------------------------------------------------------------------

    def _prepare(self) -> AnyTraining:
        plan, start = self._plan, start_of(self.record)
        network = started(start, plan.scale, plan.preset) if start.is_file() else None
        folder = Path(plan.folder) if plan.folder else None
        skipped: list[str] = []
        given = plan.preset, plan.scale, folder, network, skipped.append, self._device
        trainer = training(*given, **plan.changes)
        self._recorder.measure(columns_of(trainer.recipe))  # others stand in for missing features
        self._validation = Validation(plan.scale)
        generation = self.record.facts().get("generation", 0)
        if self.record.checkpoint.is_file():
            tensors, facts = load_tensors(self.record.checkpoint)
            try:
                trainer.resume(nested(tensors, facts["layout"]))
            except (KeyError, RuntimeError, ValueError) as error:
                first = (str(error) or type(error).__name__).splitlines()[0].rstrip(":")
                raise CheckpointError(
                    f"the checkpoint does not belong to this configuration: {first}"
                ) from error
            forgot = self._recorder.forget_after(trainer.step)
        else:
            forgot = self._recorder.forget_after(-1)
        if forgot:
            self._note(generation=generation + 1)
        (self.record.folder / "real.png").write_bytes(as_sprite(self._validation.hr))
        bicubic = {"psnr": self._validation.bicubic.psnr, "ssim": self._validation.bicubic.ssim}
        self._threads = self._plan.threads or free_threads()
        torch.set_num_threads(self._threads)
        remarks = (f"{line[0].upper()}{line[1:]}." for line in skipped[:3])
        self._remarks = " ".join(filter(None, [trainer.remark, *remarks]))
        self._note(
            state="running",
            words=self._remarks,
            device=trainer.device.type,
            device_name=describe_device(trainer.device),
            bicubic=bicubic,
        )
        return trainer

    def _train(self, trainer: AnyTraining) -> tuple[str, str]:
        self._checkpointed = time.perf_counter()
        self._beaten = any(event.kind == "note" for event in self.record.events())
        self._recent = [(trainer.seconds, trainer.step)]
        self._begin_row()
        self._validate(trainer)
        # Reading a loss makes an accelerator wait, so it is left alone for a tick's time.
        steps = trainer.run(1) if on_cpu(trainer.device) else trainer.run(1000, TICK_SECONDS)
        while trainer.progress < 1:
            self._obey(trainer)
            if self._stop:
                return "stopped", self._stop
            if self._paused:
                time.sleep(IDLE_SECONDS)
                continue
            step = next(steps)
            if not all(np.isfinite(value) for value in step.scalars.values()):
                self._trainer = None  # the last checkpoint is better than this
                return "diverged", f"It diverged at step {step.step:,}: its loss is not finite."
            self._log(trainer, step)
            if time.perf_counter() - self._checkpointed >= CHECKPOINT_SECONDS:
                self._save(trainer)
        return "finished", "Finished: the budget is spent."

    def _finish(self, state: str, words: str) -> str:
        """Write the end down. A run that failed keeps its last whole checkpoint."""
        trainer = self._trainer
        try:
            if trainer is not None and trainer.step and state != "failed":
                self._validate(trainer)
                self._save(trainer)
        except GanlabError as error:
            state, words = "failed", str(error)
        step = trainer.step if trainer else 0
        try:
            self._note(state=state, words=words, ended=time.time(), results=self._results())
            self._recorder.write(events=[(step, "state", state)])
            self._recorder.close()
        except GanlabError as error:
            # Nothing can be written any more: the log is all that is left to speak through.
            print(f"{state}: {words} ({error})", file=sys.stderr)  # noqa: T201
        return state

    # --- parts ------------------------------------------------------------------------------------

    def _note(self, **facts: Any) -> None:
        self._recorder.write(facts=facts)

    def _begin_row(self) -> None:
        self._sums: dict[str, float] = {}
        self._count = 0
        self._row_since = time.perf_counter()

    def _log(self, trainer: AnyTraining, step: Step) -> None:
        for name, value in step.scalars.items():
            self._sums[name] = self._sums.get(name, 0.0) + value * step.steps
        self._count += step.steps
        if trainer.seconds >= self._next_validation:
            self._validate(trainer)
        elif time.perf_counter() - self._row_since >= ROW_SECONDS:
            self._write_row(trainer)
        if self._on_step:
            self._on_step(step, trainer)

    def _write_row(self, trainer: AnyTraining, **more: Any) -> None:
        """Write the means since the last row, with the scores of a validation."""
        means = {name: total / self._count for name, total in self._sums.items()}
        scalars = means | more.pop("scalars", {})
        facts = more.pop("facts", {})
        progress = {"step": trainer.step, "seconds": trainer.seconds, "speed": self._speed(trainer)}
        self._recorder.write(
            facts={"progress": progress, **facts},
            metric=(trainer.step, trainer.seconds, scalars),
            **more,
        )
        self._begin_row()

    def _validate(self, trainer: AnyTraining) -> None:
        """Score the averaged network on the photograph that it never saw, and keep its crops."""
        begin = time.perf_counter()
        self._answer = answer = self._validation.answer(trainer.averaged)
        events = []
        if answer.psnr > self._validation.bicubic.psnr and trainer.step and not self._beaten:
            self._beaten = True
            events = [(trainer.step, "note", f"beats bicubic after {trainer.seconds:.0f} s")]
        self._write_row(
            trainer,
            scalars={"psnr": answer.psnr, "ssim": answer.ssim},
            sample=(trainer.step, as_sprite(answer.picture)),
            events=events,
            facts={"results": self._results()},
        )
        cost = time.perf_counter() - begin
        pause = WATCHED_VALIDATION if is_watched(self.record.folder) else UNWATCHED_VALIDATION
        self._next_validation = trainer.seconds + max(pause, cost / VALIDATION_SHARE)

    def _results(self) -> dict[str, float]:
        """The last validation scores, and bicubic's."""
        if self._answer is None:
            return self.record.facts().get("results", {})
        mine, bicubic = self._answer, self._validation.bicubic
        return {
            "psnr": mine.psnr,
            "ssim": mine.ssim,
            "bicubic_psnr": bicubic.psnr,
            "bicubic_ssim": bicubic.ssim,
        }

    def _speed(self, trainer: AnyTraining) -> float:
        """Steps a second over the last few seconds of training."""
        self._recent.append((trainer.seconds, trainer.step))
        while len(self._recent) > 2 and trainer.seconds - self._recent[0][0] > 4.0:
            self._recent.pop(0)
        (first_seconds, first_step), (seconds, step) = self._recent[0], self._recent[-1]
        return (step - first_step) / (seconds - first_seconds) if seconds > first_seconds else 0.0

    def _save(self, trainer: AnyTraining) -> None:
        tensors, layout = flattened(trainer.state())
        save_tensors(self.record.checkpoint, tensors, {"layout": layout, "step": trainer.step})
        card = card_of(
            trainer,
            data=self._plan.photographs,
            start=self.record.facts().get("start"),
            threads=self._threads,
            scores={"on": "a photograph held out", **self._results()},
        )
        weights.save(self.record.network, trainer.averaged, card)
        self._note(checkpoint_step=trainer.step)
        self._checkpointed = time.perf_counter()
        if not self._plan.threads:  # a neighbour may have come, or gone
            self._threads = free_threads(own=self._threads)
            torch.set_num_threads(self._threads)

    # --- commands ---------------------------------------------------------------------------------

    def _obey(self, trainer: AnyTraining) -> None:
        for number, verb, argument in self._recorder.commands():
            try:
                self._do(trainer, verb, **json.loads(argument))
                self._recorder.answer(number, "")
            except (GanlabError, TypeError, ValueError) as error:
                self._recorder.answer(number, str(error) or "That cannot be done.")

    def _do(self, trainer: AnyTraining, verb: str) -> None:
        if verb == "pause":
            self._paused = True
            self._validate(trainer)
            self._note(state="paused", words="Paused. It can go on from here.")
            self._save(trainer)
        elif verb == "resume":
            self._paused = False
            self._recent = [(trainer.seconds, trainer.step)]
            self._begin_row()
            self._note(state="running", words=self._remarks)
        elif verb == "stop":
            self.stop()
        else:
            raise ValueError(f"a super-resolution run knows no command {verb!r}")


def as_sprite(picture: np.ndarray) -> bytes:
    """The watched parts of a picture as one PNG, two by two."""
    return to_png(sprite(crops(picture), 2))
