"""What a worker has before it: the run's record, its journal, and the training itself."""

from collections.abc import Callable
from typing import Any

import torch

from ganlab.config import RunConfig
from ganlab.config.variants import Variant
from ganlab.device import describe_device
from ganlab.formatting import percent
from ganlab.jobs.controls import Controls
from ganlab.jobs.folder import RunFolder
from ganlab.jobs.logger import RunLogger
from ganlab.jobs.recorder import Recorder
from ganlab.jobs.samples import sprite, to_png
from ganlab.training.checkpoint import load_field, load_run
from ganlab.training.comparison import Race
from ganlab.training.loop import Training
from ganlab.training.state import is_points
from ganlab.training.strategies import NAMES
from ganlab.training.tick import Intervention


class Desk:
    """One run as its worker holds it; `prepare` puts the training on it."""

    training: Training | Race
    logger: RunLogger

    def __init__(self, record: RunFolder, device: str, save: Callable[[], None]) -> None:
        self.record = record
        self.device = device
        self.save = save
        """Write a checkpoint now."""
        self.recorder = Recorder(record, NAMES)
        self.controls = Controls(record)
        self.paused = False
        self.measure = False
        """Whether somebody asked for the quality of the run as it stands."""

    def note(self, **facts: Any) -> None:
        """Write facts down."""
        self.recorder.write(facts=facts)

    def prepare(self) -> None:
        """Build the training as the record wants it: from its checkpoint, or from step 0."""
        facts = self.record.facts()
        resumed = self.record.checkpoint.exists()
        training = self._resumed(facts) if resumed else self._begun(facts)
        if self.recorder.forget_after(training.state.step if resumed else -1):
            self.note(generation=facts.get("generation", 0) + 1)
        training.schedule.breakpoints.update(facts.get("halts", ()))
        self.controls.throttle.limit(facts.get("speed_limit", 0.0))
        labels = [Variant.parse(one).label for one in facts.get("variants", ())]
        self.training = training
        self.logger = RunLogger(self.recorder, self.controls, training, labels)
        device = training.state.device
        self.note(
            state="running",
            words="",
            device=device.type,
            device_name=describe_device(device),
            threads=torch.get_num_threads(),
        )
        self.logger.open(self.record.columns())
        if not is_points(training.config):
            real, _ = training.state.source.sample(64, seed=training.config.seed)
            picture = to_png(sprite(real.cpu().numpy()))
            (self.record.folder / "real.png").write_bytes(picture)
            self.note(real_count=len(training.state.source))

    def _resumed(self, facts: dict[str, Any]) -> Training | Race:
        config = RunConfig.from_json(facts["config"])
        where = self.record.checkpoint, self.device, config, self._report
        if facts.get("variants"):
            field = load_field(*where)
            return Race(config, state=field, script=_script(facts, field.step))
        state = load_run(*where)
        return Training(config, state=state, script=_script(facts, state.step))

    def _begun(self, facts: dict[str, Any]) -> Training | Race:
        asked = RunConfig.from_json(facts["config"])
        first = RunConfig.from_json(facts.get("initial", facts["config"]))
        config = first.with_values({"steps": asked.steps, "seconds": asked.seconds})
        options: dict[str, Any] = {"device": self.device, "report": self._report}
        options["script"] = _script(facts, 0)
        variants = facts.get("variants")
        training = Race(config, variants, **options) if variants else Training(config, **options)
        self.note(initial=config.to_json(), config=config.to_json())
        return training

    def _report(self, sentence: str, share: float) -> None:
        self.note(words=f"{sentence}: {percent(share)}" if share < 1 else sentence)


def _script(facts: dict[str, Any], step: int) -> list[Intervention]:
    """What is still to be done of the run's script."""
    entries = [Intervention(**one) for one in facts.get("script", ())]
    return [one for one in entries if one.step >= step]
