"""The panel that reads any run's losses, fed with rows as a run store would give them."""

import json

import pytest
from streamlit.testing.v1 import AppTest


def panel_of_run() -> None:
    import numpy as np

    from ganlab.config.choice import Choice
    from pages.understand.two_player_game import panel

    step = np.arange(0, 600, 2, dtype=float)
    rows = {
        "step": step,
        "d_loss": np.exp(-step / 100),
        "g_loss": np.where(step < 40, np.nan, 3.0),
        "d_real": np.full(len(step), 0.98),
        "d_fake": np.full(len(step), 0.03),
    }
    loss = Choice("non-saturating", {"smoothing": 0.5})
    panel(rows, "D is winning.", dark=True, loss=loss, key="mine", shares=True)


def panel_of_young_run() -> None:
    import numpy as np

    from ganlab.config.choice import Choice
    from pages.understand.two_player_game import panel

    names = ("step", "d_loss", "g_loss", "d_real", "d_fake")
    panel({name: np.array([]) for name in names}, "", dark=False, loss=Choice("hinge"))


def test_it_draws_a_run_without_distance_and_with_gaps_and_names_who_is_ahead():
    at = AppTest.from_function(panel_of_run).run()
    assert len(at.get("plotly_chart")) == 1
    assert any("D ahead" in text.value for text in at.markdown)
    assert at.info[0].value == "D is winning."


def test_the_lines_are_those_of_the_losss_own_smoothing():
    at = AppTest.from_function(panel_of_run).run()
    drawn = at.get("plotly_chart")[0].proto.spec
    # With real targets of 1/2 the best D answers 1/4: D's loss is 1.125 and G's log 4.
    assert "D 1.125 if G has won, or D knows nothing" in drawn
    assert "G 1.386 if G has won, or D knows nothing" in drawn
    assert any("wherever D knows nothing" in one.value for one in at.caption)


def test_a_run_without_rows_says_so():
    at = AppTest.from_function(panel_of_young_run).run()
    assert "nothing to read" in at.info[0].value


def panel_of_a_loss(name: str) -> None:
    import numpy as np

    from ganlab.config.choice import Choice
    from pages.understand.two_player_game import panel

    step = np.arange(0, 600, 2, dtype=float)
    rows = {name: np.full(len(step), 0.98) for name in ("d_loss", "g_loss", "d_real")}
    rows |= {"step": step, "d_fake": np.full(len(step), 0.03)}
    panel(rows, "In balance.", dark=False, loss=Choice(name), shares=True)


@pytest.mark.parametrize(
    ("loss", "shaded"),
    [("non-saturating", True), ("relativistic", True), ("wasserstein", False), ("hinge", False)],
)
def test_who_is_ahead_is_shaded_only_where_scores_have_a_zero(loss, shaded):
    app = AppTest.from_function(panel_of_a_loss, args=(loss,)).run()
    assert any("D ahead" in text.value for text in app.markdown) is shaded
    assert any("no fixed zero" in text.value for text in app.caption) is not shaded
    drawn = json.loads(app.get("plotly_chart")[0].proto.spec)["layout"]
    assert any(one["type"] == "rect" for one in drawn.get("shapes", ())) is shaded
