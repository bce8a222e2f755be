"""What the playground shows: a run on points, or the trained one that ships with ganlab."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from safetensors.numpy import load

from ganlab.config import RunConfig
from ganlab.config.choice import Choice
from ganlab.figures.landscape import undecided
from ganlab.jobs.folder import Event, RunFolder
from ganlab.jobs.info import RunInfo
from ganlab.jobs.recording import read_recording
from ganlab.paths import CHECKPOINTS
from ganlab.registry import Loss, find
from pages.widgets.canvas_frames import NOW, CanvasFrame, Extent
from pages.widgets.lab import hub

FIRST = CHECKPOINTS / "playground-ring.safetensors"
"""What the page opens with."""
NOWHERE: Extent = (-1.0, 1.0, -1.0, 1.0)
Picture = TypeVar("Picture")


@dataclass(frozen=True)
class Scene:
    """Everything that the page draws."""

    info: RunInfo
    """Its id is '' for the run that ships."""
    columns: dict[str, NDArray[Any]]
    events: list[Event]
    frames: list[CanvasFrame]
    real: NDArray[Any] | None
    extent: Extent
    recording: Path = FIRST
    """What a viewer's own run begins as, where the id is ''."""

    @property
    def run(self) -> str:
        """What it is to a canvas and a chart: another one when the run has begun again."""
        return f"{self.info.id or 'first'}.{self.info.resets}"

    @property
    def loss(self) -> Loss:
        """The record of the loss in use."""
        return find(Loss, self.info.config["loss"]["name"])


class Shelf(ABC, Generic[Picture]):
    """The pictures of one run that this server has read."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self.frames: dict[int, Picture] = {}
        self.real: NDArray[Any] | None = None
        self.extent: Extent = NOWHERE

    def read(self, record: RunFolder, losses: Sequence[Choice]) -> list[Picture]:
        """All that the run holds, ascending; only new ones are read. losses: each GAN's."""
        with self._guard:
            steps = record.sample_steps()
            known = set(steps)
            self.frames = {step: one for step, one in self.frames.items() if step in known}
            for step in steps:
                if step not in self.frames and (found := record.sample(step)):
                    self.add(step, load(found[1]), losses)
            return [self.frames[step] for step in steps if step in self.frames]

    def add(self, step: int, arrays: dict[str, NDArray[Any]], losses: Sequence[Choice]) -> None:
        """Put a picture on the shelf."""
        left, right, bottom, top = (float(side) for side in arrays["extent"])
        self.real, self.extent = arrays["real"], (left, right, bottom, top)
        self.frames[step] = self.picture(step, arrays, losses)

    @abstractmethod
    def picture(
        self, step: int, arrays: dict[str, NDArray[Any]], losses: Sequence[Choice]
    ) -> Picture:
        """What the page keeps of a snapshot's arrays."""


class FrameShelf(Shelf[CanvasFrame]):
    """The pictures of one GAN."""

    def picture(
        self, step: int, arrays: dict[str, NDArray[Any]], losses: Sequence[Choice]
    ) -> CanvasFrame:
        """The frame that a canvas plays."""
        # A GAN that was taken out of a race has no arrows of its past.
        named = ("fake", "manifold", "arrows", *NOW)
        shown = {name: arrays[name] for name in named if name in arrays}
        shown["landscape"] = to_the_border(arrays["landscape"])
        return CanvasFrame(step, shown, undecided(losses[0], arrays, self.extent))


def scene(run_id: str) -> Scene:
    """The run as it is now; '' is the one that ships."""
    if not run_id:
        return first_scene()
    view = hub().view(run_id)
    shelf = _shelf(run_id, view.info.generation)
    loss = RunConfig.from_json(view.info.config).loss
    frames = shelf.read(hub().store.open(run_id), [loss])
    return Scene(view.info, view.columns, view.events, frames, shelf.real, shelf.extent)


@st.cache_resource(max_entries=24, show_spinner=False)
def _shelf(run_id: str, generation: int) -> FrameShelf:
    """One for each run and each time that it went back, when old steps may look otherwise."""
    del run_id, generation
    return FrameShelf()


@st.cache_resource(show_spinner=False)
def first_scene() -> Scene:
    """The trained run that ships, at rest."""
    recording = read_recording(FIRST)
    facts = recording.facts
    config, shelf = facts["config"], FrameShelf()
    for step, arrays in recording.frames:
        shelf.add(step, arrays, [RunConfig.from_json(config).loss])
    info = RunInfo("", facts["title"], facts.get("preset", ""), "paused", steps=config["steps"])
    info = replace(
        info,
        **facts["progress"],
        config=config,
        diagnosis=facts["diagnosis"],
        bounds=facts["bounds"],
    )
    frames = [shelf.frames[step] for step in sorted(shelf.frames)]
    return Scene(info, recording.columns, [], frames, shelf.real, shelf.extent)


# --- what the canvas wants of a landscape ---------------------------------------------------------


def to_the_border(landscape: NDArray[Any]) -> NDArray[np.float32]:
    """Scores at the centres of n × n cells, to n × n places with the extent's borders included.

    Linear between centres, and carried on linearly over the last half cell.
    """
    weights = _spread(len(landscape))
    return (weights @ landscape.astype(np.float64) @ weights.T).astype(np.float32)


def _spread(n: int) -> NDArray[np.float64]:
    """The matrix (n, n) that takes values at cells' centres to values at evenly spread places."""
    at = np.linspace(0, n, n) - 0.5
    low = np.clip(np.floor(at), 0, max(n - 2, 0)).astype(int)
    weights = np.zeros((n, n))
    rows = np.arange(n)
    weights[rows, low] = 1 - (at - low)
    weights[rows, np.minimum(low + 1, n - 1)] += at - low
    return weights
