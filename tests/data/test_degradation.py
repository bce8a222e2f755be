"""Pairs for training belong together, in every orientation."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from skimage import data

from ganlab.data.degradation import (
    Crops,
    Pair,
    crop_to_multiple,
    embedded_photographs,
    oriented,
    pairs,
    photographs,
    shrink,
)
from ganlab.errors import DataError

PHOTO = Image.fromarray(data.astronaut()[:101, :130])


@given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 8))
def test_cropping_loses_less_than_the_scale(width, height, scale):
    cut = crop_to_multiple(Image.new("L", (width, height)), scale)
    assert cut.width % scale == cut.height % scale == 0
    assert 0 <= width - cut.width < scale
    assert 0 <= height - cut.height < scale


def test_a_pair_is_the_photograph_and_its_bicubic_reduction():
    (pair,) = pairs([PHOTO], 4)
    hr = crop_to_multiple(PHOTO, 4)
    np.testing.assert_array_equal(pair.hr.permute(1, 2, 0), np.asarray(hr))
    np.testing.assert_array_equal(pair.lr.permute(1, 2, 0), np.asarray(shrink(hr, 4)))


def test_crops_of_both_sizes_show_the_same_place():
    drawn = Crops(pairs([PHOTO], 4), batch=16, crop=8, seed=1)
    lr, hr = drawn.draw()
    assert lr.shape == (16, 3, 8, 8)
    assert hr.shape == (16, 3, 32, 32)
    small = torch.nn.functional.avg_pool2d(hr, 4)
    assert float((small - lr).abs().mean()) < 0.03
    assert float((small.roll(1, 0) - lr).abs().mean()) > 0.1


def test_crops_reach_every_pixel_of_a_photograph():
    places = torch.arange(5 * 7, dtype=torch.uint8).reshape(1, 5, 7).expand(3, -1, -1)
    drawn = Crops([Pair(places.repeat_interleave(2, 1).repeat_interleave(2, 2), places)], 500, 4)
    for found in drawn.draw():
        assert set((255 * found).round().long().unique().tolist()) == set(range(5 * 7))


def test_the_same_seed_draws_the_same_crops():
    first, second = (Crops(pairs([PHOTO], 4), 4, 8, seed=3) for _ in range(2))
    torch.testing.assert_close(first.draw(), second.draw(), rtol=0, atol=0)


def test_the_eight_orientations_differ_and_keep_the_samples():
    picture = torch.arange(9).reshape(1, 3, 3)
    found = {tuple(oriented(picture, k).flatten().tolist()) for k in range(8)}
    assert len(found) == 8
    assert all(sorted(samples) == list(range(9)) for samples in found)


def test_shrinkages_multiply_the_photographs_and_skip_what_is_too_small():
    assert len(pairs([PHOTO], 4, (1.0, 0.8, 0.6))) == 3
    assert len(pairs([PHOTO], 4, (1.0, 0.8, 0.6), least=20)) == 2
    with pytest.raises(DataError, match="at least 800 pixels"):
        pairs([PHOTO], 4, least=200)


def test_an_empty_folder_is_named(tmp_path):
    with pytest.raises(DataError, match="holds none"):
        photographs(tmp_path)


def test_photographs_are_there_without_any_download():
    found = embedded_photographs()
    assert len(found) >= 4
    assert all(picture.mode == "RGB" and min(picture.size) >= 256 for picture in found)
