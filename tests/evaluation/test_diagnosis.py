"""Diagnoses of synthetic runs whose state is known because it was made."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganlab.evaluation.diagnosis import YOUNG, Finding, diagnose, oscillation_period

N = 1000


def run(rows=N, seed=0, **columns):
    """A healthy run's columns, with some of them given otherwise."""
    rng = np.random.default_rng(seed)
    healthy = {
        "step": np.arange(1, rows + 1) * 10,
        "d_loss": 1.2 + 0.1 * rng.normal(size=rows),
        "g_loss": 0.9 + 0.1 * rng.normal(size=rows),
        "d_real": np.clip(0.62 + 0.06 * rng.normal(size=rows), 0, 1),
        "d_fake": np.clip(0.62 + 0.06 * rng.normal(size=rows), 0, 1),
        "g_gradient": np.exp(0.3 * rng.normal(size=rows)),
    }
    return healthy | {name: np.asarray(column) for name, column in columns.items()}


def names(columns):
    return [finding.name for finding in diagnose(columns)]


def wave(period, rows=N, per_row=10, noise=0.0, phase=0.0, seed=0):
    """A sine of that period in steps, with noise of that size."""
    steps = np.arange(rows) * per_row
    rng = np.random.default_rng(seed)
    return steps, 1 + np.sin(2 * np.pi * steps / period + phase) + noise * rng.normal(size=rows)


@pytest.mark.parametrize("seed", range(20))
def test_a_healthy_run_is_called_balanced_and_nothing_else(seed):
    assert names(run(seed=seed)) == ["balanced"]


@pytest.mark.parametrize("rows", [0, 1, YOUNG - 1])
def test_too_few_rows_say_that_it_is_early(rows):
    assert names(run(rows=rows)) == ["early"]
    assert names({}) == ["early"]


@pytest.mark.parametrize("rows", [YOUNG, 31, 60, 61, 119, 120, 121, 500])
def test_a_young_healthy_run_raises_no_alarm(rows):
    for seed in range(20):
        assert set(names(run(rows=rows, seed=seed))) <= {"balanced", "contested"}


def test_each_state_of_the_game_has_its_name():
    def game(real, fake):
        return names(run(d_real=np.full(N, real), d_fake=np.full(N, fake)))

    assert game(0.99, 0.98) == ["d-wins"]
    assert game(0.7, 0.05) == ["g-wins"]
    assert game(0.9, 0.85) == ["contested"]
    assert game(0.5, 0.5) == ["balanced"]


def test_only_the_latest_rows_say_who_is_ahead():
    early, late = np.full(900, 1.0), np.full(100, 0.55)
    both = np.concatenate([early, np.full(50, 0.55), late])[-N:]
    assert "d-wins" not in names(run(d_real=both, d_fake=both))


@pytest.mark.parametrize(
    ("real", "fake"), [(0.9, 0.2), (0.2, 0.9), (0.3, 0.3), (0.95, 0.12), (0.05, 0.95)]
)
def test_d_is_not_said_to_have_the_upper_hand_where_it_errs_on_one_side(real, fake):
    findings = diagnose(run(d_real=np.full(N, real), d_fake=np.full(N, fake)))
    assert not any("upper hand" in finding.sentence for finding in findings)


@pytest.mark.parametrize("seed", range(5))
def test_a_gradient_that_fades_is_found_with_the_step_of_its_strength(seed):
    rng = np.random.default_rng(seed)
    strength = np.where(np.arange(N) < 400, 5.0, 0.05) * np.exp(0.2 * rng.normal(size=N))
    sure = {"d_real": np.full(N, 0.9), "d_fake": np.full(N, 0.92)}
    (worst, *_) = diagnose(run(seed=seed, g_gradient=strength, **sure))
    assert (worst.kind, worst.name) == ("bad", "faded-gradient")
    times = int(worst.sentence.split(" times")[0].split()[-1])
    assert 70 < times < 140
    step = int(worst.sentence.rstrip(".").split("step ")[1].replace(",", ""))
    assert step <= 4000


def test_a_small_gradient_is_peace_where_d_cannot_tell_any_more():
    strength = np.where(np.arange(N) < 400, 5.0, 0.05)
    undecided = {"d_real": np.full(N, 0.55), "d_fake": np.full(N, 0.47)}
    findings = diagnose(run(g_gradient=strength, **undecided))
    assert "settled" in [finding.name for finding in findings]
    assert not any(finding.kind == "bad" for finding in findings)


def test_a_gradient_that_is_gone_altogether_is_found():
    gone = np.where(np.arange(N) < 500, 1.0, 0.0)
    (worst, *_) = diagnose(run(g_gradient=gone))
    assert worst.name == "faded-gradient"
    assert "inf" not in worst.sentence
    assert "nan" not in worst.sentence


@pytest.mark.parametrize("rows", [*range(60, 110, 3), *range(995, 1012, 4)])
def test_one_wild_row_is_no_faded_gradient(rows):
    for where in (-1, 0, rows // 2):
        gradient = run(rows=rows)["g_gradient"]
        gradient[where] = 1000.0
        assert "faded-gradient" not in names(run(rows=rows, g_gradient=gradient))


def test_rows_in_which_g_waits_are_left_out():
    waiting = np.arange(N) % 2 == 0
    columns = run()
    for name in ("g_loss", "g_gradient"):
        columns[name] = np.where(waiting, np.nan, columns[name])
    assert names(columns) == ["balanced"]
    columns["d_real"] = columns["d_fake"] = np.full(N, np.nan)  # D never moved
    assert names(columns) == []


@given(
    per_window=st.floats(3.5, 25),
    noise=st.floats(0, 0.3),
    phase=st.floats(0, 6.3),
    rows=st.integers(400, 3000),
    per_row=st.integers(1, 50),
    seed=st.integers(0, 99),
)
def test_a_known_period_is_found_within_a_tenth(per_window, noise, phase, rows, per_row, seed):
    # per_window: how often the period fits in the half of the rows that is looked at.
    period = rows / 2 * per_row / per_window
    found = oscillation_period(*wave(period, rows, per_row, noise, phase, seed))
    assert found == pytest.approx(period, rel=0.1)


def test_an_oscillation_is_told_with_its_period():
    _, losses = wave(900, noise=0.2)
    (finding,) = [f for f in diagnose(run(g_loss=losses)) if f.name == "oscillates"]
    period = float(finding.sentence.split("about ")[1].split(" steps")[0].replace(",", ""))
    assert period == pytest.approx(900, rel=0.1)


def test_a_period_on_a_trend_is_found_and_the_trend_alone_is_none():
    steps, values = wave(700)
    assert oscillation_period(steps, values + steps / 1000) == pytest.approx(700, rel=0.1)
    assert oscillation_period(steps, steps / 1000) is None
    assert oscillation_period(steps, np.ones(N)) is None
    assert oscillation_period(steps, np.full(N, np.nan)) is None


@given(st.integers(240, 3000), st.integers(0, 2**32 - 1))
def test_noise_has_no_period(rows, seed):
    noise = np.random.default_rng(seed).normal(size=rows)
    assert oscillation_period(np.arange(rows), noise) is None


@pytest.mark.parametrize("memory", [0.5, 0.9])
def test_noise_with_a_memory_has_no_period(memory):
    found = 0
    for seed in range(200):
        rng, noise = np.random.default_rng(seed), np.zeros(N)
        for t in range(1, N):
            noise[t] = memory * noise[t - 1] + rng.normal()
        found += oscillation_period(np.arange(N), noise) is not None
    assert found == 0


def test_a_rising_loss_of_g_is_explained_and_a_level_one_is_not():
    rise = np.linspace(0.8, 2.0, N)
    note = next(f for f in diagnose(run(g_loss=rise)) if f.name == "g-loss-rises")
    assert note.kind == "note"
    assert "from 1.00 to 1.80" in note.sentence
    assert "g-loss-rises" not in names(run(g_loss=rise[::-1]))


def test_the_worst_comes_first_and_every_finding_speaks_in_sentences():
    gone = np.where(np.arange(N) < 500, 100.0, 0.01)
    sure = np.ones(N)
    columns = run(d_real=sure, d_fake=sure, g_gradient=gone, g_loss=np.linspace(1, 9, N))
    findings = diagnose(columns)
    assert [f.kind for f in findings] == ["bad", "warning", "note"]
    for finding in findings:
        assert finding.sentence.endswith(".")
        assert finding.to_json()["name"] == finding.name
    assert isinstance(findings[0], Finding)


def test_diagnosing_changes_no_column():
    columns = run()
    before = {name: column.copy() for name, column in columns.items()}
    diagnose(columns)
    assert all(np.array_equal(columns[name], before[name]) for name in columns)
