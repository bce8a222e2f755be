import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ganlab.registry import DiracGame, DiracUpdate, Loss, table
from ganlab.theory.small_game import STORIES
from pages.understand.two_player_game import TOLD

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "pages" / "understand" / "loss_dynamics.py"


def opened(**state) -> AppTest:
    """The page with some widgets already set, run alone as on a cold start."""
    at = AppTest.from_file(str(PAGE), default_timeout=30)
    for key, value in state.items():
        at.session_state[key] = value
    at.run()
    return at


def figures(at: AppTest) -> list[dict]:
    return [json.loads(chart.proto.spec) for chart in at.get("plotly_chart")]


@pytest.mark.parametrize(
    ("panel", "charts"),
    [("Loss functions", 1), ("Optimal discriminator", 3), ("Dirac-GAN", 4), ("In practice", 1)],
)
def test_each_panel_opens_with_its_charts_and_a_question(panel, charts):
    at = opened(panel=panel)
    assert at.title[0].value == "Loss dynamics"
    assert len(figures(at)) == charts
    assert len(at.radio) == 1
    assert at.radio[0].value is None


def test_it_opens_on_the_loss_functions():
    assert any(metric.label == "Gradient that reaches G" for metric in opened().metric)


@pytest.mark.parametrize("player", ["G", "D"])
def test_every_loss_is_drawn_for_both_players(player):
    at = opened(loss=list(table(Loss)), player=player)
    named = {trace.get("name") for trace in figures(at)[0]["data"]}
    assert set(table(Loss)) <= named
    assert len(at.metric) == len(table(Loss))


def test_no_loss_chosen_is_said_kindly():
    at = opened(loss=[])
    assert "Choose at least one loss" in at.info[0].value


def test_the_left_end_is_no_place_where_every_g_starts():
    (text,) = [one.value for one in opened().markdown if "left end" in one.value]
    assert "At step 0 D knows nothing and answers about ½" in text


def test_the_gradient_shown_is_the_answer_itself_for_minimax():
    at = opened(loss=["minimax"], answer="0.2")
    assert at.metric[0].value == "0.2"


PLAYED = [(game, "alternating") for game in table(DiracGame)] + [
    ("GAN", update) for update in table(DiracUpdate) if update != "alternating"
]


@pytest.mark.parametrize(("game", "update"), PLAYED)
def test_every_game_and_every_update_can_be_played(game, update):
    at = opened(panel="Dirac-GAN", game=game, update=update, steps=50)
    words = [box.value for box in (*at.success, *at.info, *at.warning, *at.error)]
    assert any("From distance" in word for word in words)


def test_the_verdict_follows_the_penalty():
    assert any("It circles" in box.value for box in opened(panel="Dirac-GAN", game="GAN").info)
    assert any("It settles" in box.value for box in opened(panel="Dirac-GAN", game="R1").success)


def test_the_critical_value_is_one_click_away():
    at = opened(panel="Dirac-GAN", game="R1")
    at.button("gamma_r1_critical").click().run()
    assert at.slider("gamma_r1").value == pytest.approx(1.0)


def test_eigenvalues_that_promise_too_much_are_put_right():
    at = opened(panel="Dirac-GAN", game="consensus", d_steps=5, steps=1000)
    assert "It moves away" in at.warning[0].value
    assert "only speak for the neighbourhood" in at.warning[0].value


def test_a_diverging_path_is_said_and_stays_drawn():
    at = opened(panel="Dirac-GAN", game="R1", gamma_r1=3.0, h=4.0, update="simultaneous")
    assert any("It diverges" in box.value for box in at.error)


@pytest.mark.parametrize("recording", STORIES)
def test_every_story_has_its_question_and_reveals_the_answer(recording):
    at = opened(panel="In practice", story=recording)
    told = TOLD[recording]
    assert set(STORIES) == set(TOLD)
    assert told.right in told.options
    assert not any(told.answer in text.value for text in at.markdown)
    wrong = next(option for option in told.options if option != told.right)
    at.radio[0].set_value(wrong).run()
    assert any(told.answer in text.value for text in at.markdown)
    assert any(told.options[wrong] in box.value for box in at.info)
    at.radio[0].set_value(told.right).run()
    assert any("Yes." in box.value for box in at.success)
