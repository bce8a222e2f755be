"""Reading a stored run: bins keep means, leave gaps out, turn "right" into "says real"."""

import numpy as np
from numpy.testing import assert_allclose

from pages.understand.stored_game import binned
from tests.pages.test_pages import everything_said, opened


def columns(n: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    names = ("d_loss", "g_loss", "d_real", "d_fake")
    return {"step": np.arange(1, n + 1)} | {name: rng.random(n).astype("f4") for name in names}


def test_bins_of_one_size_keep_the_mean_of_every_column():
    given = columns(900)
    out = binned(given, 300)
    assert all(len(values) == 300 for values in out.values())
    assert_allclose(out["g_loss"].mean(), given["g_loss"].mean(), rtol=1e-5)
    assert_allclose(out["d_loss"], given["d_loss"].reshape(300, 3).mean(1), rtol=1e-5)


def test_d_being_right_on_fakes_means_that_it_does_not_say_real():
    given = columns(10)
    out = binned(given)
    assert_allclose(out["d_fake"], 1 - given["d_fake"], rtol=1e-6)
    assert_allclose(out["d_real"], given["d_real"], rtol=1e-6)


def test_steps_in_which_a_player_did_not_move_do_not_count():
    given = columns(4)
    given["g_loss"] = np.array([1.0, np.nan, np.nan, np.nan], dtype="f4")
    out = binned(given, 2)
    assert out["g_loss"][0] == 1.0
    assert np.isnan(out["g_loss"][1])


def test_each_gan_of_a_race_is_read_alone(race_run):
    race_run()
    app = opened("pages/understand/loss_dynamics.py", panel="In practice")
    which = next(one for one in app.selectbox if one.label == "Which of its GANs")
    assert which.options[0] == "Plain GAN"
    drawn = [chart.proto.spec for chart in app.get("plotly_chart")]
    which.select_index(1).run()
    assert [chart.proto.spec for chart in app.get("plotly_chart")][-1] != drawn[-1]


def test_of_a_gan_of_which_nothing_is_found_nothing_of_another_is_told(race_run):
    collapsed = {"kind": "bad", "name": "mode-collapse", "sentence": "Plain GAN: G covers 1 mode."}
    race_run().set_facts(diagnosis=[collapsed])
    app = opened("pages/understand/loss_dynamics.py", panel="In practice")
    assert collapsed["sentence"] in everything_said(app)
    which = next(one for one in app.selectbox if one.label == "Which of its GANs")
    which.select_index(1).run()
    said = everything_said(app)
    assert collapsed["sentence"] not in said
    assert "Nothing stands out so far." in said
