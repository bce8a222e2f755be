"""The components' own mathematics where it needs a canvas, or what Python sends.

The rest is tested without a browser, in `tests/js/`.
"""

import numpy as np
import pytest
from playwright.sync_api import Page

from pages.widgets.canvas_frames import CanvasFrame, frame_batch, quantised
from pages.widgets.component import script

pytestmark = pytest.mark.browser

EXTENT = (-2.0, 2.0, -1.0, 3.0)


@pytest.fixture
def js(page: Page) -> Page:
    page.set_content("<canvas width=200 height=200></canvas>")
    page.add_script_tag(content=script("playground_canvas.js"))
    return page


def test_positions_are_read_as_they_were_written(js):
    rng = np.random.default_rng(2)
    points = rng.uniform([-2, -1], [2, 3], (50, 2))
    got = js.evaluate(
        "([whole, extent]) => [...positions(whole, extent)]",
        [quantised(points, EXTENT).ravel().tolist(), EXTENT],
    )
    np.testing.assert_allclose(np.reshape(got, (50, 2)), points, atol=2e-4)


def test_between_two_frames_everything_lies_on_the_straight_line(js):
    rng = np.random.default_rng(3)
    first, last = (
        {"fake": rng.uniform(-1, 1, (9, 2)), "landscape": rng.standard_normal((4, 5))}
        for _ in range(2)
    )
    middle = {"fake": first["fake"] * 0.75 + last["fake"] * 0.25}  # no landscape of its own
    frames = [CanvasFrame(0, first), CanvasFrame(25, middle), CanvasFrame(100, last)]
    told, arrays = frame_batch(frames, EXTENT)
    fake, grid = js.evaluate(
        """([told, arrays, extent]) => {
            const typed = {};
            for (const [name, [shape, flat]] of Object.entries(arrays)) {
                typed[name] = Float64Array.from(flat);
                typed[name].shape = shape;
            }
            const line = new Timeline(extent);
            line.replaceAfter(null, told, typed);
            const state = line.at(50);
            return [[...state.fake], [...state.landscape.grid]];
        }""",
        [told, {k: [list(v.shape), v.ravel().tolist()] for k, v in arrays.items()}, EXTENT],
    )
    between = 0.5 * first["fake"] + 0.5 * last["fake"]
    np.testing.assert_allclose(np.reshape(fake, (9, 2)), between, atol=3e-4)
    between = 0.5 * first["landscape"] + 0.5 * last["landscape"]
    np.testing.assert_allclose(np.reshape(grid, (4, 5)), between, atol=3e-4)


def test_the_boundary_is_where_the_score_is_zero(js):
    # A circle of radius 0.6 in [-1, 1]²; the pixels of a canvas of 200 x 200.
    grid = np.linspace(-1, 1, 41)
    x, y = np.meshgrid(grid, grid)
    score = 0.36 - x**2 - y**2
    turns = np.linspace(0, 2 * np.pi, 90)
    ring = np.stack([100 + 60 * np.cos(turns), 100 - 60 * np.sin(turns)], 1)
    call = """([flat, places]) => {
        const ink = document.querySelector('canvas').getContext('2d');
        const land = { grid: flat, rows: 41, cols: 41, boundary: 0 };
        const path = boundaryPath(land, 200, 200);
        ink.lineWidth = 1;
        return places.map(([x, y]) => ink.isPointInStroke(path, x, y));
    }"""
    assert all(js.evaluate(call, [score.ravel().tolist(), ring.tolist()]))
    off = 100 + (ring - 100) * 1.05
    assert not any(js.evaluate(call, [score.ravel().tolist(), off.tolist()]))
