"""Every kind of file that people drop: read rightly, or refused in one sentence."""

import io
import struct
import zlib

import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms, ImageOps
from skimage import data

from ganlab.errors import PictureError
from ganlab.superres.pictures import Picture, with_hidden_colours_filled
from ganlab.superres.reading import UPRIGHT, read
from ganlab.superres.writing import encode

PHOTO = data.astronaut()[:48, :64]


def file(image: Image.Image, format: str = "PNG", **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_header(width: int, height: int) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + head
        + chunk(b"IDAT", zlib.compress(b"\0" * 64))
        + chunk(b"IEND", b"")
    )


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
    assert "\n" not in str(caught.value)


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


def noise(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 65536, shape, dtype=np.uint16)


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


def tiff(samples: np.ndarray, **options: object) -> bytes:
    buffer = io.BytesIO()
    contiguous = {"planarconfig": "contig"} if samples.ndim == 3 else {}
    tifffile.imwrite(buffer, samples, **{**contiguous, **options})
    return buffer.getvalue()


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


def test_a_wide_gamut_profile_is_converted_and_said():
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    assert lab is not None
    swapped = _profile_with_swapped_red_and_green()
    picture = read(file(Image.fromarray(PHOTO), "PNG", icc_profile=swapped))
    assert any("were converted from the profile" in notice for notice in picture.notices)
    assert np.abs(picture.colour.astype(int) - PHOTO[..., [1, 0, 2]]).mean() < 2


def _profile_with_swapped_red_and_green() -> bytes:
    """SRGB with its red and green primaries exchanged: a conversion that cannot be overlooked."""
    content = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack_from(">I", content, 128)[0]
    for index in range(count):
        at = 132 + 12 * index
        name = bytes(content[at : at + 4])
        content[at : at + 4] = {b"rXYZ": b"gXYZ", b"gXYZ": b"rXYZ"}.get(name, name)
    return bytes(content).replace("sRGB".encode("utf-16-be"), "abcd".encode("utf-16-be"))


def test_a_broken_profile_is_ignored_and_said():
    picture = read(file(Image.fromarray(PHOTO), "PNG", icc_profile=b"not a profile at all" * 9))
    np.testing.assert_array_equal(picture.colour, PHOTO)
    assert any("damaged" in notice for notice in picture.notices)


def test_colours_hidden_under_transparency_come_from_the_nearest_visible_pixel():
    colour = np.zeros((3, 5, 3), np.uint8)
    colour[:, 2] = (10, 200, 30)
    alpha = np.zeros((3, 5), np.uint8)
    alpha[:, 2] = 255
    filled = with_hidden_colours_filled(Picture(colour, alpha))
    assert (filled.colour == (10, 200, 30)).all()
    np.testing.assert_array_equal(filled.alpha, alpha)


def test_a_region_outside_is_refused():
    picture = Picture(PHOTO)
    assert picture.region(1, 2, 3, 4).colour.shape == (4, 3, 3)
    with pytest.raises(PictureError, match="a region inside 64×48 pixels"):
        picture.region(60, 0, 10, 10)
