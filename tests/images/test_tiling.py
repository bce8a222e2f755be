"""Tiled equals whole at the radius, and visibly does not without a halo."""

import re

import numpy as np
import pytest
import torch

from ganlab.errors import CheckpointError, PictureError
from ganlab.images import tiling
from ganlab.networks.superres import LeanSRResNet


def vivid(scale: int = 4, channels: int = 64, blocks: int = 2) -> LeanSRResNet:
    """A small network whose body does much, so that a missing halo shows."""
    torch.manual_seed(0)
    network = LeanSRResNet(scale, channels, blocks).eval()
    with torch.no_grad():
        for block in network.body:
            for weight in block.parameters():
                weight.mul_(8)
        network.tail.weight.mul_(10)
    return network


def picture(height: int, width: int, dtype=np.uint8) -> np.ndarray:
    generator = np.random.default_rng(height)
    return generator.integers(0, np.iinfo(dtype).max, (height, width, 3), dtype=dtype)


def run(network, colour, side, halo, dtype=np.uint16):
    shape = (colour.shape[0] * network.scale, colour.shape[1] * network.scale, *colour.shape[2:])
    output = np.zeros(shape, dtype)
    steps = list(tiling.enlarge(network, colour, output, side, halo))
    return output.astype(int), steps


@pytest.mark.parametrize("blocks", [1, 3])
@pytest.mark.parametrize("scale", [2, 4])
def test_the_radius_is_how_far_a_gradient_reaches(scale, blocks):
    network = LeanSRResNet(scale, 4, blocks).double()
    with torch.no_grad():
        for weight in network.parameters():  # positive weights let every path through
            weight.abs_().add_(0.01)
    reach = network.radius
    side = 2 * reach + 9
    lr = torch.ones(1, 3, side, side, dtype=torch.float64, requires_grad=True)
    middle = side // 2
    network(lr)[0, :, middle * scale, middle * scale].sum().backward()
    assert lr.grad is not None
    seen = torch.nonzero(lr.grad[0].sum(0))
    assert int((seen - middle).abs().max()) == reach


def test_the_shipped_body_looks_35_pixels_far():
    assert LeanSRResNet(4).radius == 35


@pytest.mark.parametrize("size", [(33, 50), (64, 41), (1, 50), (7, 129), (1, 1), (3, 2)])
@pytest.mark.parametrize("side", [32, 48, 64, 13])
def test_tiled_equals_whole_at_the_radius(size, side):
    network, colour = vivid(), picture(*size)
    whole, _ = run(network, colour, max(size), 0)
    tiled, _ = run(network, colour, side, network.radius)
    np.testing.assert_array_equal(tiled, whole)


def test_without_a_halo_seams_show():
    network, colour = vivid(), picture(64, 64)
    whole, _ = run(network, colour, 64, 0)
    tiled, _ = run(network, colour, 32, 0)
    assert np.abs(tiled - whole).max() / 65535 > 1e-2
    assert tiling.seam(network, colour, 0) > 2.55
    assert tiling.seam(network, colour, network.radius) == 0


def test_progress_counts_every_tile_and_estimates_the_rest():
    _, steps = run(vivid(), picture(50, 70), 32, 2)
    assert [step.done for step in steps] == list(range(1, 7))
    assert {step.total for step in steps} == {6}
    assert steps[-1].seconds_left == 0
    assert tiling.Progress(1, 4, 2.0).seconds_left == 6


def test_who_stops_listening_cancels_within_one_tile():
    network, colour = vivid(), picture(64, 64)
    output = np.zeros((256, 256, 3), np.uint8)
    work = tiling.enlarge(network, colour, output, 32, 2)
    next(work)
    work.close()
    assert output[:128, :128].any()
    assert not output[128:].any()


def test_grey_stays_one_channel_and_sixteen_bits_stay_deep():
    grey = picture(9, 11, np.uint16)[..., 0].copy()
    output, _ = run(vivid(), grey, 8, 9)
    assert output.shape == (36, 44)
    assert len(np.unique(output % 257)) > 50


def test_the_tile_grows_with_the_budget_and_a_small_budget_is_refused_with_numbers():
    network = LeanSRResNet(4)
    assert tiling.side_for(network, 2**28) < tiling.side_for(network, 2**30)
    assert (tiling.side_for(network, 2**28) + 70) ** 2 * tiling.bytes_per_pixel(network) <= 2**28
    with pytest.raises(PictureError, match=r"at least \d+ MB was wanted.*got 1 MB") as caught:
        tiling.side_for(network, 2**20)
    (least,) = re.findall(r"at least (\d+) MB", str(caught.value))
    assert tiling.side_for(network, int(least) * 2**20) >= tiling.LEAST


def test_a_network_that_looks_far_gets_a_near_halo():
    network = LeanSRResNet(4, 4, 60)
    assert network.radius > tiling.FAR
    assert tiling.halo_of(network) == tiling.NEAR


def test_what_is_not_finite_is_an_error_and_no_black_picture():
    network = vivid()
    with torch.no_grad():
        network.tail.weight[0, 0, 0, 0] = torch.nan
    with pytest.raises(CheckpointError, match="not finite"):
        run(network, picture(8, 8), 8, 0)
