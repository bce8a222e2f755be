"""The branch form on a run's page: any number of knobs, turned where the branch begins."""

from typing import Any

from ganlab.jobs.store import Store
from ganlab.presets import preset
from tests.pages.runs import short_run
from tests.pages.test_pages import TRAIN, opened


def branched(knobs: dict[str, tuple[str, str, Any]]) -> list[dict]:
    """What is turned in the branch that the form starts, with these knobs on its widgets."""
    parent = short_run(preset("digits").with_values({"network.width": 4, "batch": 4}))
    app = opened(TRAIN, run=parent)
    (change,) = [one for one in app.multiselect if one.key == "change"]
    assert change.value == []
    change.set_value(list(knobs)).run()
    for kind, key, value in knobs.values():
        getattr(app, kind)(key=key).set_value(value)
    (start,) = [one for one in app.button if one.key == "start-branch"]
    start.click().run()
    (child,) = [one for one in Store().infos() if one.id != parent]
    return Store().open(child.id).facts()["script"]


def test_several_knobs_are_turned_at_once_where_the_branch_begins():
    script = branched(
        {
            "loss": ("selectbox", "to.loss", "wasserstein"),
            "penalties": ("selectbox", "to.penalties", "wgan-gp"),
            "d_optimizer.lr": ("select_slider", "to.d_optimizer", 1e-4),
            "d_steps": ("slider", "to.d_steps", 5),
        }
    )
    assert {one["step"] for one in script} == {1}
    assert {one["name"]: one["new"] for one in script} == {
        "loss": "wasserstein",
        "penalties": "wgan-gp",
        "d_optimizer.lr": 1e-4,
        "d_steps": 5,
    }


def test_a_branch_may_differ_in_nothing():
    assert branched({}) == []
