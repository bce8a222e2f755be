"""What is written reads back, whole or not at all."""

import io

import numpy as np
import pytest
import tifffile
from PIL import Image
from skimage import data

from ganlab.errors import DiskFull, PictureError
from ganlab.images.picture import Picture
from ganlab.images.reading import read
from ganlab.images.writing import encode, write

PHOTO = data.astronaut()[:48, :64]
DEEP = PHOTO.astype(np.uint16) * 257 + 1
ALPHA = np.linspace(0, 255, 48 * 64).astype(np.uint8).reshape(48, 64)


def tagged() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    exif.get_ifd(0x8769)[0x829A] = 0.01
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (47.0, 3.0, 0.0)
    return exif


@pytest.mark.parametrize("format", ["PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("colour", [PHOTO, PHOTO[..., 0]], ids=["colour", "grey"])
@pytest.mark.parametrize("alpha", [None, ALPHA], ids=["opaque", "alpha"])
def test_lossless_formats_keep_every_sample(format, colour, alpha):
    again = read(encode(Picture(colour.copy(), alpha), format))
    expected = colour
    if format == "WEBP" and colour.ndim == 2:  # the format knows no grey
        expected = np.repeat(colour[..., None], 3, axis=2)
    np.testing.assert_array_equal(again.colour, expected)
    assert (again.alpha is None) == (alpha is None)
    if again.alpha is not None:
        np.testing.assert_array_equal(again.alpha, ALPHA)


@pytest.mark.parametrize("colour", [DEEP, DEEP[..., 0]], ids=["colour", "grey"])
def test_sixteen_bits_survive_in_png_and_tiff(colour):
    picture = Picture(colour.copy())
    again = read(encode(picture, "PNG"))
    assert again.bits == 16
    np.testing.assert_array_equal(again.colour, colour)
    tiff = tifffile.imread(io.BytesIO(encode(picture, "TIFF")))
    np.testing.assert_array_equal(tiff, colour)


def test_pillow_finds_our_sixteen_bit_png_correct():
    image = Image.open(io.BytesIO(encode(Picture(DEEP.copy()), "PNG")))
    np.testing.assert_array_equal(np.asarray(image), DEEP >> 8)
    assert "icc_profile" in image.info


def test_jpeg_lays_transparency_on_white_and_obeys_its_quality():
    clear = Picture(PHOTO.copy(), np.zeros((48, 64), np.uint8))
    assert read(encode(clear, "JPEG")).colour.min() > 250
    small, large = (len(encode(Picture(PHOTO.copy()), "JPEG", quality)) for quality in (30, 95))
    assert small < 0.6 * large


def test_colour_files_carry_an_srgb_profile():
    for format in ("PNG", "JPEG", "WEBP", "TIFF"):
        image = Image.open(io.BytesIO(encode(Picture(PHOTO.copy()), format)))
        assert b"sRGB" in image.info["icc_profile"].replace(b"\0", b""), format


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "TIFF"])
@pytest.mark.parametrize("deep", [False, True], ids=["8 bits", "16 bits"])
def test_location_is_dropped_unless_asked_for(format, deep):
    if deep and format != "PNG":
        pytest.skip("only PNG writes 16 bits with metadata")
    picture = Picture((DEEP if deep else PHOTO).copy(), exif=tagged())

    def exif(**options):
        return Image.open(io.BytesIO(encode(picture, format, **options))).getexif()

    assert exif()[0x010F] == "Maker"
    assert float(exif().get_ifd(0x8769)[0x829A]) == pytest.approx(0.01)
    assert not exif().get_ifd(0x8825)
    assert exif(location=True).get_ifd(0x8825)[1] == "N"
    assert 0x010F not in exif(metadata=False)


def test_metadata_passes_through_reading_without_orientation_and_thumbnail():
    exif = tagged()
    exif[0x0112] = 6
    buffer = io.BytesIO()
    Image.fromarray(PHOTO).save(buffer, "JPEG", exif=exif)
    picture = read(buffer.getvalue())
    again = Image.open(io.BytesIO(encode(picture, "JPEG"))).getexif()
    assert again[0x010F] == "Maker"
    assert 0x0112 not in again


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    path = tmp_path / "out.png"
    path.write_bytes(b"old")

    def fail(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(DiskFull, match="the disk is full"):
        write(Picture(PHOTO.copy()), path)
    assert [p.name for p in tmp_path.iterdir()] == ["out.png"]
    assert path.read_bytes() == b"old"


def test_unknown_endings_and_too_large_sides_are_refused(tmp_path):
    with pytest.raises(PictureError, match="must end in"):
        write(Picture(PHOTO.copy()), tmp_path / "out.xyz")
    with pytest.raises(PictureError, match="WEBP holds at most 16383 pixels a side"):
        encode(Picture(np.zeros((1, 16_384), np.uint8)), "WEBP")


def test_a_deep_tiff_keeps_who_made_it_and_its_rights():
    exif = Image.Exif()
    exif[0x013B], exif[0x8298], exif[0x0110] = "A. Painter", "All mine", "Camera"
    samples = np.arange(60, dtype=np.uint16).reshape(4, 5, 3) * 1000
    content = encode(Picture(samples, exif=exif), "TIFF")
    kept = read(content)
    np.testing.assert_array_equal(kept.colour, samples)
    assert kept.exif is not None
    assert {tag: kept.exif[tag] for tag in exif} == dict(exif)
    bare = read(encode(Picture(samples, exif=exif), "TIFF", metadata=False)).exif or {}
    assert not set(bare) & set(exif)
