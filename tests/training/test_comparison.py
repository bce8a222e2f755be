"""Members compared: equal ones stay equal, others advance together, and all resume bit by bit."""

import numpy as np
import pytest
import torch

from ganlab.errors import CheckpointError, ConfigError
from ganlab.presets import preset
from ganlab.training.checkpoint import load_run, save_run
from ganlab.training.loop import Pace, Training
from ganlab.training.tick import Intervention

SMALL = preset("ring-collapse").with_values(
    {
        "network.g_width": 8,
        "network.d_width": 8,
        "network.g_depth": 1,
        "network.d_depth": 1,
        "batch": 16,
        "precision": "float32",
        "steps": 60,
    }
)
MIXED = [
    {},
    {"transforms": "packing"},
    {"loss": "relativistic", "penalties": "r1-r2"},
    {"strategy": "unrolled", "strategy.unroll": 1},
]
WILD = {"d_optimizer.name": "sgd", "d_optimizer.lr": 10.0, "g_optimizer.name": "sgd"} | {
    "g_optimizer.lr": 10.0
}


def compared(variants, values=None, **options):
    return Training(SMALL.with_values(values or {}), variants, device="cpu", **options)


def finished(one):
    for tick in one:
        last = tick
    return last


def weights(whole):
    return {
        f"{k}.{who}.{name}": value.clone()
        for k, state in enumerate(whole.states)
        for who, net in (("G", state.G), ("D", state.D), ("G_mean", state.G_mean))
        for name, value in net.state_dict().items()
    }


def test_a_member_trains_as_it_would_alone_whatever_other_groups_there_are():
    whole = compared(MIXED).ensemble
    together = Training(whole.config, state=whole)
    finished(together)
    alone = Training(SMALL, device="cpu")
    finished(alone)
    first = together.ensemble.states[0]
    for mine, theirs in zip(first.G.parameters(), alone.state.G.parameters(), strict=True):
        torch.testing.assert_close(mine[:1], theirs, rtol=1e-5, atol=1e-6)


def test_all_groups_are_at_the_same_step_at_every_tick():
    one = compared(MIXED, pace=Pace(tick=0.01))
    for tick in one:
        assert {state.step for state in one.ensemble.states} == {tick.step}
        assert len(tick.members) == 4
    assert (tick.step, tick.end) == (60, "finished")


@pytest.mark.parametrize("other", [WILD, {"loss": "hinge"}], ids=["group", "ensemble"])
def test_a_comparison_that_lost_a_member_goes_on_and_can_be_resumed(tmp_path, other):
    one = compared([{}, other], {"steps": 400})
    if len(one.ensemble.states) == 1:  # Adam is too tame to overflow by itself
        one.ensemble.states[0].d_weights[0].data[1] = float("inf")
    while one.step < 300:
        tick = one.advance(20)
    assert tick.lost == (1,)
    assert np.isfinite(tick.members[0]["d_loss"])
    save_run(tmp_path / "run.safetensors", one.ensemble)
    stored = load_run(tmp_path / "run.safetensors", "cpu")
    assert stored.lost == one.ensemble.lost
    again = Training(stored.config, state=stored)
    assert finished(one).end == finished(again).end == "finished"
    np.testing.assert_array_equal(
        one.snapshot().arrays["fake"][0], again.snapshot().arrays["fake"][0]
    )


def test_a_comparison_that_lost_everybody_ends_and_says_so():
    one = compared([WILD, WILD | {"seed": 3}], {"steps": 4000})
    last = finished(one)
    assert (last.end, last.lost) == ("diverged", (0, 1))
    assert "diverged" in last.words
    assert np.isfinite(one.snapshot().arrays["fake"]).all()


def test_a_setting_changes_for_all_members_and_a_script_does_so_at_its_step():
    one = compared(MIXED, script=[Intervention(10, "g_optimizer.lr", 1e-3, 5e-4)])
    one.advance(20)
    assert {member.g_optimizer.lr for member in one.ensemble.members} == {5e-4}
    done = one.set_live("d_optimizer.lr", 3e-4)
    assert (done.step, done.old, done.new) == (20, 1e-4, 3e-4)
    assert {member.d_optimizer.lr for member in one.ensemble.members} == {3e-4}
    assert one.config.d_optimizer.lr == 3e-4
    assert [member.loss.name for member in one.ensemble.members][2] == "relativistic"
    with pytest.raises(ConfigError, match="cannot be turned"):
        one.set_live("batch", 8)


def test_a_setting_that_one_group_refuses_changes_for_none():
    one = compared(MIXED)
    with pytest.raises(ConfigError):
        one.set_live("d_optimizer.lr", "fast")
    assert {member.d_optimizer.lr for member in one.ensemble.members} == {1e-4}


def test_one_player_moves_alone_in_every_group():
    one = compared(MIXED)
    before = weights(one.ensemble)
    tick = one.advance(1, "D")
    after = weights(one.ensemble)
    moved = {name.split(".")[1] for name in after if not torch.equal(before[name], after[name])}
    assert moved == {"D"}
    assert [(move.step, move.new) for move in tick.interventions] == [(0, "D")]
    assert all(np.isnan(member["g_loss"]) for member in tick.members)


def test_a_snapshot_shows_each_member_where_its_own_training_would():
    one = compared([{}, {"transforms": "packing"}])
    one.advance(15)
    arrays = one.snapshot().arrays
    assert arrays["fake"].shape == (2, 600, 2)
    assert arrays["landscape"].shape == (2, 48, 48)
    alone = Training(SMALL, device="cpu")
    alone.advance(15)
    np.testing.assert_allclose(
        arrays["fake"][0], alone.snapshot().arrays["fake"], rtol=2e-3, atol=2e-3
    )
    np.testing.assert_allclose(
        arrays["landscape"][0], alone.snapshot().arrays["landscape"], rtol=2e-3, atol=2e-3
    )


def test_many_members_are_shown_by_a_few_points_each():
    one = compared([{"seed": k} for k in range(6)])
    arrays = one.snapshot().arrays
    assert set(arrays) == {"fake", "real", "extent"}
    assert arrays["fake"].shape == (6, 120, 2)


def test_a_checkpoint_of_a_comparison_that_was_tampered_with_is_refused(tmp_path):
    from ganlab.training.checkpoint import load_tensors, save_tensors

    path = tmp_path / "run.safetensors"
    save_run(path, compared(MIXED).ensemble)
    tensors, facts = load_tensors(path)
    name = next(key for key in tensors if key.endswith("G.hidden.0.weight"))
    spoilt = [
        (tensors | {"alien": torch.zeros(2)}, facts),
        ({key: value for key, value in tensors.items() if key != name}, facts),
        (tensors | {name: tensors[name] * float("nan")}, facts),
        (tensors, facts | {"order": [[0, 0], [1], [2]]}),
        (tensors, facts | {"order": "abc"}),
        (tensors, facts | {"groups": []}),
        (tensors, facts | {"lost_at": {"x": 1}}),
    ]
    for some, facts in spoilt:
        save_tensors(path, some, facts)
        with pytest.raises(CheckpointError, match="cannot be used"):
            load_run(path, "cpu")
