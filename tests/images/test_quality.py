"""Quality against independent computations and the literature's bicubic row."""

import math
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data
from skimage.color import rgb2ycbcr
from skimage.metrics import peak_signal_noise_ratio

from ganlab.data.degradation import crop_to_multiple, photographs, shrink
from ganlab.errors import PictureError
from ganlab.images import quality

SET5 = Path(os.environ.get("GANLAB_DATA", "../shared/data")) / "Set5"


def bicubic(lr: np.ndarray, scale: int) -> np.ndarray:
    size = (lr.shape[1] * scale, lr.shape[0] * scale)
    return np.asarray(Image.fromarray(lr).resize(size, Image.Resampling.BICUBIC))


def shrunk_pair(picture: Image.Image, scale: int) -> tuple[np.ndarray, np.ndarray]:
    hr = crop_to_multiple(picture, scale)
    return np.asarray(hr), np.asarray(shrink(hr, scale))


@pytest.mark.skipif(not SET5.is_dir(), reason="the Set5 pictures are not on this machine")
@pytest.mark.parametrize(
    ("scale", "decibels", "similarity"), [(4, 28.43, 0.811), (2, 33.67, 0.930)]
)
def test_bicubic_on_set5_scores_what_the_literature_says(scale, decibels, similarity):
    scores = []
    for path in photographs(SET5):
        hr, lr = shrunk_pair(Image.open(path).convert("RGB"), scale)
        sr = bicubic(lr, scale)
        scores.append((quality.psnr(sr, hr, scale), quality.ssim(sr, hr, scale)))
    mean = np.mean(scores, axis=0)
    assert abs(mean[0] - decibels) < 0.01
    assert abs(mean[1] - similarity) < 0.001


def test_psnr_agrees_with_scikit_image_on_its_own_luma():
    hr, lr = shrunk_pair(Image.fromarray(data.astronaut()), 4)
    sr = bicubic(lr, 4)
    ours, theirs = (rgb2ycbcr(picture)[4:-4, 4:-4, 0] for picture in (sr, hr))
    expected = peak_signal_noise_ratio(theirs, ours, data_range=255)
    assert abs(quality.psnr(sr, hr, 4) - expected) < 1e-3


@pytest.mark.parametrize("cut", [True, False])
def test_on_all_channels_both_measures_agree_with_scikit_image(cut):
    hr, lr = shrunk_pair(Image.fromarray(data.astronaut()[:120, :88]), 4)
    sr, protocol = bicubic(lr, 4), quality.Protocol("RGB", cut)
    inside = slice(4, -4) if cut else slice(None)
    ours, theirs = (picture[inside, inside].astype(float) for picture in (sr, hr))
    expected = peak_signal_noise_ratio(theirs, ours, data_range=255)
    assert quality.psnr(sr, hr, 4, protocol) == pytest.approx(expected)
    planes = [quality.ssim(sr[..., k], hr[..., k], 4, quality.Protocol("Y", cut)) for k in range(3)]
    assert quality.ssim(sr, hr, 4, protocol) == pytest.approx(np.mean(planes))


def test_every_protocol_says_itself():
    words = {quality.Protocol(c, cut).words for c in ("Y", "RGB") for cut in (True, False)}
    assert len(words) == 4


def test_ssim_agrees_with_a_direct_sum_over_windows():
    generator = np.random.default_rng(0)
    hr = generator.integers(0, 256, (14, 15), dtype=np.uint8)
    sr = np.clip(hr + generator.normal(0, 20, hr.shape), 0, 255).astype(np.uint8)
    grid = np.arange(-5, 6)
    kernel = np.exp(-(grid[:, None] ** 2 + grid[None] ** 2) / (2 * 1.5**2))
    kernel /= kernel.sum()
    a, b = sr[1:-1, 1:-1].astype(float), hr[1:-1, 1:-1].astype(float)
    values = []
    for top in range(a.shape[0] - 10):
        for left in range(a.shape[1] - 10):
            x, y = (t[top : top + 11, left : left + 11] for t in (a, b))
            mx, my = (kernel * x).sum(), (kernel * y).sum()
            vx, vy = (kernel * x * x).sum() - mx**2, (kernel * y * y).sum() - my**2
            cov = (kernel * x * y).sum() - mx * my
            c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
            values.append(
                (2 * mx * my + c1) * (2 * cov + c2) / ((mx**2 + my**2 + c1) * (vx + vy + c2))
            )
    assert abs(quality.ssim(sr, hr, 1) - np.mean(values)) < 1e-6


def test_luma_is_in_studio_range():
    black, white = np.zeros((1, 1, 3), np.uint8), np.full((1, 1, 3), 255, np.uint8)
    assert quality.luma(black) == 16
    assert abs(float(quality.luma(white)[0, 0]) - 235) < 0.01


def test_a_grey_picture_is_its_own_luma():
    grey = np.arange(12, dtype=np.uint8).reshape(3, 4)
    np.testing.assert_array_equal(quality.luma(grey), grey)


def test_equal_pictures_have_infinite_psnr_and_similarity_one():
    picture = data.astronaut()[:64, :64]
    assert quality.psnr(picture, picture, 4) == math.inf
    assert quality.ssim(picture, picture, 4) == pytest.approx(1)
    assert quality.spectral_gap(picture, picture) == 0


def test_a_picture_below_the_window_has_no_ssim():
    tiny = np.zeros((12, 12, 3), np.uint8)
    assert quality.ssim(tiny, tiny, 4) is None


def test_consistency_of_bicubic_on_a_photograph_is_well_below_that_of_the_original():
    hr, lr = shrunk_pair(Image.fromarray(data.astronaut()), 4)
    assert quality.consistency(hr, lr, 4) == math.inf
    assert 30 < quality.consistency(bicubic(lr, 4), lr, 4) < 45


def test_the_power_of_a_wave_lies_at_its_frequency():
    across = np.arange(128)
    wave = 128 + 100 * np.sin(2 * np.pi * across / 8)[None].repeat(128, 0)
    power = quality.power_spectrum(wave.astype(np.uint8))
    assert abs(power.argmax() / len(power) / 2 - 1 / 8) < 0.01


def test_power_sums_to_the_variance_as_parseval_says():
    noise = np.random.default_rng(1).normal(128, 10, (256, 256)).astype(np.uint8)
    assert quality.power_spectrum(noise).mean() == pytest.approx(noise.var(), rel=0.05)


def test_blur_widens_the_spectral_gap():
    hr, lr = shrunk_pair(Image.fromarray(data.astronaut()), 4)
    nearest = lr.repeat(4, 0).repeat(4, 1)
    assert quality.spectral_gap(bicubic(lr, 4), hr) > quality.spectral_gap(nearest, hr) > 0
    assert quality.sharpness(bicubic(lr, 4)) < quality.sharpness(hr)


def test_without_an_original_nothing_is_invented():
    _, lr = shrunk_pair(Image.fromarray(data.astronaut()), 4)
    measured = quality.measure(bicubic(lr, 4), lr, None, 4)
    assert measured.psnr is None
    assert measured.ssim is None
    assert measured.spectral_gap is None
    assert measured.consistency > 30


def test_pictures_of_different_sizes_are_refused_in_one_sentence():
    with pytest.raises(PictureError, match="crop the original to a multiple of 4"):
        quality.psnr(np.zeros((8, 8), np.uint8), np.zeros((9, 8), np.uint8), 4)
    with pytest.raises(PictureError, match="do not belong together"):
        quality.consistency(np.zeros((8, 8), np.uint8), np.zeros((3, 2), np.uint8), 4)


@pytest.mark.parametrize("channels", ["Y", "RGB"])
def test_ssim_in_strips_is_that_of_the_whole(channels, monkeypatch):
    generator = np.random.default_rng(0)
    hr = generator.integers(0, 256, (71, 40, 3), dtype=np.uint8)
    sr = np.clip(hr + generator.normal(0, 30, hr.shape), 0, 255).astype(np.uint8)
    protocol = quality.Protocol(channels, cut=False)
    whole = quality.ssim(sr, hr, 4, protocol)
    for rows in (1, 7, 60, 61):
        monkeypatch.setattr(quality, "STRIP", rows)
        assert quality.ssim(sr, hr, 4, protocol) == pytest.approx(whole, rel=1e-12)
