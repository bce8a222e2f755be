"""What the canvas says of the averaged G: over which steps, and which G is shown."""

import pytest
from streamlit.testing.v1 import AppTest

from pages.widgets.playground_canvas import average_of
from tests.pages.test_pages import everything_said

LAST = "an average over about its last"


@pytest.mark.parametrize(
    ("rates", "words"),
    [
        ([0.0], ""),
        ([0.99], f"{LAST} 100 steps"),
        ([1.0], "an average over all its steps"),
        ([0.998, 0.998], f"{LAST} 500 steps"),
        ([0.0, 0.998, 0.0], f"{LAST} 500 steps, of those GANs that average"),
        ([0.99, 0.998], f"{LAST} 100 steps or about its last 500 steps"),
    ],
)
def test_the_steps_of_an_average_are_said_for_every_rate(rates, words):
    assert average_of(rates) == words


def the_switch() -> None:
    import numpy as np
    import streamlit as st

    from ganlab.jobs.info import RunInfo
    from pages.widgets.canvas_frames import CanvasFrame
    from pages.widgets.playground_canvas import choose_generator

    arrays = {"fake": np.zeros((1, 2)), "fake_now": np.ones((1, 2))}
    state = st.session_state.get("state", "running")
    info = RunInfo("a", "A run", "ring", state)
    st.markdown(f"of {choose_generator(info, [1.0], [CanvasFrame(1, arrays)], 'which')}")


def test_a_run_that_trains_shows_the_averaged_g_until_g_itself_is_asked_for():
    app = AppTest.from_function(the_switch).run()
    assert "of averaged" in everything_said(app)
    assert "Shown and measured: the averaged G, an average over all its steps" in (
        everything_said(app)
    )
    app.button_group[0].set_value("G now").run()
    said = everything_said(app)
    assert "of now" in said
    assert "The measures are of the averaged G, an average over all its steps." in said


def test_a_run_that_rests_shows_g_itself_which_a_step_moves():
    app = AppTest.from_function(the_switch)
    app.session_state["state"] = "paused"
    assert "of now" in everything_said(app.run())
