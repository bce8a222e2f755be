"""Each rule, member by member, against torch.optim."""

import pytest
import torch

from ganlab.errors import CheckpointError
from ganlab.training.ensemble_optimizers import EnsembleAdam, EnsembleRMSprop, EnsembleSGD

RULES = [
    (EnsembleAdam, torch.optim.Adam, {"betas": (0.5, 0.9)}),
    (EnsembleAdam, torch.optim.Adam, {"betas": (0.0, 0.99)}),
    (EnsembleRMSprop, torch.optim.RMSprop, {"alpha": 0.9}),
    (EnsembleSGD, torch.optim.SGD, {"momentum": 0.0}),
    (EnsembleSGD, torch.optim.SGD, {"momentum": 0.9}),
]


def gradients_of(parameters, step):
    torch.manual_seed(step)
    return [torch.randn_like(p) for p in parameters]


@pytest.mark.parametrize(("rule", "reference", "options"), RULES)
def test_every_member_moves_as_torch_moves_it(rule, reference, options):
    torch.manual_seed(0)
    start = [torch.randn(3, 4, 5), torch.randn(3, 1, 5)]
    rates = torch.tensor([1e-3, 1e-2, 0.0])
    ours = [p.clone() for p in start]
    optimizer = rule(ours, rates, **options)
    solo = [[p[k].clone().requires_grad_(True) for p in start] for k in range(3)]
    theirs = [reference(solo[k], lr=float(rates[k]), **options) for k in range(3)]
    for step in range(20):
        gradients = gradients_of(ours, step)
        optimizer.step(gradients)
        for k in range(3):
            for p, g in zip(solo[k], gradients, strict=True):
                p.grad = g[k].clone()
            theirs[k].step()
    for k in range(3):
        for p, q in zip(ours, solo[k], strict=True):
            torch.testing.assert_close(p[k], q.detach(), rtol=1e-5, atol=1e-6)


def test_grad_is_read_where_no_gradients_are_given():
    p = torch.ones(2, 3, requires_grad=True)
    optimizer = EnsembleSGD([p], 0.5)
    p.sum().backward()
    optimizer.step()
    torch.testing.assert_close(p.detach(), torch.full((2, 3), 0.5))
    optimizer.zero_grad()
    assert p.grad is None
    optimizer.step()
    torch.testing.assert_close(p.detach(), torch.full((2, 3), 0.5))


@pytest.mark.parametrize(("rule", "reference", "options"), RULES)
def test_a_resumed_optimiser_goes_on_bit_for_bit(rule, reference, options):
    del reference

    def run(p, optimizer, steps):
        for step in steps:
            optimizer.step(gradients_of(p, step))

    whole = [torch.ones(2, 3, 4)]
    run(whole, rule(whole, 1e-2, **options), range(10))
    halves = [torch.ones(2, 3, 4)]
    first = rule(halves, 1e-2, **options)
    run(halves, first, range(5))
    saved = first.state_dict()
    stood = halves[0].clone()
    run(halves, first, range(5, 6))  # what was saved must not move with it
    halves[0].copy_(stood)
    second = rule(halves, 1.0, **options)
    second.load_state_dict(saved)
    run(halves, second, range(5, 10))
    torch.testing.assert_close(halves[0], whole[0], rtol=0, atol=0)


def test_state_of_another_network_is_refused():
    small, large = EnsembleAdam([torch.ones(1, 2)]), EnsembleAdam([torch.ones(1, 3)])
    small.step([torch.ones(1, 2)])
    with pytest.raises(CheckpointError, match="another network"):
        large.load_state_dict(small.state_dict())
