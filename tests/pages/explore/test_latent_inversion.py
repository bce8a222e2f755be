"""From a picture back to its z: searched once, cancelled, asked for again."""

import io

import numpy as np
import pytest

from pages.widgets.models import SHIPPED_MODEL
from tests.pages.explore.panels import press


def test_a_drawing_is_inverted_once_and_a_cancelled_search_stays_cancelled(opened, monkeypatch):
    from pages.explore import latent_inversion

    drawing = np.zeros((112, 112), np.uint8)
    drawing[20:90, 50:60] = 255
    calls = []

    def counted(generator, picture, report):
        calls.append(1)
        report(0.5)
        return invert(generator, picture, starts=1, steps=3)

    from ganlab.latent.inversion import invert

    monkeypatch.setattr(latent_inversion, "sketch", lambda key: drawing)
    monkeypatch.setattr(latent_inversion, "invert", counted)
    at = opened("latent_space.py", panel="Inversion")
    assert len(at.get("image")) == 3
    at.run()
    assert len(calls) == 1
    press(at, "Walk from it")
    assert at.session_state["panel"] == "Walk"
    assert any("first one is your picture" in one.value for one in at.caption)


def test_after_cancel_the_search_waits_until_it_is_asked_for_again(opened, monkeypatch):
    from ganlab.latent.inversion import as_written, invert
    from ganlab.trained.generator import load
    from pages.explore import latent_inversion as page

    drawing = np.zeros((112, 112), np.uint8)
    drawing[20:90, 50:60] = 255
    monkeypatch.setattr(page, "sketch", lambda key: drawing)
    monkeypatch.setattr(
        page, "invert", lambda generator, picture, report: invert(generator, picture, 1, 3)
    )
    written = as_written(drawing)
    mark = page.mark_of(load(SHIPPED_MODEL), written)
    at = opened("latent_space.py", panel="Inversion", **{page.GIVEN_UP: mark})
    assert len(at.get("image")) == 0
    press(at, "Look again")
    assert len(at.get("image")) == 3


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_photograph_takes_the_shape_that_g_makes(mode):
    from PIL import Image

    from pages.explore.latent_inversion import as_shape, read_whole

    out = io.BytesIO()
    Image.new(mode, (90, 60), 200 if mode == "L" else (200, 10, 20)).save(out, "PNG")
    assert read_whole(out.getvalue(), (3, 32, 32)).shape == (3, 32, 32)
    assert read_whole(out.getvalue(), (1, 28, 28)).shape == (1, 28, 28)
    grey = as_shape(np.full((112, 112), 7, np.uint8), (3, 32, 32))
    assert grey.shape == (3, 32, 32)
    assert (grey == 7).all()
