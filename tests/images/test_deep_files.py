"""Files of sixteen bits a channel: every bit is read, or its loss is said."""

import io
import struct

import numpy as np
import pytest
import tifffile
from PIL import Image, ImageOps

from ganlab.images.picture import Picture
from ganlab.images.reading import read
from ganlab.images.writing import encode
from tests.images.files import RAMP, chunk, deep_png, file, noise, tiff


def test_sixteen_bit_grey_is_not_clipped_to_white():
    grey = np.linspace(0, 65535, 64).astype(np.uint16).reshape(8, 8)
    picture = read(file(Image.fromarray(grey)))
    assert picture.bits == 16
    np.testing.assert_array_equal(picture.colour, grey)
    np.testing.assert_array_equal(picture.eight_bits().colour, np.round(grey / 257))


@pytest.mark.parametrize("channels", [3, 4])
def test_sixteen_bit_png_keeps_every_bit(channels):
    samples = np.random.default_rng(0).integers(0, 65536, (5, 7, channels), dtype=np.uint16)
    colour = samples[..., :3]
    alpha = samples[..., 3] if channels == 4 else None
    picture = read(encode(Picture(colour.copy(), alpha), "PNG"))
    np.testing.assert_array_equal(picture.colour, colour)
    assert (picture.alpha is None) == (alpha is None)
    if alpha is not None and picture.alpha is not None:
        np.testing.assert_array_equal(picture.alpha, alpha)


def test_sixteen_bit_png_grey_with_alpha_keeps_every_bit():
    samples = noise(5, 7, 2)
    picture = read(encode(Picture(samples[..., 0].copy(), samples[..., 1].copy()), "PNG"))
    assert picture.grey
    assert picture.alpha is not None
    assert picture.notices == ()
    np.testing.assert_array_equal(picture.colour, samples[..., 0])
    np.testing.assert_array_equal(picture.alpha, samples[..., 1])


TIFFS = {
    "grey": ((5, 7), {"photometric": "minisblack"}),
    "white is zero": ((5, 7), {"photometric": "miniswhite"}),
    "grey, alpha": ((5, 7, 2), {"photometric": "minisblack", "extrasamples": ["unassalpha"]}),
    "grey, alpha, apart": (
        (2, 5, 7),
        {"photometric": "minisblack", "extrasamples": ["unassalpha"], "planarconfig": "separate"},
    ),
    "colour": ((5, 7, 3), {"photometric": "rgb"}),
    "big-endian": ((5, 7, 3), {"photometric": "rgb", "byteorder": ">"}),
    "apart": ((3, 5, 7), {"photometric": "rgb", "planarconfig": "separate"}),
    "alpha": ((5, 7, 4), {"photometric": "rgb", "extrasamples": ["unassalpha"]}),
    "deflated": ((40, 50, 3), {"photometric": "rgb", "compression": "zlib", "predictor": True}),
    "tiled": ((64, 48, 3), {"photometric": "rgb", "tile": (16, 16)}),
    "five channels": (
        (5, 7, 5),
        {"photometric": "rgb", "extrasamples": ["unassalpha", "unspecified"]},
    ),
    "one column": ((5, 1, 3), {"photometric": "rgb"}),
}


@pytest.mark.parametrize("kind", TIFFS)
def test_sixteen_bit_tiff_keeps_every_bit(kind):
    shape, options = TIFFS[kind]
    samples = noise(*shape)
    picture = read(tiff(samples, **options))
    planes = np.moveaxis(samples, 0, -1) if options.get("planarconfig") == "separate" else samples
    planes = planes if planes.ndim == 3 else planes[..., None]
    colours = 3 if options["photometric"] == "rgb" else 1
    expected = planes[..., :colours]
    if options["photometric"] == "miniswhite":
        expected = 65535 - expected
    assert (picture.bits, picture.notices) == (16, ())
    np.testing.assert_array_equal(picture.colour.reshape(expected.shape), expected)
    if planes.shape[2] > colours:
        assert picture.alpha is not None
        np.testing.assert_array_equal(picture.alpha, planes[..., colours])
    else:
        assert picture.alpha is None


@pytest.mark.parametrize("channels", [3, 4])
def test_lzw_which_tifffile_alone_cannot_read_keeps_every_bit(channels, monkeypatch):
    samples = noise(40, 50, channels)
    extra = {"extrasamples": ["unassalpha"]} if channels == 4 else {}
    packed = tiff(samples, photometric="rgb", compression="zlib", **extra)

    def cannot(self, *arguments, **options):
        raise ValueError("requires the 'imagecodecs' package")

    monkeypatch.setattr(tifffile.TiffPage, "asarray", cannot)
    picture = read(packed)
    assert (picture.bits, picture.notices) == (16, ())
    np.testing.assert_array_equal(picture.colour, samples[..., :3])
    if channels == 4:
        np.testing.assert_array_equal(picture.alpha, samples[..., 3])


@pytest.mark.parametrize("channels", [2, 4])
def test_colours_multiplied_by_their_alpha_are_divided_by_it(channels):
    straight, alpha = noise(6, 8, channels - 1), noise(6, 8, 1) // 2 + 30_000
    multiplied = np.round(straight * (alpha / 65535)).astype(np.uint16)
    kind = "rgb" if channels == 4 else "minisblack"
    options = {"photometric": kind, "extrasamples": ["assocalpha"]}
    picture = read(tiff(np.concatenate([multiplied, alpha], axis=2), **options))
    found = picture.colour.reshape(straight.shape).astype(int)
    assert np.abs(found - straight).max() <= 2
    np.testing.assert_array_equal(picture.alpha, alpha[..., 0])


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("shape", [(5, 7), (5, 7, 2), (5, 7, 3)])
def test_sixteen_bit_tiff_is_set_upright(orientation, shape):
    samples = noise(*shape)
    options = {"extrasamples": ["unassalpha"]} if shape[2:] == (2,) else {}
    kind = "rgb" if shape[2:] == (3,) else "minisblack"
    tag = (0x0112, "H", 1, orientation, True)
    picture = read(tiff(samples, photometric=kind, extratags=[tag], **options))
    colour = samples[..., 0] if shape[2:] == (2,) else samples
    eight = Image.fromarray((colour >> 8).astype(np.uint8))
    exif = Image.Exif()
    exif[0x0112] = orientation
    turned = Image.open(io.BytesIO(file(eight, "PNG", exif=exif)))
    np.testing.assert_array_equal(picture.colour >> 8, np.asarray(ImageOps.exif_transpose(turned)))


def test_sixteen_bit_cmyk_says_that_it_lost_depth():
    picture = read(tiff(noise(5, 7, 4), photometric="separated"))
    assert picture.bits == 8
    assert any("read with 8 bits" in notice for notice in picture.notices)


@pytest.mark.parametrize("samples", [RAMP, np.stack([RAMP] * 3, axis=2)], ids=["grey", "colour"])
def test_the_one_transparent_colour_of_a_sixteen_bit_png_is_kept(samples):
    key = int(RAMP[0, 5])
    words = struct.pack(">H", key) * (1 if samples.ndim == 2 else 3)
    picture = read(deep_png(samples, chunk(b"tRNS", words)))
    np.testing.assert_array_equal(picture.colour, samples)
    assert picture.alpha is not None
    np.testing.assert_array_equal(picture.alpha, np.where(key == RAMP, 0, 65535))
