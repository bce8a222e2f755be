"""What a training reads from a folder: every depth rightly, and bad files named."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image
from skimage import data

from ganlab.data import degradation
from ganlab.data.degradation import held_out, load_pairs, material
from ganlab.errors import ConfigError, DataError

PHOTO = data.astronaut()[:120, :130]


@pytest.fixture
def folder(tmp_path):
    Image.fromarray(PHOTO).save(tmp_path / "a.png")
    return tmp_path


def test_sixteen_bit_grey_is_no_white_sheet(folder):
    grey = np.linspace(0, 65535, 120 * 130).astype(np.uint16).reshape(120, 130)
    Image.fromarray(grey).save(folder / "b.png")
    colour, deep = material(folder)
    np.testing.assert_array_equal(np.asarray(colour), PHOTO)
    expected = np.round(grey / 257).astype(np.uint8)
    np.testing.assert_array_equal(np.asarray(deep), np.repeat(expected[..., None], 3, axis=2))


def test_a_bad_file_is_named_and_the_others_train(folder):
    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    bomb = struct.pack(">I", len(head)) + chunk + struct.pack(">I", zlib.crc32(chunk))
    (folder / "bomb.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bomb)
    (folder / "text.jpg").write_bytes(b"dear diary")
    found = load_pairs(str(folder), crop=24, shrinkages="1,0.7")
    assert len(found.pairs) == 1  # at 0.7 it is too small for a crop
    assert [line.split(" ")[:2] for line in found.skipped] == [
        ["skipped:", "bomb.png"],
        ["skipped:", "text.jpg"],
    ]
    (folder / "a.png").unlink()
    with pytest.raises(DataError, match=r"no photograph of .* can be read"):
        load_pairs(str(folder))


def test_more_pixels_than_memory_should_hold_are_refused_in_one_sentence(folder, monkeypatch):
    held = PHOTO.shape[0] * PHOTO.shape[1] * (1 + 0.7**2)
    monkeypatch.setattr(degradation, "MOST_PIXELS", held - 9)
    with pytest.raises(DataError, match=r"more than the 0 million pixels that are held in memory"):
        load_pairs(str(folder), crop=12, shrinkages="1,0.7")
    monkeypatch.setattr(degradation, "MOST_PIXELS", held + 9)
    assert len(load_pairs(str(folder), crop=12, shrinkages="1,0.7").pairs) == 2


@pytest.mark.parametrize("text", ["", "1,half", "0,1", "2"])
def test_shrinkages_that_are_none_are_refused(folder, text):
    with pytest.raises(ConfigError, match="shrinkages must be numbers up to 1"):
        load_pairs(str(folder), shrinkages=text)


def test_the_held_out_photograph_is_not_in_the_material():
    cat = np.asarray(held_out())
    shapes = [np.asarray(picture) for picture in material(None)]
    assert not any(p.shape == cat.shape and (p == cat).all() for p in shapes)
