"""A run in short: its state, how far it is and what it came to."""

from dataclasses import dataclass, field
from typing import Any

from ganlab.registry import Data, table

GAN, SUPERRES = "gan", "superres"
"""Kinds of runs, by what G makes its pictures from."""
LIVE = ("queued", "preparing", "running", "paused")
"""States in which a run is under way; the others are ends, from which it may be resumed."""


@dataclass(frozen=True)
class RunInfo:
    """A run in one line."""

    id: str
    title: str
    preset: str
    state: str
    """One of LIVE, or finished, stopped, diverged, failed, lost, unreadable."""
    words: str = ""
    """One sentence on what is going on."""
    step: int = 0
    steps: int = 0
    seconds: float = 0.0
    speed: float = 0.0
    """Steps a second, lately."""
    created: float = 0.0
    device: str = ""
    generation: int = 0
    """Grows when a resumed run forgets steps that no checkpoint holds."""
    config: dict[str, Any] = field(default_factory=dict)
    diagnosis: list[dict[str, Any]] = field(default_factory=list)
    """Findings in words, as `evaluation.diagnosis.Finding.to_json` writes them."""
    results: dict[str, Any] = field(default_factory=dict)
    """What was measured at the end."""
    quality: dict[str, Any] = field(default_factory=dict)
    """Of a run on pictures: as `judge.quality.run_quality` gives it, or 'words' why there is none.

    It is that of its 'step', the last at which it was measured."""
    resets: int = 0
    """How often the run has begun again."""
    speed_limit: float = 0.0
    """Steps a second that a viewer has allowed it; 0 is no limit."""
    breakpoints: tuple[int, ...] = ()
    """Steps at which it will rest, ascending, such as the one of a shared picture."""
    bounds: dict[str, float] = field(default_factory=dict)
    """Of a run on points: what perfect samples score."""
    kind: str = GAN
    """GAN or SUPERRES: whether samples come from noise, or large pictures from small ones."""
    variants: list[dict[str, Any]] = field(default_factory=list)
    """Of a run that holds several GANs: {'label', 'values'} of each, as `Variant.to_json`."""
    lost: dict[int, int] = field(default_factory=dict)
    """Those of them that diverged, by place, with the step at which that was seen."""
    step_costs: list[float] = field(default_factory=list)
    """The processor's seconds of a step of each of them."""
    centres: list[list[float]] = field(default_factory=list)
    """The modes of the data of such a run, [x, y] each."""

    @property
    def live(self) -> bool:
        """Whether the run is under way."""
        return self.state in LIVE

    @property
    def on_points(self) -> bool:
        """Whether GANs learn points in it; False also for data that nothing here registers."""
        data = table(Data).get(self.config.get("data", {}).get("name", ""))
        return self.kind == GAN and data is not None and data.space == "points"

    @classmethod
    def from_facts(cls, run_id: str, facts: dict[str, Any]) -> "RunInfo":
        """What a run's facts say of it; KeyError if its state or its configuration is missing."""
        config = facts["config"]
        return cls(
            id=run_id,
            title=facts.get("title", run_id),
            preset=facts.get("preset", ""),
            state=facts["state"],
            words=facts.get("words", ""),
            steps=config.get("steps", 0),
            **facts.get("progress", {}),
            created=facts.get("created", 0.0),
            device=facts.get("device", ""),
            generation=facts.get("generation", 0),
            config=config,
            diagnosis=facts.get("diagnosis", []),
            results=facts.get("results", {}),
            quality=facts.get("quality", {}),
            resets=facts.get("resets", 0),
            speed_limit=float(facts.get("speed_limit", 0.0)),
            breakpoints=tuple(sorted(facts.get("halts", ()))),
            bounds=facts.get("bounds", {}),
            kind=facts.get("kind", GAN),
            variants=facts.get("variants", []),
            lost={int(k): step for k, step in facts.get("lost", {}).items()},
            step_costs=facts.get("step_costs", []),
            centres=facts.get("centres", []),
        )
