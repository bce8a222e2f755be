"""The field's words for what the lab shows, each on the page where it belongs."""

import pytest

from pages.explore.loss_choice import SEEN
from tests.pages.test_pages import everything_said, opened

LOSSES = "pages/understand/loss_dynamics.py"


@pytest.mark.parametrize(
    ("page", "panel", "words"),
    [
        ("pages/start/home.py", "", ("forger", "detective")),
        (LOSSES, "Loss functions", ("binary cross-entropy", "V(D, G)", "Nash equilibrium")),
        (LOSSES, "Optimal discriminator", ("Maximum likelihood", "KL(data ‖ G)")),
    ],
)
def test_a_word_of_the_field_is_said_where_it_belongs(page, panel, words):
    said = everything_said(opened(page, **({"panel": panel} if panel else {})))
    assert all(word in said for word in words)


def test_a_super_resolution_names_its_content_and_its_perceptual_loss():
    app = opened("pages/explore/super_resolution.py", panel="Train one")
    app.button_group[-1]
    app.session_state["sr_preset"] = "srgan"
    said = everything_said(app)
    assert "content loss" in said
    assert "SqueezeNet 1.0" in SEEN.values()


def test_pretraining_of_d_has_a_widget():
    app = opened("pages/train/image_gans.py")
    labels = [one.label for one in app.number_input] + [one.label for one in app.slider]
    assert "Pretraining of D" in labels
