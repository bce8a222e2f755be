"""The histogram of D's scores shows where they lie."""

import ast
from pathlib import Path

import numpy as np
import pytest
from PIL import ImageColor

from ganlab.figures.discriminator import score_histogram, scores_over_time, where_it_looks
from ganlab.figures.theme import palette


def test_no_heap_of_clipped_scores_stands_at_the_ends():
    scores = np.linspace(-1, 1, 2001)
    figure = score_histogram(scores, scores, 0.0, False)
    for bars in figure.data:
        assert max(bars.y) < 1.1 * min(bars.y)
        assert sum(bars.y) == pytest.approx(100)


def test_scores_far_out_do_not_squeeze_the_others():
    scores = np.concatenate([np.linspace(-1, 1, 2001), [1_000.0]])
    figure = score_histogram(scores, scores, 0.0, False)
    assert figure.data[0].x[-1] < 4
    assert sum(figure.data[0].y) == pytest.approx(100)


@pytest.mark.parametrize("dark", [False, True])
def test_a_picture_is_tinted_real_where_brightness_would_raise_the_score_and_fake_where_lower(dark):
    pictures = np.full((1, 1, 8, 8), 100, np.uint8)
    gradients = np.zeros((1, 8, 8))
    gradients[0, :2], gradients[0, 4:6] = 1, -1
    tinted = where_it_looks(pictures, gradients, dark)[0]
    for rows, colour in ((slice(0, 2), palette(dark).real), (slice(4, 6), palette(dark).fake)):
        expected = 15 + 0.85 * np.array(ImageColor.getrgb(colour))
        assert np.abs(tinted[rows] - expected).max() <= 0.5 + 1e-9
    assert (tinted[2:4] == 100).all()


def test_bands_of_few_steps_have_no_stray_dots():
    scores = [np.linspace(-1, 1, 50)] * 3
    figure = scores_over_time([0, 1, 2], scores, scores, False)
    assert {one.mode for one in figure.data if one.fill} == {"lines"}


def test_every_scatter_of_the_figures_names_its_mode():
    for path in (Path(__file__).parents[2] / "ganlab" / "figures").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                named = {one.arg for one in node.keywords} if node.keywords else set()
                bare = node.func.attr == "add_scatter" and not named & {"mode", None}
                assert not bare, f"{path.name}, line {node.lineno}"
