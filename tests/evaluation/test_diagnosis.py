"""Diagnoses of runs whose state is known because they were made that way.

Real runs, with states measured apart from the diagnosis, are in `benchmarks.diagnosis`.
"""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.diagnosis import SETTINGS, TROUBLED, evidence_of, read, true_state
from ganlab.bench.methods import method_config
from ganlab.bench.published import published
from ganlab.config import RunConfig
from ganlab.evaluation.diagnosis import TABLE, diagnose
from ganlab.evaluation.evidence import Evidence, Variety, oscillation_period
from ganlab.evaluation.variety import FEWER_REAL, REAL
from ganlab.formatting import percent
from ganlab.metrics.ranking import verdict
from ganlab.presets import preset
from ganlab.registry import Loss, find
from ganlab.theory.loss_reading import D_AHEAD, phases

N = 600
RING = preset("ring-collapse").with_values({"steps": 6_000})
WHOLE = {"modes": 8, "modes_of": 8, "high_quality": 0.9, "reverse_kl_all": 0.01, "spread": 1.0}
FEW = {"modes": 2, "modes_of": 8, "high_quality": 0.5, "reverse_kl_all": 1.4, "spread": 1.0}
NOT_BAD = ("good", "note")


def run(rows=N, seed=0, per_row=10, **columns):
    """A healthy run's columns, with some of them given otherwise."""
    rng = np.random.default_rng(seed)
    healthy = {
        "step": np.arange(1, rows + 1) * per_row,
        "d_loss": 1.2 + 0.1 * rng.normal(size=rows),
        "g_loss": 0.9 + 0.1 * rng.normal(size=rows),
        "d_real": np.clip(0.62 + 0.06 * rng.normal(size=rows), 0, 1),
        "d_fake": np.clip(0.62 + 0.06 * rng.normal(size=rows), 0, 1),
        "g_gradient": np.exp(0.3 * rng.normal(size=rows)),
    }
    for name, column in columns.items():
        healthy[name] = np.broadcast_to(np.asarray(column, float), rows).copy()
    return healthy


def around(value, rows=N, by=0.02, seed=3):
    """Accuracies about a value, as batches give them."""
    return np.clip(value + by * np.random.default_rng(seed).normal(size=rows), 0, 1)


def diagnosed(columns=None, measured=(), given=RING, **values):
    """The diagnosis of columns, of what was measured and of a configuration with other values."""
    config = given.with_values({name.replace("__", "."): value for name, value in values.items()})
    return diagnose(Evidence.of(run() if columns is None else columns, config, dict(measured)))


def state(columns=None, measured=(), given=RING, **values):
    return diagnosed(columns, measured, given, **values).state


# --- what was seen to be wrong --------------------------------------------------------------------


def test_equal_pictures_are_called_a_collapse_and_not_a_want_of_time():
    rates = {"d_optimizer.lr": 5e-5, "g_optimizer.lr": 1e-3}
    config = preset("digits-collapse").with_values({"steps": 900, **rates})
    columns = run(per_row=2, d_real=1.0, d_fake=1.0, d_loss=0.001, g_loss=9.0, rows=450)
    measured = {"class_entropy": 0.0, "coverage": 0.0, "n": 898, "duplicates": 400_117}
    for seen in (measured, {"diversity": 0.02, "nearness": 2.0, "class_entropy": 0.0}):
        found = state(columns, seen, config)
        assert (found.kind, found.name) == ("bad", "mode-collapse")
        assert "D recognises all of them" in found.sentence
        assert found.advice == "Give D four times G's learning rate."


def test_scores_of_hinge_have_no_zero_by_which_a_player_wins():
    columns = run(d_real=around(0.95), d_fake=around(0.05), d_loss=around(1.4))
    found = state(columns, WHOLE, loss="hinge")
    assert found.name == "healthy"
    assert state(columns, (), loss="hinge").name == "unsure"


def test_a_d_that_hardly_learns_has_one_winner_and_one_advice():
    fading = np.geomspace(1.0, 1e-3, N)
    columns = run(d_real=around(0.25), d_fake=0.0, g_loss=0.0, g_gradient=fading)
    found = diagnosed(columns, FEW, d_optimizer__lr=1e-9)
    assert found.state.name == "dead-d"
    assert found.state.advice == "Raise D's learning rate."
    assert [note.advice for note in found.notes] == [""] * len(found.notes)
    fooled = diagnosed(columns, (), d_optimizer__lr=1e-3).state
    assert (fooled.name, fooled.advice) == ("g-wins", "Raise D's learning rate.")


def test_the_loss_of_a_critics_g_is_no_news():
    columns = run(d_loss=-0.25, g_loss=np.linspace(2, 8, N))
    found = diagnosed(columns, WHOLE, loss="wasserstein", penalties="wgan-gp")
    assert [one.name for one in found.findings] == ["healthy"]


def test_a_critic_without_a_bound_is_warned_of_whatever_its_curves():
    columns = run(d_loss=np.linspace(-0.3, -5.1, N), g_loss=np.linspace(0, 60, N))
    found = state(columns, WHOLE, loss="wasserstein")
    assert (found.kind, found.name) == ("warning", "unbounded-critic")
    bounds: list[dict[str, Any]] = [{"d_clip": 0.01}, {"penalties": "wgan-gp"}, {"penalties": "r1"}]
    for bound in bounds:
        assert state(columns, WHOLE, loss="wasserstein", **bound).name == "healthy"


def test_a_gradient_that_falls_after_d_was_trained_first_is_no_fault():
    gradient = np.where(np.arange(N) < 100, 50.0, 1.0)
    found = diagnosed(run(g_gradient=gradient), WHOLE, d_warmup=400)
    assert found.state.name == "healthy"
    assert not any("non-saturating" in one.advice for one in found.findings)


def test_too_early_is_a_share_of_the_budget_and_not_of_the_rows():
    config = preset("vanilla-mnist").with_values({"steps": 30_000})
    columns = run(rows=30, per_row=1, d_real=around(0.7, 30), d_fake=around(0.03, 30))
    assert state(columns, (), config).name == "early"
    many = run(rows=800, per_row=1, d_real=around(0.7, 800), d_fake=around(0.03, 800))
    assert state(many, (), config).name == "early"
    assert state(run(per_row=10), (), config).name != "early"
    assert state({}, ()).name == "early"


@pytest.mark.parametrize(
    ("step", "share", "early"),
    [(100, 0.9, True), (400, 0.01, True), (400, 0.5, False), (400, None, True), (1_200, 0, False)],
)
def test_too_early_is_a_share_of_whatever_limits_the_run(step, share, early):
    config = preset("ring-collapse").with_values({"steps": 100_000, "seconds": 60})
    evidence = Evidence.of(run(rows=100, per_row=step // 100), config, WHOLE, share=share)
    assert (diagnose(evidence).state.name == "early") == early


@pytest.mark.parametrize(
    ("real", "fake", "gradient"), [(0.5, 0.5, 1.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0)]
)
def test_a_d_that_answers_everything_alike_is_dead(real, fake, gradient):
    found = state(run(d_real=real, d_fake=fake, g_gradient=gradient), WHOLE)
    assert (found.kind, found.name) == ("bad", "dead-d")


def test_extremes_whose_mean_is_a_half_are_no_balance():
    right = (np.arange(N) // 3) % 2
    jumping = state(run(d_real=right, d_fake=1 - right), ())
    assert jumping.name == "oscillates"
    grown = np.where(np.arange(N) < 400, 0.5, 500.0)
    found = state(run(g_gradient=grown), WHOLE)
    assert (found.kind, found.name) == ("warning", "exploded")
    assert "1,000 times as large" in found.sentence


def test_a_lead_that_has_ended_is_told_with_the_step_of_its_end():
    sure = np.where(np.arange(N) < 0.85 * N, 0.99, 0.6)
    found = diagnosed(run(d_real=sure, d_fake=sure), WHOLE)
    assert found.state.name == "healthy"
    assert [note.sentence for note in found.notes] == ["D was ahead until step 5,101."]
    late = diagnosed(run(d_real=sure[::-1], d_fake=sure[::-1]), ())
    assert late.state.name == "d-wins"
    assert "D has been ahead since step" in late.notes[0].sentence


@pytest.mark.parametrize("share", [0.8, 0.85, 0.9, 0.92, 0.93, 0.95, 0.99])
def test_words_and_shading_agree_on_who_is_ahead(share):
    columns = run(d_real=around(share, by=0.001), d_fake=around(share, by=0.001))
    shaded = phases(columns["step"].astype(float), columns["d_real"], 1 - columns["d_fake"])
    assert (state(columns, ()).name == "d-wins") == (shaded[-1].kind == D_AHEAD)


@pytest.mark.parametrize("rows", [110, 130, 150, 170, 200])
def test_slow_circling_is_named_with_its_period(rows):
    losses = 1 + 0.5 * np.sin(2 * np.pi * np.arange(N) / rows)
    found = state(run(g_loss=losses), ())
    assert found.name == "oscillates"
    period = float(found.sentence.split("period of ")[1].split(" steps")[0].replace(",", ""))
    assert period == pytest.approx(10 * rows, rel=0.1)


@pytest.mark.parametrize("data", ["ring", "grid"])
def test_against_collapse_what_the_lab_measured_is_advised(data):
    modes = {row.method: row.mean("modes") for row in published(data)}
    ladder = ["plain", "two-time-scales", "annealed"]
    assert sorted(ladder, key=modes.__getitem__) == ladder
    advised = []
    for name in ladder:
        config = method_config(name, data, 6_000)
        advised.append(state(run(), FEW, config).advice)
        assert config.loss.name in ("non-saturating", "relativistic")
    d, g = (method_config("two-time-scales", data).get(f"{who}_optimizer.lr") for who in "dg")
    assert (advised[0], d / g) == ("Give D four times G's learning rate.", 4)
    annealed = method_config("annealed", data)
    assert annealed.loss.name == "relativistic"
    assert "relativistic loss with R1 + R2, learning rates that fall" in advised[1]
    assert annealed.g_optimizer.decay != "none"
    assert annealed.ema
    assert advised[2] == "Lower both learning rates."
    words = " ".join(text for one in TABLE for text, _ in one.advice)
    for worse, word in (("pacgan2", "pack"), ("unrolled", "unroll")):
        assert modes[worse] < modes["plain"]
        assert word not in words
    assert state(run(), FEW).advice == advised[0]


@pytest.mark.parametrize(
    ("told", "loss", "said", "advice"),
    [
        (1.0, "non-saturating", "D recognises all of them.", "Give D four"),
        (0.999, "non-saturating", "D recognises nearly all of them.", "Give D four"),
        (0.9, "least-squares", f"D recognises {percent(0.9)} of them.", "Give D four"),
        (0.9, "minimax", "and this loss hardly has a gradient there.", "Use the non-saturating"),
        (0.9, "hinge", "D separates nearly all samples by its margin.", "Give D four"),
        (0.9, "relativistic", f"D recognises {percent(0.9)} of them.", "Give D four"),
    ],
)
def test_what_a_sure_d_leaves_a_collapsed_g_is_said_by_the_loss(told, loss, said, advice):
    columns = run(d_real=1.0, d_fake=told, d_loss=0.01)
    found = state(columns, FEW, loss=loss)
    assert found.sentence.endswith(said)
    assert found.advice.startswith(advice)
    # By G's slope where D is sure: only a saturating loss has none there.
    slope = find(Loss, loss).load().g_slope(np.full(4, 9.0), np.full(4, -9.0))
    assert (abs(slope).max() < 0.01) == ("hardly" in found.sentence)


def test_gathered_samples_have_a_subject():
    found = state(run(), {**WHOLE, "reverse_kl_all": 1.2})
    assert found.sentence == (
        "Mode collapse: G puts most samples into few of 8 modes, and "
        f"{percent(0.9)} of its samples are of high quality."
    )


def test_no_run_against_collapse_is_advised_what_it_has():
    two: dict[str, Any] = {"d_optimizer__lr": 1e-3, "g_optimizer__lr": 2.5e-4}
    for flat in ("r1,r2", "r1-r2"):
        found = state(run(), FEW, penalties=flat, loss="relativistic", **two)
        assert found.advice == "Let the learning rates fall, and average G's weights."
    assert "R1 + R2" in state(run(), FEW, penalties="r1", **two).advice
    critic = state(run(), FEW, loss="wasserstein", penalties="wgan-gp", d_steps=5)
    assert "R1 + R2" in critic.advice
    assert "R1 + R2" in state(run(), FEW, d_steps=5, d_optimizer__lr=1e-3).advice


def test_losses_that_blew_up_are_said_to_have_blown_up():
    grown = np.geomspace(1, 1e9, N)
    found = state(run(d_loss=grown, g_loss=grown), FEW, d_optimizer__lr=10.0, g_optimizer__lr=10.0)
    assert (found.kind, found.name) == ("bad", "exploded")
    assert "learning rates" in found.advice
    gone = Evidence.of(run(), RING, end="diverged")
    assert diagnose(gone).state.name == "exploded"


# --- the other states -----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(20))
def test_a_healthy_run_is_called_healthy_and_nothing_else(seed):
    assert [one.name for one in diagnosed(run(seed=seed), WHOLE).findings] == ["healthy"]


@pytest.mark.parametrize("share", [0.2, 0.4, 0.49, 0.51, 0.8])
def test_the_diagnosis_and_the_race_agree_on_a_smear(share):
    scores = {**WHOLE, "high_quality": share}
    found = state(run(), scores)
    nobody = "nobody has won" in verdict("modes", ["a", "b"], [scores, FEW], 8, {}, over=True)
    assert (found.name, found.kind) == (("smeared", "note") if nobody else ("healthy", "good"))
    assert f"G covers all 8 modes{', but only' if nobody else ';'}" in found.sentence
    assert percent(share) in found.sentence


def test_curves_alone_earn_no_good_verdict():
    for losses in (1.38, 1.2, 0.3):
        found = state(run(d_loss=losses), ())
        assert found.name == "unsure"
        assert "not been measured" in found.sentence


def test_of_data_without_modes_the_divergence_is_told():
    drawn = preset("ring-collapse").with_values({"data": "drawing", "steps": 6_000})
    live = state(run(js=0.123), (), drawn)
    assert live.name == "unsure"
    assert "no fault. These data have no modes to count" in live.sentence
    assert "is 0.12, of 0.69 at most" in live.sentence
    compared = diagnose(Evidence.of({}, drawn, {"js": 0.123}, step=5_000)).state
    assert compared.sentence.startswith("These data have no modes")
    few = state(run(), {"modes": 7, "modes_of": 8, "high_quality": 0.9, "js": 0.1})
    assert few.sentence.startswith("G is neither collapsed")


def test_a_gradient_that_fades_under_a_sure_d_is_told_with_the_step_of_its_strength():
    strength = np.where(np.arange(N) < 0.4 * N, 5.0, 0.05)
    sure = {"d_real": around(0.85), "d_fake": around(0.88)}
    found = state(run(g_gradient=strength, **sure), (), loss="minimax")
    assert (found.kind, found.name) == ("bad", "faded-gradient")
    assert found.advice == "Use the non-saturating loss."
    assert "100 times smaller" in found.sentence
    step = int(found.sentence.split("around step ")[1].split(", while")[0].replace(",", ""))
    assert step <= 2_400
    undecided = {"d_real": around(0.55), "d_fake": around(0.47)}
    assert state(run(g_gradient=strength, **undecided), WHOLE).name == "healthy"


def test_too_few_gradients_of_g_are_no_faded_one():
    moved = np.full(N, np.nan)
    moved[-70::10] = np.geomspace(5.0, 0.01, 7)  # G has hardly begun after D's warm-up
    columns = run(g_gradient=moved, d_real=around(0.85), d_fake=around(0.88))
    found = state(columns, WHOLE)
    assert found.name == "healthy"
    assert "nan" not in found.sentence


def test_a_g_that_no_gradient_reaches_is_dead():
    gone = np.where(np.arange(N) < 300, 1.0, 0.0)
    found = state(run(g_gradient=gone, d_real=around(1), d_fake=around(1)), (), loss="minimax")
    assert (found.name, found.advice) == ("dead-g", "Use the non-saturating loss.")
    slow = state(run(d_real=1.0, d_fake=1.0), (), g_optimizer__lr=1e-9)
    assert (slow.name, slow.advice) == ("dead-g", "Raise G's learning rate.")


def test_a_player_that_does_not_learn_is_said_to_by_its_rate_or_by_k():
    slow = state(run(), (), d_optimizer__lr=1e-9, g_optimizer__lr=1e-3)
    assert slow.sentence == (
        "D does not learn: its learning rate is 1,000,000 times smaller than G's."
    )
    other = state(run(), (), d_optimizer__lr=1e-3, g_optimizer__lr=1e-8)
    assert "G does not learn: its learning rate is 100,000 times smaller than D's." in (
        other.sentence
    )
    none = state(run(), (), g_optimizer__lr=0.0)
    assert none.sentence == "G does not learn: its learning rate is 0, unlike D's."
    still = state(run(), (), d_steps=0)
    assert still.sentence == "D does not learn: K, its moves a step, is 0."
    assert (still.name, still.advice) == ("dead-d", "Let D move: raise K.")


def test_one_wild_row_changes_nothing():
    for where in (0, N // 2, -1):
        gradient = run()["g_gradient"]
        gradient[where] = 1e6
        assert state(run(g_gradient=gradient), WHOLE).name == "healthy"


def test_copies_ignored_labels_and_narrow_modes_have_their_names():
    digits = preset("cgan-digits")
    varied = {"diversity": 0.95, "class_entropy": 0.97, "nearness": 1.2, "number_of_classes": 10}
    assert state(run(), {**varied, "as_meant": 0.9}, digits).name == "healthy"
    assert state(run(), {**varied, "as_meant": 0.12}, digits).name == "labels-ignored"
    copied = state(run(), {**varied, "nearness": 0.1}, digits)
    assert copied.name == "memorising"
    assert f"{percent(0.1)} as far as from one of these to its nearest other" in copied.sentence
    assert f"{REAL} at most" in copied.sentence
    assert FEWER_REAL <= REAL
    for before, known in (("augment", True), ("packing", False), ("instance-noise", False)):
        plain = preset("digits").with_values({"transforms": before})
        advice = state(run(), {**varied, "nearness": 0.1}, plain).advice
        assert ("Augment" in advice) != known
    assert state(run(), {**WHOLE, "spread": 0.1}).name == "narrow-modes"


def test_rows_in_which_a_player_waits_are_left_out():
    waiting = np.arange(N) % 2 == 0
    columns = run()
    for name in ("g_loss", "g_gradient"):
        columns[name] = np.where(waiting, np.nan, columns[name])
    assert state(columns, WHOLE).name == "healthy"
    columns["d_real"] = columns["d_fake"] = np.full(N, np.nan)  # D never moved
    assert state(columns, ()).name == "unsure"


def test_what_was_stored_is_read_as_it_was_measured():
    live = run(modes=2.0, high_quality=0.5, reverse_kl_all=1.4)
    assert state(live, {"modes_of": 8}).name == "mode-collapse"
    assert Variety.of(FEW, {"modes": float("nan")}).modes == 2


# --- what must never happen -----------------------------------------------------------------------

accuracies = st.floats(0, 1)
measures = st.sampled_from([{}, WHOLE, FEW, {"diversity": 0.9, "class_entropy": 0.9}])
losses = st.sampled_from(
    ["non-saturating", "minimax", "hinge", "wasserstein", "relativistic", "least-squares"]
)


@given(accuracies, accuracies, st.floats(1e-9, 1e6), st.floats(-9, 1e4), measures, losses)
def test_no_evidence_earns_two_verdicts_or_two_advices(real, fake, gradient, loss, found, name):
    columns = run(
        d_real=around(real), d_fake=around(fake), g_gradient=gradient, d_loss=loss, g_loss=loss
    )
    diagnosis = diagnosed(columns, found, loss=name)
    assert all(one.kind == "note" and not one.advice for one in diagnosis.notes)
    assert diagnosis.state.kind != "good" or found not in ({}, FEW)
    for one in diagnosis.findings:
        assert one.sentence.endswith(".")
        assert 0.5 <= one.confidence <= 1


@given(st.floats(-0.8, 0.8), st.floats(0, 0.1), st.sampled_from(["hinge", "wasserstein"]), measures)
def test_a_shift_of_a_critics_scores_changes_nothing(shift, gap, name, found):
    record = find(Loss, name)
    rng = np.random.default_rng(0)

    def curves(by):
        real = gap / 2 + by + 0.02 * rng.normal(size=(N, 64))
        fake = -gap / 2 + by + 0.02 * rng.normal(size=(N, 64))
        zero = record.at_equilibrium().score
        middle = (real.mean(1) + fake.mean(1))[:, None] / 2 if zero is None else zero
        return run(
            d_loss=record.load().d(real, fake).mean(1),
            g_loss=record.load().g(real, fake).mean(1),
            d_real=(real > middle).mean(1),
            d_fake=(fake < middle).mean(1),
        )

    values: dict[str, Any] = {"loss": name} | ({"penalties": "wgan-gp"} if name[0] == "w" else {})
    before, after = (diagnosed(curves(by), found, **values) for by in (0.0, shift))
    assert before.state.name == after.state.name
    assert before.state.advice == after.state.advice


CASES = {
    "balanced": {},
    "D ahead": {"d_real": 0.99, "d_fake": 0.99},
    "G ahead": {"d_real": 0.3, "d_fake": 0.1},
    "faded": {"d_real": 0.85, "d_fake": 0.85, "g_gradient": np.geomspace(9, 0.01, 4_000)},
    "circling": {"g_loss": 1 + 0.5 * np.sin(np.arange(4_000) / 90)},
    "blown up": {"d_loss": np.geomspace(1, 1e8, 4_000)},
}


def thinned(case, every):
    columns = run(4_000)
    for name, values in CASES[case].items():
        columns[name] = around(values, 4_000) if np.ndim(values) == 0 else values
    return {name: values[every - 1 :: every] for name, values in columns.items()}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("found", [(), WHOLE, FEW], ids=["unmeasured", "whole", "few"])
@given(st.integers(1, 20))
def test_another_length_of_record_changes_nothing(case, found, every):
    config = RING.with_values({"steps": 40_000})
    whole, short = (diagnosed(thinned(case, k), found, config).state for k in (1, every))
    assert (whole.name, whole.advice) == (short.name, short.advice)


@pytest.mark.parametrize("case", CASES)
@given(st.integers(1, 50), measures)
def test_another_scale_of_time_changes_nothing(case, factor, found):
    columns = thinned(case, 4)
    slow = columns | {"step": columns["step"] * factor}
    states = [
        diagnosed(one, found, RING.with_values({"steps": 40_000 * k})).state
        for one, k in ((columns, 1), (slow, factor))
    ]
    assert states[0].name == states[1].name
    assert states[0].advice == states[1].advice


def test_diagnosing_changes_no_column():
    columns = run()
    before = {name: column.copy() for name, column in columns.items()}
    diagnosed(columns, WHOLE)
    assert all(np.array_equal(columns[name], before[name]) for name in columns)


def test_a_run_of_another_ganlab_can_be_diagnosed_without_its_configuration():
    assert diagnose(Evidence(run())).state.name == "unsure"
    assert diagnose(Evidence.of(run(), None, FEW)).state.name == "mode-collapse"
    assert isinstance(RING, RunConfig)


# --- recorded runs --------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("kept", [False, True])
def test_no_recorded_run_in_trouble_is_called_good_and_few_healthy_ones_raise_an_alarm(kept):
    runs = [one for one in read() if SETTINGS[one.setting].kept == kept]
    assert len(runs) >= 60
    pairs = [(true_state(one), diagnose(evidence_of(one)).state) for one in runs]
    assert not [one for one in pairs if one[0] in TROUBLED and one[1].kind == "good"]
    healthy = [found for truth, found in pairs if truth == "healthy"]
    assert sum(found.kind not in NOT_BAD for found in healthy) <= 0.05 * len(healthy)
    assert sum(found.name == "unsure" for _, found in pairs) <= 0.15 * len(pairs)


# --- oscillation ----------------------------------------------------------------------------------


def wave(period, rows=1000, per_row=10, noise=0.0, phase=0.0, seed=0):
    """A sine of that period in steps, with noise of that size."""
    steps = np.arange(rows) * per_row
    rng = np.random.default_rng(seed)
    return steps, 1 + np.sin(2 * np.pi * steps / period + phase) + noise * rng.normal(size=rows)


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


def test_a_period_on_a_trend_is_found_and_the_trend_alone_is_none():
    steps, values = wave(700)
    assert oscillation_period(steps, values + steps / 1000) == pytest.approx(700, rel=0.1)
    assert oscillation_period(steps, steps / 1000) is None
    assert oscillation_period(steps, np.ones(1000)) is None
    assert oscillation_period(steps, np.full(1000, np.nan)) is None


@given(st.integers(240, 3000), st.integers(0, 2**32 - 1))
def test_noise_has_no_period(rows, seed):
    noise = np.random.default_rng(seed).normal(size=rows)
    assert oscillation_period(np.arange(rows), noise) is None


@pytest.mark.parametrize("memory", [0.5, 0.9])
def test_noise_with_a_memory_has_no_period(memory):
    found = 0
    for seed in range(200):
        rng, noise = np.random.default_rng(seed), np.zeros(1000)
        for t in range(1, 1000):
            noise[t] = memory * noise[t - 1] + rng.normal()
        found += oscillation_period(np.arange(1000), noise) is not None
    assert found == 0
