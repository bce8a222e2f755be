"""dcgan28 against Keras: counts of its summary, and 'same' padding as loops over TensorFlow's rule.

TensorFlow: out = ceil(in / stride); pad = max((out - 1) · stride + k - in, 0), its smaller half
before. A transposed convolution is the adjoint of the convolution with the same rule.
"""

import math

import numpy as np
import pytest
import torch
from torch import nn

from ganlab.networks.dcgan import SameDownConv, SameUpConv, build
from ganlab.networks.shape import Shape
from tests.networks.building import count


def pad_before(size, stride, k=5):
    out = -(-size // stride)
    return max((out - 1) * stride + k - size, 0) // 2, out


def down_twin(x, weight, stride):
    """X (C, H, W), weight (C', C, k, k) -> (C', H/s, W/s), tap by tap."""
    (before, out), k = pad_before(x.shape[1], stride), weight.shape[-1]
    y = np.zeros((len(weight), out, out))
    for i, j in np.ndindex(out, out):
        for a, b in np.ndindex(k, k):
            row, column = i * stride + a - before, j * stride + b - before
            if 0 <= row < x.shape[1] and 0 <= column < x.shape[2]:
                y[:, i, j] += weight[:, :, a, b] @ x[:, row, column]
    return y


def up_twin(x, weight, stride):
    """X (C, H, W), weight (C, C', k, k) -> (C', sH, sW): every input spreads over its window."""
    size, k = x.shape[1] * stride, weight.shape[-1]
    before, _ = pad_before(size, stride)
    y = np.zeros((weight.shape[1], size, size))
    for i, j in np.ndindex(x.shape[1], x.shape[2]):
        for a, b in np.ndindex(k, k):
            row, column = i * stride + a - before, j * stride + b - before
            if 0 <= row < size and 0 <= column < size:
                y[:, row, column] += weight[:, :, a, b].T @ x[:, i, j]
    return y


@pytest.fixture
def networks():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return build(Shape(100))


@pytest.mark.parametrize("size", [4, 6, 14])
def test_the_down_convolution_is_keras_same(size):
    rng = np.random.default_rng(size)
    layer = SameDownConv(2, 3).double()
    x = rng.normal(size=(2, size, size))
    with torch.no_grad():
        y = layer(torch.from_numpy(x)[None])[0].numpy()
        bias = dict(layer.named_parameters())["bias"].numpy()[:, None, None]
    np.testing.assert_allclose(y, down_twin(x, layer.weight.detach().numpy(), 2) + bias, atol=1e-12)


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("size", [3, 7])
def test_the_up_convolution_is_keras_same(size, stride):
    rng = np.random.default_rng(size)
    layer = SameUpConv(3, 2, stride).double()
    x = rng.normal(size=(3, size, size))
    with torch.no_grad():
        y = layer(torch.from_numpy(x)[None])[0].numpy()
    np.testing.assert_allclose(y, up_twin(x, layer.weight.detach().numpy(), stride), atol=1e-12)


def test_up_is_the_adjoint_of_down():
    generator = torch.Generator().manual_seed(0)
    down, up = SameDownConv(2, 3).double(), SameUpConv(3, 2, 2).double()
    with torch.no_grad():
        up.weight.copy_(down.weight)
        nn.init.zeros_(dict(down.named_parameters())["bias"])
        x = torch.randn(1, 2, 14, 14, generator=generator, dtype=torch.float64)
        y = torch.randn(1, 3, 7, 7, generator=generator, dtype=torch.float64)
        torch.testing.assert_close((down(x) * y).sum(), (x * up(y)).sum())


def test_the_counts_are_those_of_the_tutorials_summary(networks):
    G, D = networks
    dense, norms = 100 * 12_544, 2 * (12_544 + 128 + 64)
    up = 25 * (256 * 128 + 128 * 64 + 64 * 1)
    statistics = sum(b.numel() for n, b in G.named_buffers() if "running" in n)
    assert count(G) == dense + norms + up == 2_305_472
    assert count(G) + statistics == 2_330_944  # Keras counts moving mean and variance too
    assert count(D) == (25 + 1) * 64 + (25 * 64 + 1) * 128 + 7 * 7 * 128 + 1 == 212_865


def test_shapes_run_from_7_over_14_to_28_and_back(networks):
    G, D = networks
    seen = []
    for net in (G, D):
        for m in net.modules():
            if isinstance(m, SameUpConv | SameDownConv):
                m.register_forward_hook(lambda _m, _x, y: seen.append(tuple(y.shape[1:])))
    logits = D(G(torch.zeros(3, 100)))
    assert seen == [(128, 7, 7), (64, 14, 14), (1, 28, 28), (64, 14, 14), (128, 7, 7)]
    assert logits.shape == (3,)


def test_weights_are_glorot_uniform_and_biases_zero(networks):
    fans = {"up.1": 25 * (256 + 128), "up.4": 25 * (128 + 64), "up.7": 25 * 65, "dense": 12_644}
    fans_d = {"body.0": 25 * 65, "body.3": 25 * 192, "dense": 6273}
    for net, expected in zip(networks, (fans, fans_d), strict=True):
        layers = dict(net.named_modules())
        for name, fan in expected.items():
            weight, limit = layers[name].weight.detach(), math.sqrt(6 / fan)
            assert weight.abs().max() <= limit
            assert weight.abs().max() > 0.98 * limit
            assert weight.var().item() == pytest.approx(limit**2 / 3, rel=0.1)  # of U[-l, l]
            if layers[name].bias is not None:
                assert not layers[name].bias.any()


def test_the_dense_layers_run_channels_last_as_in_keras(networks):
    G, D = networks
    seen = []
    G.up.register_forward_pre_hook(lambda _m, x: seen.append(x[0]))
    D.body.register_forward_hook(lambda _m, _x, y: seen.append(y))
    G.eval(), D.eval()
    z = torch.randn(2, 100, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        logits = D(G(z))
        flat = G.dense_norm(G.dense(z))
        np.testing.assert_array_equal(
            seen[0].numpy().transpose(0, 2, 3, 1), flat.numpy().reshape(2, 7, 7, 256)
        )
        features = seen[1].numpy().transpose(0, 2, 3, 1).reshape(2, -1)
        expected = features @ D.dense.weight.numpy().T + D.dense.bias.numpy()
    np.testing.assert_allclose(logits.numpy(), expected[:, 0], rtol=1e-4, atol=1e-5)
