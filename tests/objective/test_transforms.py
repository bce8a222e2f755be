"""Transforms before D."""

import pytest
import torch

from ganlab.errors import ConfigError
from ganlab.objective.transforms import instance_noise, noise_level, pack


def seeded(*numbers):
    return [torch.Generator().manual_seed(n) for n in numbers]


def test_packing_joins_consecutive_samples():
    x = torch.arange(12.0).reshape(6, 2)
    torch.testing.assert_close(pack(x, 3), x.reshape(2, 6))
    together = torch.stack([x, -x])
    torch.testing.assert_close(pack(together, 3), torch.stack([x.reshape(2, 6), -x.reshape(2, 6)]))


def test_packing_joins_pictures_along_their_channels():
    x = torch.randn(6, 3, 4, 5)
    packed = pack(x, 2)
    assert packed.shape == (3, 6, 4, 5)
    torch.testing.assert_close(packed[1], torch.cat([x[2], x[3]]))


def test_packing_one_by_one_changes_nothing():
    x = torch.randn(7, 2)
    assert pack(x, 1) is x


def test_a_batch_that_cannot_be_packed_is_refused_with_what_to_try():
    with pytest.raises(ConfigError, match="multiple of pack, got 10 with pack 4; try 8"):
        pack(torch.zeros(10, 2), 4)


def test_noise_fades_linearly_to_nothing():
    levels = [noise_level(step, 0.4, 100) for step in (0, 25, 100, 1000)]
    assert levels == pytest.approx([0.4, 0.3, 0.0, 0.0])
    assert noise_level(10**6, 0.4) == 0.4


def test_noise_has_the_size_asked_for_and_belongs_to_its_member():
    x = torch.zeros(2, 20000, 2)
    sigma = torch.tensor([0.1, 0.5])[:, None, None]
    noisy = instance_noise(x, seeded(3, 4), sigma)
    torch.testing.assert_close(noisy.std((1, 2)), sigma.squeeze(), rtol=0.02, atol=0)
    alone = instance_noise(x[1:], seeded(4), 0.5)
    torch.testing.assert_close(alone[0], noisy[1])
    torch.testing.assert_close(instance_noise(x[1], seeded(4)[0], 0.5), noisy[1])
