"""The panel that reads any run's losses, fed with rows as a run store would give them."""

from streamlit.testing.v1 import AppTest


def panel_of_run() -> None:
    import numpy as np

    from pages.understand.two_player_game import panel

    step = np.arange(0, 600, 2, dtype=float)
    rows = {
        "step": step,
        "d_loss": np.exp(-step / 100),
        "g_loss": np.where(step < 40, np.nan, 3.0),
        "d_real": np.full(len(step), 0.98),
        "d_fake": np.full(len(step), 0.03),
    }
    panel(rows, "D is winning.", dark=True, loss="hinge", key="mine")


def panel_of_young_run() -> None:
    import numpy as np

    from pages.understand.two_player_game import panel

    names = ("step", "d_loss", "g_loss", "d_real", "d_fake")
    panel({name: np.array([]) for name in names}, "", dark=False)


def test_it_draws_a_run_without_distance_and_with_gaps_and_names_who_is_ahead():
    at = AppTest.from_function(panel_of_run).run()
    assert len(at.get("plotly_chart")) == 1
    assert any("D ahead" in text.value for text in at.markdown)
    assert at.info[0].value == "D is winning."


def test_a_run_without_rows_says_so():
    at = AppTest.from_function(panel_of_young_run).run()
    assert "nothing to read" in at.info[0].value
