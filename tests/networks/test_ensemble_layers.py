"""Layers with a member axis, held against torch.nn member by member."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from ganlab.networks.ensemble_layers import (
    EnsembleBatchNorm,
    EnsembleDropout,
    EnsembleLinear,
    MinibatchDiscrimination,
    MinibatchStddev,
)


def seeds(*numbers):
    return [torch.Generator().manual_seed(n) for n in numbers]


def test_each_member_of_a_linear_layer_is_a_torch_linear():
    layer = EnsembleLinear(5, 3, seeds(0, 1))
    x = torch.randn(2, 7, 5)
    for k in range(2):
        expected = F.linear(x[k], layer.weight[k].T, layer.bias[k, 0])
        torch.testing.assert_close(layer(x)[k], expected)


def test_initial_weights_have_the_spread_of_torch_linear():
    layer = EnsembleLinear(100, 200, seeds(0))
    reference = nn.Linear(100, 200)
    assert layer.weight.abs().max() <= 0.1
    torch.testing.assert_close(layer.weight.std(), reference.weight.std(), rtol=0.03, atol=0)


def test_an_exact_layer_stays_in_float32_where_others_round():
    layer, loose = EnsembleLinear(4, 4, seeds(0), exact=True), EnsembleLinear(4, 4, seeds(0))
    x = torch.randn(1, 6, 4)
    low = torch.bfloat16
    assert loose(x, low).dtype == low
    torch.testing.assert_close(layer(x, low), layer(x), rtol=0, atol=0)
    torch.testing.assert_close(loose(x, low).float(), layer(x), rtol=0.05, atol=0.05)


def test_a_spectral_layer_has_largest_singular_value_one_in_every_member():
    layer = EnsembleLinear(6, 9, seeds(0, 1, 2), spectral=True)
    with torch.no_grad():
        layer.weight.mul_(torch.tensor([1.0, 5.0, 0.1])[:, None, None])
    for _ in range(50):
        layer(torch.zeros(3, 1, 6))
    layer.eval()
    identity = torch.eye(6).expand(3, 6, 6)
    matrices = layer(identity) - layer.bias
    torch.testing.assert_close(
        torch.linalg.matrix_norm(matrices, 2), torch.ones(3), rtol=1e-4, atol=1e-4
    )


def test_evaluation_leaves_the_power_iteration_alone():
    layer = EnsembleLinear(6, 9, seeds(0), spectral=True).eval()
    before = layer.u.clone()
    layer(torch.randn(1, 4, 6))
    torch.testing.assert_close(layer.u, before, rtol=0, atol=0)


@pytest.mark.parametrize("training", [True, False])
def test_each_member_of_batch_norm_is_torch_batch_norm(training):
    ours, theirs = EnsembleBatchNorm(2, 4), [nn.BatchNorm1d(4) for _ in range(2)]
    for _ in range(3):
        x = torch.randn(2, 16, 4) * 3 + 1
        ours(x)
        for k in range(2):
            theirs[k](x[k])
    ours.train(training)
    for k in range(2):
        theirs[k].train(training)
        torch.testing.assert_close(ours(x)[k], theirs[k](x[k]), rtol=1e-4, atol=1e-5)


def test_dropout_keeps_the_mean_and_repeats_with_its_state():
    layer = EnsembleDropout(0.25, seeds(0, 1))
    x = torch.ones(2, 4000, 3)
    layer(x)
    saved = {name: value.clone() for name, value in layer.state_dict().items()}
    first = layer(x)
    layer.load_state_dict(saved)
    torch.testing.assert_close(layer(x), first, rtol=0, atol=0)
    torch.testing.assert_close(first.unique(), torch.tensor([0.0, 1 / 0.75]))
    torch.testing.assert_close(first.mean(), torch.tensor(1.0), rtol=0.03, atol=0)
    assert not torch.equal(first[0], first[1])
    assert not torch.equal(layer(x), first)
    torch.testing.assert_close(layer.eval()(x), x)


def test_minibatch_discrimination_follows_its_formula():
    layer = MinibatchDiscrimination(3, seeds(0), kernels=2, rows=4)
    x = torch.randn(1, 5, 3)
    appended = layer(x)[0, :, 3:]
    M = (x[0] @ layer.weight[0]).reshape(5, 2, 4)
    for i in range(5):
        for b in range(2):
            expected = sum(torch.exp(-(M[i, b] - M[j, b]).abs().sum()) for j in range(5) if j != i)
            torch.testing.assert_close(appended[i, b], expected)


def test_minibatch_stddev_appends_the_mean_spread():
    x = torch.randn(2, 8, 3)
    answer = MinibatchStddev()(x)
    expected = x.std(1, correction=0).mean(-1)
    torch.testing.assert_close(answer[..., :3], x)
    torch.testing.assert_close(answer[..., 3], expected[:, None].expand(2, 8))


def test_identical_samples_have_no_spread_and_a_finite_gradient():
    x = torch.zeros(1, 4, 2, requires_grad=True)
    answer = MinibatchStddev()(x)[..., 2]
    torch.testing.assert_close(answer, torch.full((1, 4), 1e-4))
    answer.sum().backward()
    assert x.grad is not None
    assert x.grad.isfinite().all()


def test_minibatch_discrimination_takes_what_a_layer_in_bfloat16_gives():
    layer = MinibatchDiscrimination(6, seeds(0, 1))
    x = torch.randn(2, 5, 6)
    found = layer(x.bfloat16())
    assert found.dtype == torch.bfloat16
    torch.testing.assert_close(found.float(), layer(x), atol=0.1, rtol=0.05)
