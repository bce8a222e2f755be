"""What a comparison with originals starts from, and what it says about it."""

import numpy as np
import pytest
from PIL import Image
from skimage import data

from ganlab.errors import PictureError
from ganlab.evaluation import superres as module
from ganlab.evaluation.superres import benchmark, mean, score, shrunk
from ganlab.images.picture import Picture
from ganlab.trained.upscaling import UpscaleRequest

PHOTO = data.astronaut()[:41, :50]


def test_an_original_is_cut_shrunk_like_pillow_and_says_what_it_lost():
    hr, lr = shrunk(Picture(PHOTO), 4)
    np.testing.assert_array_equal(hr.colour, PHOTO[:40, :48])
    small = Image.fromarray(PHOTO[:40, :48]).resize((12, 10), Image.Resampling.BICUBIC)
    np.testing.assert_array_equal(lr.colour, np.asarray(small))
    assert hr.notices == ("it was cut to 48×40, multiples of 4, to be measured",)


def test_depth_and_transparency_that_are_left_out_are_said():
    deep, alpha = PHOTO.astype(np.uint16) * 257, np.full(PHOTO.shape[:2], 9, np.uint16)
    hr, lr = shrunk(Picture(deep, alpha), 1)
    np.testing.assert_array_equal(hr.colour, PHOTO)
    assert (hr.bits, hr.alpha, lr.alpha) == (8, None, None)
    assert hr.notices == (
        "its 16 bits a sample became 8 to be measured",
        "its transparency was left out to be measured",
    )
    assert lr.notices == hr.notices
    assert shrunk(Picture(PHOTO), 1)[0].notices == ()


@pytest.mark.parametrize("size", [(1, 1), (3, 50), (50, 1)])
def test_a_side_shorter_than_the_scale_is_refused_with_what_to_choose(size):
    picture = Picture(np.zeros((*size, 3), np.uint8))
    with pytest.raises(PictureError, match=r"dot\.png is too small to be shrunk by 4.*small pict"):
        shrunk(picture, 4, "dot.png")


def test_the_smallest_original_leaves_one_pixel():
    hr, lr = shrunk(Picture(np.full((4, 7, 3), 9, np.uint8)), 4)
    assert (hr.width, hr.height) == (4, 4)
    np.testing.assert_array_equal(lr.colour, np.full((1, 1, 3), 9))


def test_each_picture_is_measured_before_the_next_one_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "squeezenet_is_there", lambda: False)
    pictures = {name: data.astronaut()[at : at + 32, :40] for name, at in (("a", 0), ("b", 99))}
    for name, samples in pictures.items():
        Image.fromarray(samples).save(tmp_path / f"{name}.png")
    told, inner = [], module.read

    def heard(path):
        told.append(f"read {path.name}")
        return inner(path)

    monkeypatch.setattr(module, "read", heard)
    orders = [UpscaleRequest("nearest"), UpscaleRequest("bicubic")]
    rows = benchmark(tmp_path, 2, iter(orders), told.append)
    assert told == [
        *("read a.png", "nearest: a.png", "bicubic: a.png"),
        *("read b.png", "nearest: b.png", "bicubic: b.png"),
    ]
    for row, order in zip(rows, orders, strict=True):
        wanted = mean([score(Picture(one), order, 2) for one in pictures.values()])
        assert (row.method, row.psnr, row.ssim) == (wanted.method, wanted.psnr, wanted.ssim)
