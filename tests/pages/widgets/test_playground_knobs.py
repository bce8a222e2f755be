"""The playground's box of data, told the same choice twice; Streamlit is a stand-in."""

from types import SimpleNamespace

import pytest

from pages.widgets import playground_knobs as knobs
from pages.widgets.scenes import scene


@pytest.mark.parametrize("own", [knobs.DRAW, knobs.UPLOAD])
def test_who_comes_back_to_the_run_is_not_led_away_again_by_a_browser_that_is_behind(
    monkeypatch, own
):
    state, boxes = {}, []
    box = SimpleNamespace(
        session_state=state,
        selectbox=lambda *_, key, on_change, **more: boxes.append((key, on_change)),
        file_uploader=lambda *_, **more: None,
    )
    monkeypatch.setattr(knobs, "st", box)
    for _ in range(2):
        knobs.choose_data(scene(""))
        key, chosen = boxes[-1]
        state[key] = own
        chosen()
        assert state["own data"] == own
        knobs.back_to_the_run()
        assert state["own data"] == ""
        chosen()  # the browser tells the same once more
        assert state["own data"] == ""
    assert boxes[0][0] != boxes[1][0]
