"""What the race page shows: a run that holds several GANs, or the finished one that ships."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from ganlab.config import RunConfig
from ganlab.config.choice import Choice
from ganlab.config.variants import varied
from ganlab.errors import ConfigError
from ganlab.figures.landscape import undecided
from ganlab.jobs.folder import Event
from ganlab.jobs.info import RunInfo
from ganlab.jobs.recording import read_recording
from ganlab.metrics.ranking import RANKINGS
from ganlab.paths import CHECKPOINTS
from pages.widgets import playback
from pages.widgets.canvas_frames import NOW, CanvasFrame, Extent
from pages.widgets.lab import hub
from pages.widgets.scenes import Shelf, to_the_border

SHIPPED = CHECKPOINTS / "race-ring.safetensors"
"""What the page opens with."""


@dataclass(frozen=True)
class Moment:
    """One picture of a race."""

    frames: tuple[CanvasFrame, ...]
    """Of each member."""
    places: NDArray[np.int8] | None
    """(E, N): the mode that each z falls into, -1 for none."""


class RaceShelf(Shelf[Moment]):
    """The pictures of one race that this server has read."""

    def picture(
        self, step: int, arrays: dict[str, NDArray[Any]], losses: Sequence[Choice]
    ) -> Moment:
        """One frame a member."""
        frames = []
        for k, loss in enumerate(losses):
            # A crowd is stored without what D and G make of the whole plane.
            shown = [name for name in ("fake", "landscape", "manifold", *NOW) if name in arrays]
            own, boundary = {name: arrays[name][k] for name in shown}, 0.0
            if "landscape" in own:
                boundary = undecided(loss, own | {"real": arrays["real"]}, self.extent)
                own["landscape"] = to_the_border(own["landscape"]).astype(np.float16)
            frames.append(CanvasFrame(step, own, boundary))
        return Moment(tuple(frames), arrays.get("places"))


@dataclass(frozen=True)
class RaceScene:
    """Everything that the page draws."""

    info: RunInfo
    """Its id is '' for the race that ships."""
    columns: dict[str, NDArray[Any]]
    """By name (R, E), with 'step' (R,): see `Record.members`."""
    events: list[Event]
    steps: list[int]
    moments: list[Moment]
    real: NDArray[Any] | None
    extent: Extent
    recording: Path = SHIPPED

    @property
    def run(self) -> str:
        """What it is to a canvas and a chart: another one when the race has begun again."""
        return f"{self.info.id or 'shipped race'}.{self.info.resets}"

    @property
    def labels(self) -> list[str]:
        """What each member is called."""
        return [one["label"] for one in self.info.variants]

    @property
    def members(self) -> list[RunConfig]:
        """Each member's configuration."""
        config = RunConfig.from_json(self.info.config)
        return varied(config, self.info.variants)[1]

    def frames(self, member: int) -> list[CanvasFrame]:
        """The pictures of a member, ascending."""
        return [moment.frames[member] for moment in self.moments]

    def places(self) -> tuple[list[int], NDArray[np.int8]]:
        """Where each z fell at which step: steps (T,) and modes (T, E, N)."""
        known = [
            (step, moment.places)
            for step, moment in zip(self.steps, self.moments, strict=True)
            if moment.places is not None
        ]
        if not known:
            return [], np.zeros((0, len(self.labels), 0), np.int8)
        return [step for step, _ in known], np.stack([places for _, places in known])

    def scores(self, at: int | None = None) -> list[dict[str, float]]:
        """The measures of each member when they were last taken, up to the step `at`."""
        steps = self.columns.get("step", np.empty(0))
        rows = len(steps) if at is None else int(np.searchsorted(steps, at, side="right"))
        out: list[dict[str, float]] = [{} for _ in self.labels]
        measured = np.flatnonzero(
            np.isfinite(self.columns.get("js", np.empty((0, 1)))[:rows]).any(1)
        )
        if not len(measured):
            return out
        last = measured[-1]
        for name in (*RANKINGS, "covered", "on_curve"):
            for k, value in enumerate(self.columns[name][last]):
                out[k][name] = float(value)
        return out


def race_scene(run_id: str) -> RaceScene:
    """The race as it is now; '' is the one that ships."""
    if not run_id:
        return shipped_race()
    view = hub().view(run_id)
    shelf = _shelf(run_id, view.info.generation)
    record = hub().store.open(run_id)
    shelf.read(record, losses(view.info.config, view.info.variants))
    return _told(view.info, view.members, view.events, shelf)


def losses(config: Mapping[str, Any], variants: list[dict[str, Any]]) -> list[Choice]:
    """Each member's loss."""
    return [member.loss for member in varied(RunConfig.from_json(config), variants)[1]]


@st.cache_resource(max_entries=8, show_spinner=False)
def _shelf(run_id: str, generation: int) -> RaceShelf:
    """One for each race and each time that it went back, when old steps may look otherwise."""
    del run_id, generation
    return RaceShelf()


@st.cache_resource(show_spinner=False)
def shipped_race() -> RaceScene:
    """The finished race that ships."""
    recording = read_recording(SHIPPED)
    facts, shelf = recording.facts, RaceShelf()
    for step, arrays in recording.frames:
        shelf.add(step, arrays, losses(facts["config"], facts["variants"]))
    info = RunInfo("", facts["title"], "", "finished", steps=facts["config"]["steps"])
    info = replace(
        info,
        **facts["progress"],
        **{name: facts[name] for name in ("config", "diagnosis", "bounds", "variants", "centres")},
        step_costs=facts.get("step_costs", []),
    )
    return _told(info, recording.members, [], shelf)


def _told(
    info: RunInfo, members: dict[str, NDArray[Any]], events: list[Event], shelf: RaceShelf
) -> RaceScene:
    steps = sorted(shelf.frames)
    moments = [shelf.frames[step] for step in steps]
    return RaceScene(info, members, events, steps, moments, shelf.real, shelf.extent)


# --- one pane alone -------------------------------------------------------------------------------

FIRST_RACE = "shipped"


def pane_address(run_id: str, place: int, at: int | None) -> dict[str, str]:
    """What the Playground's address holds to show one pane of a race alone, at a step or as it is.

    '' is the race that ships.
    """
    found = {"race": run_id or FIRST_RACE, "pane": str(place)}
    return found if at is None else {**found, "at": str(at)}


def open_pane(address: Mapping[str, str]) -> str:
    """Take the GAN that `pane_address` names out of its race; the id of its own run."""
    place, at = address.get("pane", ""), address.get("at", "")
    if not place.isdecimal() or not (at.isdecimal() or not at):
        raise ConfigError(f"a pane and a step are whole numbers, got {place!r} and {at!r}")
    race = address.get("race", FIRST_RACE)
    scene = race_scene("" if race == FIRST_RACE else race)
    return playback.solo(scene, int(place), int(at) if at else None)
