"""Who leads a race: against what exact samples score, not against the largest number."""

import math

import pytest

from ganlab.metrics.ceilings import CEILINGS, kl_floor
from ganlab.metrics.ranking import RANKINGS, gap, ideals, leaders, suspicion, verdict

BOUNDS = {
    "high_quality_ceiling": CEILINGS["ball"],
    "high_quality_box_ceiling": CEILINGS["box"],
    "reverse_kl_floor": kl_floor(8, 2500),
}
LABELS = ["Plain GAN", "PacGAN2", "R1 + R2"]
GOOD = "95\N{NO-BREAK SPACE}% of high quality"


def scored(**more):
    score = {"modes": 8, "high_quality": 0.95, "high_quality_box": 0.97}
    return score | {"reverse_kl": 0.01, "spread": 0.95} | more


def test_every_measure_has_the_score_of_exact_samples():
    assert set(ideals(8, BOUNDS)) == set(RANKINGS)
    assert ideals(8, {}) == {"modes": 8.0, "spread": 1.0}


def test_a_share_above_its_ceiling_is_as_far_from_the_data_as_one_below_it():
    ceiling = CEILINGS["ball"]
    assert gap("high_quality", ceiling + 0.01, ceiling) == pytest.approx(0.01)
    assert gap("high_quality", ceiling - 0.01, ceiling) == pytest.approx(0.01)
    honest, collapsed = scored(high_quality=0.985), scored(high_quality=1.0, modes=1)
    assert leaders("high_quality", [collapsed, honest], ceiling) == [1]


def test_a_reverse_kl_below_its_floor_is_noise_and_a_spread_above_one_is_too_wide():
    assert gap("reverse_kl", 0.0001, 0.0014) == 0.0
    assert gap("spread", 1.3, 1.0) == pytest.approx(0.3)
    assert gap("modes", math.nan, 8) == math.inf


def test_the_leader_and_the_last_are_named_and_those_that_share_the_lead():
    scores = [scored(modes=2), scored(modes=8), scored(modes=8)]
    text = verdict("modes", LABELS, scores, 8, BOUNDS)
    assert text.startswith(f"**PacGAN2** and **R1 + R2** lead with 8 of 8 modes at {GOOD}.")
    assert text.endswith("Plain GAN comes last with 2 of 8 modes.")
    one = verdict("modes", LABELS, [scored(modes=2), scored(modes=5), scored()], 8, BOUNDS, True)
    assert one.startswith(f"**R1 + R2** wins with 8 of 8 modes at {GOOD}.")
    two = verdict("modes", LABELS, [scored(modes=2), scored(modes=2), scored()], 8, BOUNDS)
    assert two.endswith("Plain GAN and PacGAN2 come last with 2 of 8 modes.")


def test_a_lead_in_one_measure_by_a_gan_that_lost_modes_is_put_into_its_place():
    scores = [scored(spread=1.0, modes=1), scored(spread=0.9), scored(spread=0.8)]
    text = verdict("spread", LABELS, scores, 8, BOUNDS)
    assert text.startswith("**Plain GAN** leads with 1.00 of the true spread.")
    assert "only 1 of 8 modes" in text


def test_equals_are_level_and_the_unmeasured_are_said_to_be():
    assert verdict("modes", LABELS, [scored()] * 3, 8, BOUNDS) == (
        f"All are level: 8 of 8 modes at {GOOD}."
    )
    assert "measured yet" in verdict("modes", LABELS, [{}, {}, {}], 8, BOUNDS)
    lost = verdict("modes", LABELS, [scored(), {}, scored(modes=3)], 8, BOUNDS)
    assert lost.startswith("**Plain GAN** leads")


def test_a_smear_over_all_modes_does_not_win_against_one_that_has_learnt_most():
    smear, learnt = scored(high_quality=0.37), scored(modes=7, high_quality=0.9)
    text = verdict("modes", LABELS, [scored(modes=1, high_quality=0.49), smear, learnt], 8, BOUNDS)
    assert text.startswith("**R1 + R2** leads with 7 of 8 modes at 90")
    assert text.endswith("Plain GAN comes last with 1 of 8 modes.")


def test_where_the_best_is_a_smear_nobody_has_won():
    smear = scored(high_quality=0.37)
    text = verdict("modes", LABELS, [smear, scored(modes=1), scored(modes=0)], 8, BOUNDS, True)
    assert text.startswith("**Plain GAN** leads with 8 of 8 modes at 37")
    assert "nobody has won" in text


def test_a_collapse_within_modes_is_said_with_the_score_that_it_flatters():
    assert suspicion(scored(), BOUNDS) == ""
    assert suspicion({}, BOUNDS) == ""
    narrow = suspicion(scored(spread=0.3, high_quality=0.9), BOUNDS)
    assert "0.30 times as wide" in narrow
    assert "exact samples" not in narrow
    flattered = suspicion(scored(spread=0.3, high_quality=0.998), BOUNDS)
    assert "99.8\N{NO-BREAK SPACE}% of high quality is above what exact samples reach" in flattered


def test_the_samples_are_of_those_who_lead():
    smear = scored(high_quality=0.37)
    one = verdict("modes", LABELS, [smear, scored(modes=1), scored(modes=0)], 8, BOUNDS)
    two = verdict("modes", LABELS, [smear, smear, scored(modes=0)], 8, BOUNDS)
    assert "half of its samples" in one
    assert "half of their samples" in two
