"""Distances that see what PSNR does not."""

import os
from pathlib import Path

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from skimage import data

from ganlab.evaluation import superres_distances
from ganlab.networks.perceptual_features import HELD_OUT, TRAINED_ON

WEIGHTS = Path(os.environ.get("GANLAB_DATA", "../shared/data")) / "weights"
PHOTO = data.astronaut()[:96, :96]


def blurred(sigma: float) -> np.ndarray:
    return gaussian_filter(PHOTO, (sigma, sigma, 0))


def test_texture_distance_is_zero_for_equals_and_grows_with_blur():
    assert superres_distances.texture_distance(PHOTO, PHOTO) == 0
    distances = [superres_distances.texture_distance(blurred(s), PHOTO) for s in (0.5, 1, 2)]
    assert distances == sorted(distances)
    assert distances[0] > 0


def test_texture_asks_for_strength_and_not_for_the_same_pixels():
    generator = np.random.default_rng(0)
    first, second = (generator.normal(128, 20, (64, 64)).astype(np.uint8) for _ in range(2))
    flat = np.full((64, 64), 128, np.uint8)
    assert (
        superres_distances.texture_distance(first, second)
        < superres_distances.texture_distance(flat, second) / 5
    )


def test_no_layer_both_trains_and_judges():
    assert not set(TRAINED_ON) & set(HELD_OUT)
    assert all(name in superres_distances.FEATURE_NAME for name in HELD_OUT)


@pytest.mark.skipif(not WEIGHTS.is_dir(), reason="SqueezeNet's weights are not on this machine")
def test_feature_distance_grows_with_blur_and_takes_any_size(monkeypatch):
    monkeypatch.setenv("GANLAB_DATA", str(WEIGHTS.parent))
    assert superres_distances.feature_distance(PHOTO, PHOTO) == 0
    distances = [superres_distances.feature_distance(blurred(s), PHOTO) for s in (0.7, 1.5, 3)]
    assert distances == sorted(distances)
    assert superres_distances.feature_distance(PHOTO[:3, :5], PHOTO[5:8, 5:10]) > 0
    assert superres_distances.feature_distance(PHOTO[..., 0], PHOTO[..., 0]) == 0


@pytest.mark.parametrize("size", [(1200, 1800), (3000, 4000), (1, 5_000_000), (7_000_000, 3)])
def test_of_a_large_picture_a_part_of_the_same_shape_is_looked_at(size):
    tall, wide = superres_distances.judged_size(*size)
    assert superres_distances.MOST_READ * 0.99 < tall * wide <= superres_distances.MOST_READ
    if min(size) > 3:
        assert wide / tall == pytest.approx(size[1] / size[0], rel=1e-3)
    assert superres_distances.judged_size(1000, 2000) == (1000, 2000)


def test_features_and_texture_of_a_large_picture_are_those_of_its_middle(monkeypatch):
    monkeypatch.setattr(superres_distances, "MOST_READ", 64 * 48)
    monkeypatch.setattr(
        superres_distances, "squeezenet", lambda layers: lambda pictures: [pictures + 1]
    )
    generator = np.random.default_rng(0)
    sr, hr = (generator.integers(0, 256, (96, 128, 3), dtype=np.uint8) for _ in range(2))
    middle = (slice(24, 72), slice(32, 96))
    for distance in (superres_distances.feature_distance, superres_distances.texture_distance):
        assert distance(sr, hr) == distance(sr[middle], hr[middle]) > 0
        outside = hr.copy()
        outside[:20] = 0
        assert distance(sr, outside) == distance(sr, hr)
