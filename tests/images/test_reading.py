"""Every kind of file that people drop: read rightly, or refused in one sentence."""

import io
import struct

import numpy as np
import pytest
import tifffile
from PIL import Image, ImageOps

from ganlab.errors import PictureError
from ganlab.images.reading import UPRIGHT, read
from tests.images.files import PHOTO, file, noise, png_header, tiff


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"dear diary", "not a picture"),
        (b'<?xml version="1.0"?><svg xmlns="x"/>', "SVG drawing"),
        (b"  <svg/>", "SVG drawing"),
        (file(Image.fromarray(PHOTO), "JPEG")[:700], "cut off or damaged"),
        (file(Image.fromarray(PHOTO), "PNG")[:900], "cut off or damaged"),
        (file(Image.fromarray(PHOTO), "WEBP")[:300], "cut off or damaged|damaged header|not a pic"),
        (png_header(50_000, 50_000), "2,500 million pixels, the limit is 40 million"),
        (png_header(10_000, 9_500), "95 million pixels|10000×9500 = 95 million"),
        (png_header(7_000, 7_000), "7000×7000 = 49 million"),
        (png_header(0, 0), "damaged header|not a picture"),
    ],
)
def test_what_is_no_picture_is_refused_in_one_sentence(content, sentence):
    with pytest.raises(PictureError, match=sentence) as caught:
        read(content, "mine.png")
    assert "mine.png" in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(PictureError, match=r"gone\.png could not be opened"):
        read(tmp_path / "gone.png")


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (3, 2), (7, 129)])
def test_the_smallest_pictures_are_read(size):
    picture = read(file(Image.new("RGB", size, (1, 2, 3))))
    assert (picture.width, picture.height) == size
    np.testing.assert_array_equal(picture.colour[0, 0], (1, 2, 3))


def test_grey_stays_grey_and_one_bit_becomes_black_and_white():
    grey = np.arange(16, dtype=np.uint8).reshape(4, 4)
    assert read(file(Image.fromarray(grey))).grey
    bits = read(file(Image.fromarray(grey > 7)))
    assert bits.grey
    np.testing.assert_array_equal(bits.colour, np.where(grey > 7, 255, 0))


def test_a_tiff_that_claims_too_much_is_refused_before_it_is_decoded():
    content = bytearray(tiff(noise(5, 7, 2), photometric="minisblack", extrasamples=["unassalpha"]))
    with tifffile.TiffFile(io.BytesIO(bytes(content))) as opened:
        tags = opened.pages.first.tags
        places = [tags[name].valueoffset for name in ("ImageWidth", "ImageLength")]
    for place in places:
        struct.pack_into("<H", content, place, 60_000)
    with pytest.raises(PictureError, match="60000×60000"):
        read(bytes(content), "large.tif")


def test_floating_point_tiff_is_read_and_a_wide_range_said():
    unit = np.linspace(0, 1, 16, dtype=np.float32).reshape(4, 4)
    assert read(file(Image.fromarray(unit), "TIFF")).colour.max() == 65535
    wide = read(file(Image.fromarray(unit * 1000), "TIFF"))
    assert any("from 0 to 1000 were stretched" in notice for notice in wide.notices)


def test_cmyk_is_colour_and_never_alpha():
    picture = read(file(Image.fromarray(PHOTO).convert("CMYK"), "JPEG", quality=95))
    assert picture.alpha is None
    assert picture.colour.shape == PHOTO.shape
    assert np.abs(picture.colour.astype(int) - PHOTO).mean() < 6


def test_palette_with_transparency_becomes_colour_and_alpha():
    image = Image.fromarray(PHOTO).quantize(16)
    plain = read(file(image))
    assert plain.alpha is None
    np.testing.assert_array_equal(plain.colour, np.asarray(image.convert("RGB")))
    transparent = read(file(image, transparency=3))
    assert transparent.alpha is not None
    np.testing.assert_array_equal(transparent.alpha == 0, np.asarray(image) == 3)


def test_alpha_stands_apart_for_grey_and_colour():
    alpha = np.linspace(0, 255, 48 * 64).astype(np.uint8).reshape(48, 64)
    rgba = read(file(Image.fromarray(np.dstack([PHOTO, alpha]))))
    np.testing.assert_array_equal(rgba.colour, PHOTO)
    assert rgba.alpha is not None
    np.testing.assert_array_equal(rgba.alpha, alpha)
    la = read(file(Image.merge("LA", [Image.fromarray(PHOTO[..., 0]), Image.fromarray(alpha)])))
    assert la.grey
    assert la.alpha is not None
    np.testing.assert_array_equal(la.alpha, alpha)


@pytest.mark.parametrize("format", ["GIF", "WEBP"])
def test_an_animation_gives_its_first_frame_and_says_so(format):
    frames = [Image.new("RGB", (8, 6), colour) for colour in ("red", "lime", "blue")]
    picture = read(file(frames[0], format, save_all=True, append_images=frames[1:], lossless=True))
    assert picture.notices == ("it has 3 frames, of which the first was taken",)
    np.testing.assert_array_equal(picture.colour[0, 0], (255, 0, 0))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", ["PNG", "TIFF", "JPEG"])
def test_every_orientation_is_set_upright_as_pillow_does(orientation, format):
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = file(Image.fromarray(PHOTO), format, exif=exif)
    expected = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(content))))
    np.testing.assert_array_equal(read(content).colour, expected)
    assert set(UPRIGHT) == set(range(1, 9))
