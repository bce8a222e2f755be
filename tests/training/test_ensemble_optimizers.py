"""Each rule, member by member, against torch.optim."""

import pytest
import torch
from torch import nn

from ganlab.fast_cpu import LeanAdam
from ganlab.training.ensemble_optimizers import EnsembleAdam, EnsembleRMSprop, EnsembleSGD

RULES = [
    (EnsembleAdam, torch.optim.Adam, {"betas": (0.5, 0.9)}),
    (EnsembleAdam, torch.optim.Adam, {"betas": (0.0, 0.99)}),
    (EnsembleRMSprop, torch.optim.RMSprop, {"alpha": 0.9}),
    (EnsembleSGD, torch.optim.SGD, {"momentum": 0.0}),
    (EnsembleSGD, torch.optim.SGD, {"momentum": 0.9}),
]
RATES = torch.tensor([1e-3, 1e-2, 0.0])


def weights_of(seed=0):
    torch.manual_seed(seed)
    return [nn.Parameter(torch.randn(3, 4, 5)), nn.Parameter(torch.randn(3, 1, 5))]


def run(weights, optimizer, steps, member=None):
    for step in steps:
        torch.manual_seed(step)
        for shape, w in zip(((3, 4, 5), (3, 1, 5)), weights, strict=True):
            gradient = torch.randn(shape)
            w.grad = gradient if member is None else gradient[member]
        optimizer.step()


@pytest.mark.parametrize(("rule", "reference", "options"), RULES)
def test_every_member_moves_as_torch_moves_it(rule, reference, options):
    ours = weights_of()
    run(ours, rule(ours, RATES, **options), range(20))
    for k in range(3):
        alone = [nn.Parameter(w[k].detach().clone()) for w in weights_of()]
        run(alone, reference(alone, lr=float(RATES[k]), **options), range(20), member=k)
        for p, q in zip(ours, alone, strict=True):
            torch.testing.assert_close(p[k], q, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("rule", "reference", "options"), RULES)
def test_a_resumed_optimiser_goes_on_bit_for_bit(rule, reference, options):
    del reference
    whole, halves = weights_of(), weights_of()
    run(whole, rule(whole, RATES, **options), range(10))
    first = rule(halves, RATES, **options)
    run(halves, first, range(5))
    second = rule(halves, RATES * 0, **options)
    second.load_state_dict(first.state_dict())
    run(halves, second, range(5, 10))
    for p, q in zip(whole, halves, strict=True):
        torch.testing.assert_close(p, q, rtol=0, atol=0)


@pytest.mark.parametrize(("rule", "reference", "options"), RULES)
def test_the_moments_of_torch_can_be_taken_over(rule, reference, options):
    """As when the learning rates of a race are drawn apart while it trains."""
    whole, halves = weights_of(), weights_of()
    equal = torch.full((3,), 1e-2)
    run(whole, reference(whole, lr=1e-2, **options), range(10))
    first = reference(halves, lr=1e-2, **options)
    run(halves, first, range(5))
    second = rule(halves, equal, **options)
    second.state.update(first.state)
    run(halves, second, range(5, 10))
    for p, q in zip(whole, halves, strict=True):
        torch.testing.assert_close(p, q, rtol=1e-5, atol=1e-6)


def test_lean_adam_is_torchs_adam():
    ours, theirs = weights_of(), weights_of()
    lean = LeanAdam(ours, lr=1e-2, betas=(0.5, 0.9), fused=True)
    full = torch.optim.Adam(theirs, lr=1e-2, betas=(0.5, 0.9))
    for steps, rate in ((range(10), 3e-3), (range(10, 20), 1e-3)):
        for optimizer in (lean, full):
            optimizer.param_groups[0]["lr"] = rate
        run(ours, lean, steps)
        run(theirs, full, steps)
    for p, q in zip(ours, theirs, strict=True):
        torch.testing.assert_close(p, q, rtol=1e-5, atol=1e-7)


def test_a_weight_without_a_gradient_stays():
    weights = weights_of()
    before = [w.detach().clone() for w in weights]
    EnsembleAdam(weights, RATES).step()
    for w, old in zip(weights, before, strict=True):
        torch.testing.assert_close(w.detach(), old, rtol=0, atol=0)
