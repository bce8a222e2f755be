"""The latent space page: walks, directions, arithmetic."""

import pytest
import torch

from pages.explore.walk_anchors import stops
from pages.widgets.models import SHIPPED_MODEL
from tests.pages.explore.panels import components, press


def test_the_classes_on_the_way_fill_up_with_the_last_one():
    torch.testing.assert_close(stops("15", 4, 10), torch.eye(10)[[1, 5, 5, 5]])
    torch.testing.assert_close(stops("9x2", 2, 10), torch.eye(10)[[9, 2]])
    torch.testing.assert_close(stops("", 2, 10), torch.eye(10)[[0, 0]])
    torch.testing.assert_close(stops("²5", 2, 10), torch.eye(10)[[5, 5]])
    assert stops("15", 2, 0) is None


@pytest.mark.parametrize(
    ("panel", "shown"), [("Walk", 1), ("Pad", 0), ("Directions", 0), ("Arithmetic", 0)]
)
def test_a_generator_of_points_walks_in_the_plane_and_other_panels_say_what_they_want(
    opened, panel, shown
):
    at = opened("latent_space.py", panel=panel, model="playground-ring")
    assert components(at) == shown
    if panel in ("Pad", "Directions"):
        assert "choose a model that makes some" in at.info[0].value
    if panel == "Arithmetic":
        assert len(at.get("plotly_chart")) == 1


def test_from_1_to_5_brings_the_seminars_walk_back_from_anywhere(opened):
    at = opened("latent_space.py", anchors=5, classes="777")
    press(at, "Roll the anchors")
    assert at.number_input(key="walk-seed").value == 1
    press(at, "From 1 to 5")
    assert at.slider(key="anchors").value == 2
    assert at.text_input(key="classes").value == "15"
    assert at.number_input(key="walk-seed").value == 0


def test_a_walk_sets_out_from_a_found_z_until_the_anchors_are_rolled(opened):
    from ganlab.trained.generator import load
    from pages.explore.walk_anchors import START, Start

    generator = load(SHIPPED_MODEL)
    z = generator.z(1, 123)
    start = Start(generator.mark, z, 3)
    at = opened("latent_space.py", **{START: start})
    assert any("first one is your picture" in one.value for one in at.caption)
    press(at, "Roll the anchors")
    assert START not in at.session_state
    foreign = Start("another model", torch.zeros(1, 64), 3)
    at = opened("latent_space.py", **{START: foreign})
    assert not any("first one is your picture" in one.value for one in at.caption)


@pytest.mark.slow
def test_a_direction_is_named_found_again_turned_on_digits_and_removed(opened):
    at = opened("latent_space.py", panel="Directions", kind="closed")
    at.selectbox(key="keep-closed").set_value("direction 2")
    at.text_input(key="direction-name").set_value("leaning")
    press(at, "Name it")
    assert not at.error
    digits = opened("digits.py")
    assert [one.label for one in digits.slider][-1] == "leaning"
    digits.slider(key="own-leaning").set_value(2.0).run()
    at.selectbox(key="kind").set_value("named").run()
    assert any("direction 2, Closed form (SeFa)" in one.value for one in at.markdown)
    press(at, "Remove")
    assert "No direction of this model has a name yet" in at.info[0].value


def test_a_name_that_cannot_be_kept_is_refused_in_one_sentence(opened):
    at = opened("latent_space.py", panel="Directions", kind="closed")
    press(at, "Name it")
    assert "1 to 40 characters" in at.error[0].value


@pytest.mark.parametrize("quality", ["slant", "loops", "luck"])
def test_arithmetic_measures_whether_the_third_gained_what_the_first_had(opened, quality):
    at = opened("latent_space.py", panel="Arithmetic", quality=quality)
    said = [one.value for one in at.markdown if one.value.startswith("**Measured**")]
    assert len(said) == (0 if quality == "luck" else 1)
    assert len(at.get("image")) == 4
