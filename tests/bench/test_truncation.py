"""Truncation by the Jacobian against generators whose Jacobian is known."""

import pytest
import torch
from torch import nn

from ganlab.bench.modes import flattest, needed, steepness
from ganlab.networks.mlp import PointGenerator


class Linear(nn.Module):
    def forward(self, z):
        return z @ torch.tensor([[3.0, 0.0], [0.0, 4.0]])


class Torn(nn.Module):
    """Two modes, and a steep path between them where |z₁| is small."""

    def forward(self, z):
        return torch.stack([torch.tanh(20 * z[..., 0]), 0 * z[..., 1]], dim=-1)


def draws(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0))


def test_a_linear_generator_is_as_steep_as_its_matrix_everywhere():
    found = steepness(Linear(), draws(2, 7, 2))
    torch.testing.assert_close(found, torch.full((2, 7), 5.0))


def test_steepness_is_that_of_torchs_own_jacobian():
    G = PointGenerator([torch.Generator().manual_seed(k) for k in (1, 2)], width=8).eval()
    z = draws(2, 3, 2)
    whole = torch.autograd.functional.jacobian(G, z)  # (E, N, 2, E, N, 2)
    wanted = [[whole[e, n, :, e, n].norm() for n in range(3)] for e in range(2)]
    torch.testing.assert_close(steepness(G, z), torch.tensor(wanted))


def test_what_lies_between_two_modes_is_left_out():
    z = draws(1, 4000, 2)
    before, after = Torn()(z)[..., 0], Torn()(flattest(Torn(), z, 3500))[..., 0]
    assert (before.abs() < 0.99).double().mean() > 0.08
    assert after.abs().min() > 0.99


def test_as_many_are_left_as_were_wanted_and_in_their_order():
    z = draws(3, needed(100, 0.05), 2)
    kept = flattest(Torn(), z, 100)
    assert z.shape[1] == 106
    assert kept.shape == (3, 100, 2)
    at = [z[0].tolist().index(row) for row in kept[0].tolist()]
    assert at == sorted(at)


@pytest.mark.parametrize(("n", "share", "wanted"), [(100, 0.0, 100), (95, 0.05, 100), (2, 0.5, 4)])
def test_enough_are_drawn(n, share, wanted):
    assert needed(n, share) == wanted
