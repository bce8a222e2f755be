"""An ensemble: who shares a state, and what all members start from."""

import pytest
import torch

from ganlab.errors import ConfigError
from ganlab.presets import preset
from ganlab.training.ensemble import MOST_TOGETHER, build_ensemble, lockstep_groups
from ganlab.training.tasks.points import shown_z

CPU = torch.device("cpu")
RING = preset("ring-collapse").with_values(
    {"network.g_width": 8, "network.d_width": 8, "batch": 16, "precision": "float32"}
)
STRUCTURES = {
    "packing": {"transforms": "packing"},
    "spectral": {"network.d_norm": "spectral"},
    "discrimination": {"network.d_batch_feature": "discrimination"},
    "unrolled": {"strategy": "unrolled"},
    "K": {"d_steps": 3},
}


def members(*values):
    return [RING.with_values(one) for one in values]


def test_members_of_one_structure_share_a_state_and_others_do_not():
    four = members({}, {"transforms": "packing"}, {"loss": "hinge"}, {"penalties": "r1"})
    assert lockstep_groups(four) == [(0, 2, 3), (1,)]
    assert lockstep_groups(four, apart=True) == [(0,), (1,), (2,), (3,)]


def test_many_members_are_cut_into_groups_that_fit_a_processors_cache():
    groups = lockstep_groups(members(*[{"seed": k} for k in range(MOST_TOGETHER + 3)]))
    assert [len(group) for group in groups] == [MOST_TOGETHER, 3]


@pytest.mark.parametrize("name", STRUCTURES)
def test_every_weight_whose_shape_agrees_starts_the_same(name):
    one, other = build_ensemble(RING, members({}, STRUCTURES[name]), CPU).states
    same = 0
    for mine, theirs in ((one.G, other.G), (one.D, other.D), (one.G, other.G_mean)):
        theirs = dict(theirs.named_parameters())
        for key, weight in mine.named_parameters():
            if theirs[key].shape == weight.shape:
                torch.testing.assert_close(theirs[key], weight, rtol=0, atol=0)
                same += 1
    assert same >= 12


def test_a_shared_start_leaves_a_spectral_d_with_weights_of_norm_one():
    other = build_ensemble(RING, members({}, STRUCTURES["spectral"]), CPU).states[1]
    layer = other.D.hidden[1]
    largest = torch.linalg.matrix_norm(layer.weight[0].detach(), 2)
    estimate = layer.u[0].mT @ layer.weight[0].detach()
    torch.testing.assert_close(estimate.norm(), largest, rtol=0.02, atol=0)


def test_members_of_other_seeds_start_from_their_own_weights():
    whole = build_ensemble(RING, members({}, {"seed": 5, **STRUCTURES["packing"]}), CPU)
    one, other = (state.G.hidden[0].weight for state in whole.states)
    assert not torch.equal(one, other)


def test_all_groups_meet_the_same_data_and_show_the_same_z():
    whole = build_ensemble(RING, members({}, STRUCTURES["packing"]), CPU)
    one, other = whole.states
    torch.testing.assert_close(one.source.next(16)[0], other.source.next(16)[0], rtol=0, atol=0)
    mine, theirs = (state.task.draw_z(state, 16) for state in (one, other))
    torch.testing.assert_close(mine, theirs, rtol=0, atol=0)
    torch.testing.assert_close(shown_z(one.members, CPU), shown_z(other.members, CPU))


def test_members_are_given_in_the_order_in_which_they_were_asked_for():
    four = members({}, {"transforms": "packing"}, {"loss": "hinge"}, {"d_steps": 2})
    whole = build_ensemble(RING, four, CPU)
    assert list(whole.members) == four
    assert whole.in_order([["a", "c"], ["b"], ["d"]]) == ["a", "b", "c", "d"]


def test_members_on_other_data_are_refused():
    with pytest.raises(ConfigError, match="differs from variant 1 in data"):
        build_ensemble(RING, members({}, {"data": "grid"}), CPU)
