"""The objective's own decisions, beyond the losses and penalties that have tests of their own."""

import pytest
import torch

from ganlab.config import RunConfig
from ganlab.training.player_losses import Objective

CPU = torch.device("cpu")
REAL = torch.tensor([2.0, 3.0, -1.0, 4.0])
FAKE = torch.tensor([0.0, 1.0, 2.5, -3.0])


def objective(*losses: str) -> Objective:
    members = [RunConfig(data="ring", network="mlp", z_dim=2, loss=loss) for loss in losses]  # type: ignore[arg-type]
    return Objective(members, CPU)


@pytest.mark.parametrize(
    ("loss", "undecided"), [("non-saturating", 0.0), ("hinge", 0.0), ("least-squares", 0.5)]
)
def test_a_loss_with_targets_fixes_where_d_is_undecided(loss: str, undecided: float):
    assert objective(loss).undecided(REAL, FAKE).tolist() == [undecided]


@pytest.mark.parametrize("loss", ["wasserstein", "relativistic"])
def test_where_only_differences_count_a_shift_of_all_scores_changes_no_verdict(loss: str):
    one = objective(loss)
    before = one.undecided(REAL, FAKE) < REAL
    after = one.undecided(REAL + 7, FAKE + 7) < REAL + 7
    assert one.undecided(REAL, FAKE).tolist() == [(2.0 + 0.125) / 2]
    assert torch.equal(before, after)


def test_members_of_an_ensemble_are_undecided_each_by_its_own_loss():
    real, fake = torch.stack([REAL] * 3), torch.stack([FAKE] * 3)
    found = objective("least-squares", "relativistic", "non-saturating").undecided(real, fake)
    torch.testing.assert_close(found, torch.tensor([[0.5], [1.0625], [0.0]]))


def penalised(*penalties: dict[str, object]) -> Objective:
    members = [
        RunConfig(data="ring", network="mlp", z_dim=2, penalties=(one,))  # type: ignore[arg-type]
        for one in penalties
    ]
    return Objective(members, CPU)


def steep(x: torch.Tensor) -> torch.Tensor:
    """A D whose slope is 2 everywhere, so that R1 is 2γ."""
    return 2 * x[..., 0]


@pytest.mark.parametrize(
    ("progress", "left"), [(0.0, 1.0), (0.5, 0.1), (1.0, 0.01)], ids=["start", "middle", "end"]
)
def test_gamma_falls_evenly_in_its_logarithm_to_its_share_at_the_end(progress: float, left: float):
    x = torch.zeros(1, 5, 2)
    one = penalised({"name": "r1", "gamma": 3.0, "end": 0.01})
    found = one.penalty(steep, x, x, [torch.Generator()], progress)
    torch.testing.assert_close(found, torch.full((1, 5), 2 * 3.0 * left))


def test_a_lazy_penalty_comes_every_so_often_and_as_much_stronger():
    config = RunConfig(penalties=({"name": "r1", "gamma": 3.0, "every": 4},))  # type: ignore[arg-type]
    lazy, x = Objective([config], CPU), torch.zeros(5, 2)
    found = [lazy.penalty(steep, x, x, torch.Generator(), step=step) for step in range(8)]
    there = [step for step, one in enumerate(found) if isinstance(one, torch.Tensor)]
    assert there == [0, 4]
    torch.testing.assert_close(found[4], torch.full((5,), 2 * 3.0 * 4))
    assert sum(float(torch.as_tensor(one).mean()) for one in found) == pytest.approx(8 * 2 * 3.0)


def test_each_member_has_its_own_end_and_without_one_gamma_stays():
    x = torch.zeros(2, 5, 2)
    one = penalised({"name": "r1", "gamma": 1.0}, {"name": "r1", "gamma": 1.0, "end": 0.04})
    found = one.penalty(steep, x, x, [torch.Generator()] * 2, 0.5)
    torch.testing.assert_close(found, torch.tensor([[2.0], [0.4]]).expand(2, 5))
