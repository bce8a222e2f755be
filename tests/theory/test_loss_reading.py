from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ganlab.theory.loss_reading import (
    CONTEST,
    D_AHEAD,
    EVEN,
    G_AHEAD,
    MEANINGS,
    SWINGING,
    phases,
    smooth,
)
from ganlab.theory.small_game import STORIES, play

probabilities = arrays(float, 200, elements=st.floats(0, 1))


def kinds(real, fake, n=400):
    rows = np.arange(n, dtype=float)
    return [p.kind for p in phases(rows, np.full(n, real), np.full(n, fake))]


def test_constant_answers_are_one_phase():
    assert kinds(0.5, 0.5) == [EVEN]
    assert kinds(0.99, 0.01) == [D_AHEAD]
    assert kinds(0.7, 0.3) == [CONTEST]
    assert kinds(0.6, 0.9) == [G_AHEAD]


def test_a_change_is_found_where_it_happens():
    step = np.arange(0, 4000, 10, dtype=float)
    fake = np.where(step < 2000, 0.02, 0.5)
    real = np.where(step < 2000, 0.98, 0.5)
    found = phases(step, real, fake)
    assert [p.kind for p in found][0 :: len(found) - 1] == [D_AHEAD, EVEN]
    assert abs(found[0].stop - 2000) < 150


@given(real=probabilities, fake=probabilities)
def test_phases_cover_the_run_without_gaps(real, fake):
    step = np.arange(200, dtype=float)
    found = phases(step, real, fake)
    assert found[0].start == 0
    assert found[-1].stop == 199
    assert all(a.stop == b.start for a, b in pairwise(found))
    assert {p.kind for p in found} <= set(MEANINGS)


def test_the_stories_are_read_as_what_they_are():
    last = {}
    for name, setting in STORIES.items():
        record = play(setting)
        last[name] = phases(record.step, record.d_real, record.d_fake)[-1].kind
    assert last["settles"] == EVEN
    assert last["D runs away"] == D_AHEAD
    assert last["D stops learning"] == G_AHEAD
    assert last["in circles"] == SWINGING


def test_a_swing_is_not_taken_for_a_draw_and_noise_not_for_a_swing():
    step = np.arange(600, dtype=float)
    wave = 0.4 * np.sin(step / 6)
    assert {p.kind for p in phases(step, 0.5 + wave, 0.5 - wave)} == {SWINGING}
    noise = np.random.default_rng(0).normal(0, 0.05, (2, 600))
    assert [p.kind for p in phases(step, 0.5 + noise[0], 0.5 + noise[1])] == [EVEN]


def test_missing_values_do_not_spread():
    values = np.array([1.0, np.nan, 1.0, 1.0, np.nan, 1.0])
    np.testing.assert_allclose(smooth(values, 3), 1.0)


def test_an_empty_run_has_no_phases():
    assert phases(np.array([]), np.array([]), np.array([])) == []
