"""Colour profiles of files: converted by what they do, and said."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms

from ganlab.images.profiles import srgb_bytes
from ganlab.images.reading import read
from tests.images.files import PHOTO, RAMP, chunk, deep_png, file, tiff


def test_a_wide_gamut_profile_is_converted_and_said():
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    assert lab is not None
    swapped = _profile_with_swapped_red_and_green("abcd")
    picture = read(file(Image.fromarray(PHOTO), "PNG", icc_profile=swapped))
    assert any("were converted from the profile" in notice for notice in picture.notices)
    assert np.abs(picture.colour.astype(int) - PHOTO[..., [1, 0, 2]]).mean() < 2


def _profile_with_swapped_red_and_green(name: str, swap: bool = True) -> bytes:
    """SRGB with its red and green primaries exchanged: a conversion that cannot be overlooked."""
    content = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack_from(">I", content, 128)[0]
    for index in range(count if swap else 0):
        at = 132 + 12 * index
        tag = bytes(content[at : at + 4])
        content[at : at + 4] = {b"rXYZ": b"gXYZ", b"gXYZ": b"rXYZ"}.get(tag, tag)
    return bytes(content).replace("sRGB".encode("utf-16-be"), name.encode("utf-16-be"))


def profile(space: bytes, **tags: bytes) -> bytes:
    """A version 2 profile of a monitor: its name, D50's white, and the tags given."""
    white = b"XYZ \0\0\0\0" + struct.pack(">3i", 63190, 65536, 54061)
    name = b"sRGB, says its name\0"
    desc = b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name + bytes(78)
    content = {b"desc": desc, b"wtpt": white} | {k.encode(): v for k, v in tags.items()}
    at, table, body = 132 + 12 * len(content), b"", b""
    for key, value in content.items():
        table += key + struct.pack(">II", at + len(body), len(value))
        body += value + bytes(-len(value) % 4)
    head = bytes(4) + b"lcms" + bytes([2, 64, 0, 0]) + b"mntr" + space + b"XYZ " + bytes(12)
    head += b"acsp" + bytes(28) + struct.pack(">3i", 63190, 65536, 54061) + bytes(48)
    whole = head + struct.pack(">I", len(content)) + table + body
    return struct.pack(">I", len(whole)) + whole[4:]


def curve(*points: int) -> bytes:
    """Straight without points, a power of v/256 with one, a table with more."""
    return b"curv\0\0\0\0" + struct.pack(f">I{len(points)}H", len(points), *points)


def srgb_of_linear(light: np.ndarray) -> np.ndarray:
    """IEC 61966-2-1's curve, from light in [0, 1] to 8 bits."""
    low, high = 12.92 * light, 1.055 * np.maximum(light, 0.0031308) ** (1 / 2.4) - 0.055
    return np.round(255 * np.where(light <= 0.0031308, low, high))


def embedded(content: bytes) -> bytes:
    return chunk(b"iCCP", b"mine\0\0" + zlib.compress(content))


LINEAR_GREY = profile(b"GRAY", kTRC=curve())


def test_a_linear_grey_profile_is_converted_in_every_depth_and_file():
    expected = srgb_of_linear(RAMP / 65535)
    eight = (RAMP // 257).astype(np.uint8)
    files = {
        "8 bits": file(Image.fromarray(eight), icc_profile=LINEAR_GREY),
        "16 bits": deep_png(RAMP, embedded(LINEAR_GREY)),
        "TIFF": tiff(RAMP, photometric="minisblack", iccprofile=LINEAR_GREY),
        "TIFF with alpha": tiff(
            np.stack([RAMP, RAMP], axis=2),
            photometric="minisblack",
            extrasamples=["unassalpha"],
            iccprofile=LINEAR_GREY,
        ),
        "fractions": file(
            Image.fromarray((RAMP / 65535).astype(np.float32)), "TIFF", icc_profile=LINEAR_GREY
        ),
    }
    for kind, content in files.items():
        picture = read(content)
        assert picture.grey
        assert np.abs(picture.colour - expected).max() <= 1, kind
        assert "were converted from the profile" in picture.notices[-1], kind
        assert ("became 8 bits" in picture.notices[0]) == (kind != "8 bits"), kind


@pytest.mark.parametrize("samples", [RAMP, np.stack([RAMP] * 3, axis=2)], ids=["grey", "colour"])
def test_a_broken_profile_is_said_for_sixteen_bits_too_and_they_stay(samples):
    picture = read(deep_png(samples, embedded(b"not a profile at all" * 9)))
    np.testing.assert_array_equal(picture.colour, samples)
    assert any("damaged" in notice for notice in picture.notices)


def test_transparency_survives_the_way_through_a_profile():
    words = chunk(b"tRNS", struct.pack(">H", int(RAMP[0, 5])))
    picture = read(deep_png(RAMP, embedded(LINEAR_GREY), words))
    assert picture.alpha is not None
    np.testing.assert_array_equal(picture.alpha, np.where(RAMP[0, 5] == RAMP, 0, 255))


def test_a_profile_counts_as_srgb_by_what_it_does_and_not_by_its_name():
    swapped = _profile_with_swapped_red_and_green("sRGB")
    picture = read(file(Image.fromarray(PHOTO), icc_profile=swapped))
    assert np.abs(picture.colour.astype(int) - PHOTO[..., [1, 0, 2]]).mean() < 2
    rgb = {  # sRGB's primaries, adapted to D50, under straight curves
        "rXYZ": (28578, 14582, 914),
        "gXYZ": (25241, 46981, 6363),
        "bXYZ": (9372, 3975, 46787),
    }
    tags = {k: b"XYZ \0\0\0\0" + struct.pack(">3i", *v) for k, v in rgb.items()}
    linear = profile(b"RGB ", **tags, rTRC=curve(), gTRC=curve(), bTRC=curve())
    picture = read(file(Image.fromarray(PHOTO), icc_profile=linear))
    assert np.abs(picture.colour - srgb_of_linear(PHOTO / 255)).max() <= 2
    assert "sRGB, says its name" in picture.notices[0]


def test_srgb_under_another_name_is_left_as_it_is():
    plain = _profile_with_swapped_red_and_green("abcd", swap=False)
    picture = read(deep_png(np.stack([RAMP] * 3, axis=2), embedded(plain)))
    assert (picture.bits, picture.notices) == (16, ())


def test_grey_under_a_profile_for_colours_is_taken_as_equal_colours():
    picture = read(file(Image.fromarray(PHOTO[..., 0]), icc_profile=srgb_bytes()))
    np.testing.assert_array_equal(picture.colour, PHOTO[..., 0])
    assert picture.notices == ()


def test_a_broken_profile_is_ignored_and_said():
    picture = read(file(Image.fromarray(PHOTO), "PNG", icc_profile=b"not a profile at all" * 9))
    np.testing.assert_array_equal(picture.colour, PHOTO)
    assert any("damaged" in notice for notice in picture.notices)
