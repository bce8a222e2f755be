"""Runs with samples that are known pixel by pixel, without any training."""

from collections.abc import Callable

import numpy as np
import pytest
from safetensors.numpy import save

from ganlab.jobs.folder import RunFolder
from ganlab.jobs.recorder import Recorder
from ganlab.jobs.samples import sprite, to_png
from ganlab.presets import preset

COUNT = 1_797
"""Embedded digits: of batches of 256, an epoch has eight."""


@pytest.fixture
def pictured(store) -> Callable[..., RunFolder]:
    """A run whose tile k at step s is of one grey, 3 k + s."""

    def made(steps, name="digits", **values) -> RunFolder:
        record = store.create(preset(name).with_values({"data": "digits"} | values), preset=name)
        recorder = Recorder(record, ())
        for step in steps:
            levels = (3 * np.arange(64) + step).astype(np.uint8)
            tiles = np.broadcast_to(levels[:, None, None, None], (64, 1, 28, 28))
            recorder.write(sample=(step, to_png(sprite(np.ascontiguousarray(tiles)))))
        recorder.write(facts={"real_count": COUNT})
        recorder.close()
        return record

    return made


@pytest.fixture
def pointed(store) -> RunFolder:
    """A run on points: one real point at the right, one fake at the top, D sure of the right."""
    record = store.create(preset("ring"))
    recorder = Recorder(record, ())
    for step in (0, 10):
        landscape = np.tile(np.linspace(-9, 9, 48, dtype=np.float32), (48, 1))
        arrays = {
            "fake": np.array([[0.0, 0.5], [np.nan, 0.0], [7.0, 0.0]], np.float32),
            "real": np.array([[0.5, 0.0]], np.float32),
            "landscape": landscape,
            "extent": np.array([-1, 1, -1, 1], np.float32),
        }
        recorder.write(sample=(step, save(arrays)))
    recorder.close()
    return record
