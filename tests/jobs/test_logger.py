"""What a worker says of its run, without one: a training is stood in for by its facts."""

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from ganlab.jobs.logger import RunLogger
from ganlab.presets import preset


def logger(name: str, steps: int, **state: Any) -> RunLogger:
    """Of a run that has made so many steps with curves that show no fault."""
    task = SimpleNamespace(interactive=name.startswith("ring"))
    config = preset(name)
    found = SimpleNamespace(config=config, alone=True, step=steps, end="")
    found.state = SimpleNamespace(task=task, progress=steps / config.steps, **state)
    rows = np.arange(1, 101) * (steps // 100)
    noise = 0.05 * np.random.default_rng(0).normal(size=100)
    columns = {"d_loss": 1.2 + noise, "g_loss": 0.9 + noise, "g_gradient": 1 + noise}
    answers = {"d_real": 0.6 + noise, "d_fake": 0.6 - noise}
    nothing = cast(Any, None)
    out = RunLogger(nothing, nothing, cast(Any, found), [""])
    out._history.extend({"step": rows} | columns | answers)
    return out


@pytest.mark.parametrize("name", ["fast-mnist", "ring-collapse"])
def test_before_the_first_measurement_a_live_run_says_that_nothing_was_measured(name):
    (found,) = logger(name, 5_000).findings()
    assert (found["name"], found["kind"]) == ("unsure", "note")
    assert "has not been measured" in found["sentence"]
