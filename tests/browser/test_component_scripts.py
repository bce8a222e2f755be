"""The components' own mathematics, run in the browser and held against NumPy."""

import math

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


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1.38629, "1.386"),
        (-0.5, "−0.5"),
        (1234, "1234"),
        (12_400, "12.4k"),
        (1_000_000, "1M"),
        (2.5e9, "2.5G"),
        (0.00012, "1.2·10⁻⁴"),
        (1e-12, "10⁻¹²"),
        (float("nan"), "not a number"),
        (float("-inf"), "−∞"),
    ],
)
def test_numbers_in_words(js, value, text):
    assert js.evaluate("(v) => inWords(v)", value) == text


@pytest.mark.parametrize(
    ("low", "high", "wanted"), [(0, 1, 5), (-3.2, 17, 4), (1e-5, 3e-5, 6), (9_998, 10_002, 8)]
)
def test_ticks_are_round_even_and_about_as_many_as_wanted(js, low, high, wanted):
    ticks = np.array(js.evaluate("([a, b, n]) => niceTicks(a, b, n)", [low, high, wanted]))
    step = np.diff(ticks)
    np.testing.assert_allclose(step, step[0], rtol=1e-9)
    leading = step[0] / 10 ** math.floor(math.log10(step[0]) + 1e-12)
    assert round(leading, 6) in (1, 2, 2.5, 5)
    assert ticks.min() >= low - step[0] * 1e-6
    assert ticks.max() <= high + step[0] * 1e-6
    assert wanted / 3 <= len(ticks) <= wanted * 1.5 + 1


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([31.4, 31.45, 31.5], ["31.4", "31.45", "31.5"]),
        ([0.001, 0.01], ["0.001", "0.01"]),
        ([12_300, 12_350], ["12.3k", "12.35k"]),
    ],
)
def test_ticks_have_as_many_digits_as_tell_them_apart(js, values, texts):
    assert js.evaluate("(values) => toldApart(values, inWords)", values) == texts


@pytest.mark.parametrize(
    ("low", "high", "values"),
    [
        (1e-4, 10, [1e-4, 1e-3, 1e-2, 0.1, 1, 10]),
        (0.15, 3, [0.2, 0.5, 1, 2]),
        (3.9, 6.9, [4, 5, 6]),
    ],
)
def test_ticks_of_a_logarithmic_axis_stand_at_round_numbers(js, low, high, values):
    ends = [math.log10(low), math.log10(high)]
    ticks = np.array(js.evaluate("([a, b]) => logTicks(a, b, 6)", ends))
    np.testing.assert_allclose(10.0**ticks, values)


def test_thinning_keeps_the_lowest_and_the_highest_of_every_pixel(js):
    rng = np.random.default_rng(0)
    step = np.sort(rng.uniform(0, 100, 20_000))
    values = rng.standard_normal(20_000)
    got = js.evaluate(
        "([s, v]) => thin(Float64Array.from(s), Float64Array.from(v), 0, s.length, 3, 10, false)",
        [step.tolist(), values.tolist()],
    )
    xs, ys = np.array(got["xs"]), np.array(got["ys"])
    assert (np.diff(xs) >= 0).all()
    assert len(xs) <= 4 * 301
    columns = np.floor(step * 3 + 10)
    for column in np.unique(columns):
        mine, theirs = values[columns == column], ys[np.floor(xs) == column]
        assert (mine.min(), mine.max()) == (theirs.min(), theirs.max())
        assert (mine[0], mine[-1]) == (theirs[0], theirs[-1])


def test_thinning_breaks_where_values_are_missing_and_passes_over_sparse_ones(js):
    call = """(sparse) => {
        const t = thin([0, 1, 2, 3], [1, NaN, 3, 4], 0, 4, 10, 0, false, sparse);
        return [t.xs, t.ys.map((y) => y === y ? y : null), t.holes];
    }"""
    assert js.evaluate(call, False) == [[0, 10, 20, 30], [1, None, 3, 4], [10]]
    assert js.evaluate(call, True) == [[0, 20, 30], [1, 3, 4], []]


def test_the_moving_average_is_the_exponential_one_without_bias_and_can_be_extended(js):
    rng = np.random.default_rng(1)
    values = rng.standard_normal(300).astype(np.float32)
    values[40] = np.nan
    expected, total, weight = [], 0.0, 0.0
    for value in values.tolist():
        if math.isfinite(value):
            total, weight = 0.97 * total + value, 0.97 * weight + 1
            expected.append(total / weight)
        else:
            expected.append(math.nan)
    got = js.evaluate(
        """(v) => {
            v = v.map((x) => x ?? NaN);
            const rows = new Rows(['d']);
            for (let i = 0; i < v.length; i += 50) {
                const some = v.slice(i, i + 50);
                rows.replaceAfter(i ? i : null, some.map((_, k) => i + k + 1), { d: some });
                rows.smoothed('d');
            }
            return [...rows.smoothed('d').slice(0, rows.count)].map((x) => x === x ? x : null);
        }""",
        [None if math.isnan(value) else value for value in values.tolist()],
    )
    np.testing.assert_allclose(
        np.array([math.nan if v is None else v for v in got]), expected, rtol=1e-5, atol=1e-6
    )


def test_overlapping_rows_are_kept_once_and_undone_ones_dropped(js):
    assert js.evaluate("""() => {
        const rows = new Rows(['d']);
        rows.replaceAfter(null, [1, 2, 3], { d: [1, 2, 3] });
        rows.replaceAfter(1, [2, 3, 4], { d: [2, 3, 4] });
        const all = [...rows.step.slice(0, rows.count)];
        rows.replaceAfter(2, [3], { d: [30] });
        return [all, [...rows.step.slice(0, rows.count)], [...rows.values.get('d').slice(0, 3)]];
    }""") == [[1, 2, 3, 4], [1, 2, 3], [1, 2, 30]]


def test_one_spike_leaves_the_axis_and_a_lasting_rise_does_not(js):
    call = """(values) => {
        const steps = values.map((_, i) => i);
        return reach([thin(steps, values, 0, values.length, 1, 0, false)], []);
    }"""
    calm = (1 + 0.1 * np.sin(np.arange(400))).tolist()
    spiked = [*calm[:200], 500.0, *calm[201:]]
    risen = [*calm[:385], *[500.0] * 15]
    assert js.evaluate(call, spiked)[1] < 2
    assert js.evaluate(call, risen)[1] > 400


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


def test_the_clock_never_stands_still_jumps_or_runs_ahead_while_batches_come(js):
    shown = np.array(
        js.evaluate("""() => {
            const member = { timeline: { last: null }, leap() {} };
            const clock = joinClock('', member);
            const shown = [];
            for (let time = 0; time < 6000; time += 16) {
                if (time % 496 === 0) {
                    member.timeline.last = 100 + time;
                    clock.extend(time, { playing: true, pace: 0 });
                }
                shown.push([time, clock.now(time), member.timeline.last]);
            }
            return shown.filter(([time]) => time > 1500);
        }""")
    )
    moved = np.diff(shown[:, 1])
    assert (shown[:, 1] <= shown[:, 2] + 1e-9).all()
    assert moved.min() > 0
    assert moved.max() < 2 * 16


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


def test_the_score_between_the_grid_is_bilinear(js):
    # a + bx + cy + dxy is its own bilinear interpolation.
    x, y = np.meshgrid(np.linspace(0, 1, 6), np.linspace(0, 1, 4))
    grid = 1 + 2 * x - 3 * y + 4 * x * y
    rng = np.random.default_rng(4)
    places = rng.uniform(0, 1, (40, 2))
    got = js.evaluate(
        "([g, p]) => p.map(([u, v]) => scoreAt({ grid: g, rows: 4, cols: 6 }, u, v))",
        [grid.ravel().tolist(), places.tolist()],
    )
    u, v = places.T
    np.testing.assert_allclose(got, 1 + 2 * u - 3 * v + 4 * u * v, atol=1e-9)


def test_colours_are_made_legible_on_any_page(js):
    for paper, ink in (("#ffffff", "#1d1b26"), ("#14121c", "#eceaf4")):
        for colour in ("#0072B2", "#E69F00", "#56B4E9", "#7A7A7A", "#14121c", "#ffffff"):
            assert (
                js.evaluate(
                    "([c, p, i]) => contrast(legible(c, { paper: p, ink: i }), p)",
                    [colour, paper, ink],
                )
                >= 3
            )
