"""Pictures of any kind become one tensor: what is read, what is left out, in which words."""

import io
import struct
import zlib

import numpy as np
import pytest
import torch
from PIL import Image

from ganlab.data import archives
from ganlab.data.archives import folder_entries, uploaded_entries, zip_entries
from ganlab.data.ingest import FEWEST, class_names, gather
from ganlab.data.own_pictures import kept
from ganlab.errors import DataError
from ganlab.presets import preset
from tests.data.packed import archive, encoded, many, one_sentence


def test_a_zip_becomes_one_tensor_with_its_folders_as_classes():
    files = many(10, "all/cats/") | many(9, "all/dogs/") | {"all/notes.txt": b"no picture"}
    got = gather(zip_entries(archive(files), "pets.zip"), "pets.zip", 32)
    assert got.pictures.shape == (19, 3, 32, 32)
    assert got.pictures.dtype == torch.uint8
    assert got.classes == ("cats", "dogs")
    assert got.labels.tolist() == [0] * 10 + [1] * 9
    assert got.pictures[7, :, 16, 16].tolist() == [7, 14, 21]
    assert got.message == "19 pictures in 2 classes."


def test_a_broken_picture_is_named_and_the_others_are_taken():
    files = many() | {
        "broken.jpg": encoded(size=(400, 300), form="JPEG")[:1500],
        "words.png": b"hello",
    }
    got = gather(zip_entries(archive(files), "mine.zip"), "mine.zip", 16)
    assert len(got.pictures) == FEWEST
    assert [name for name, _ in got.refused] == ["broken.jpg", "words.png"]
    assert got.message.endswith(
        "Left out: broken.jpg (cut off or damaged); words.png (no picture)."
    )


def test_damaged_members_are_named_too():
    whole = archive(many(20)).getvalue()
    hurt = bytearray(whole)
    at = whole.index(b"005.png") + 20
    hurt[at : at + 8] = b"\xff" * 8
    got = gather(zip_entries(io.BytesIO(bytes(hurt)), "hurt.zip"), "hurt.zip", 16)
    assert [name for name, _ in got.refused] == ["005.png"]


def png_claiming(width, height):
    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.mark.parametrize("sides", [(8000, 8000), (60000, 60000)])
def test_a_picture_of_too_many_pixels_is_left_out_by_its_header(sides):
    entries = uploaded_entries((many() | {"huge.png": png_claiming(*sides)}).items(), "x")
    (refused,) = gather(entries, "x", 16).refused
    assert refused[0] == "huge.png"
    assert "pixels" in refused[1]


def test_two_pictures_are_too_few_in_one_sentence():
    with pytest.raises(DataError, match=r"two\.zip gives 2 pictures to learn from") as error:
        gather(zip_entries(archive(many(2)), "two.zip"), "two.zip", 16)
    assert "at least 16" in one_sentence(error)


def test_one_broken_picture_too_few_says_which():
    files = many(FEWEST - 1) | {"cut.png": encoded()[:50]}
    with pytest.raises(DataError, match=r"15 pictures .* for cut.png could not be read"):
        gather(zip_entries(archive(files), "x.zip"), "x.zip", 16)


def test_one_class_only_is_said_and_trains_without_labels(tmp_path):
    folder = tmp_path / "cats"
    folder.mkdir()
    for name, data in many().items():
        (folder / name).write_bytes(data)
    got = gather(folder_entries(tmp_path), "cats", 16)
    assert got.message == "16 pictures, all of one class."
    assert not got.labels.any()
    config = preset("own-pictures").with_values({"data.path": str(tmp_path), "data.size": 32})
    assert kept(config).data.values["classes"] == 0


def test_too_many_pictures_or_too_much_memory_is_refused(monkeypatch):
    entries = zip_entries(archive(many()), "x.zip")
    monkeypatch.setattr("ganlab.data.ingest.MOST_BYTES", 1000)
    with pytest.raises(DataError, match="16 pictures of 16×16 take"):
        gather(entries, "x.zip", 16)
    monkeypatch.setattr(archives, "MOST_PICTURES", 15)
    with pytest.raises(DataError, match=r"x\.zip holds 16 pictures, and the limit is 15"):
        zip_entries(archive(many()), "x.zip")


def test_the_middle_square_is_taken_upright():
    wide = np.zeros((20, 60, 3), np.uint8)
    wide[:, 20:40] = (0, 255, 0)  # the middle third is green
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    Image.fromarray(wide).save(out, "JPEG", quality=95, exif=exif)
    files = many(FEWEST - 1) | {"wide.jpg": out.getvalue()}
    picture = gather(uploaded_entries(files.items(), "x"), "x", 8).pictures[-1]
    assert picture.float().mean((1, 2)).tolist() == pytest.approx([0, 255, 0], abs=6)


def test_resizing_is_antialiased():
    stripes = np.tile(np.array([0, 255], np.uint8), (64, 32))
    out = io.BytesIO()
    Image.fromarray(stripes).save(out, "PNG")
    files = {f"{k}.png": out.getvalue() for k in range(FEWEST)}
    got = gather(uploaded_entries(files.items(), "x"), "x", 8, "grey").pictures
    assert got.shape == (FEWEST, 1, 8, 8)
    assert (got.float() - 127.5).abs().max() < 12  # without it, 0 or 255


KINDS = [
    ("1", 1, 255),
    ("L", 90, 90),
    ("P", 7, None),
    ("LA", (80, 255), 80),
    ("RGBA", (9, 9, 9, 0), 255),
    ("I;16", 257 * 100, 100),
    ("CMYK", (0, 0, 0, 0), 255),
]


@pytest.mark.parametrize(("mode", "value", "grey"), KINDS)
def test_every_kind_of_pixel_is_read(mode, value, grey):
    out = io.BytesIO()
    picture = Image.new(mode, (20, 20), value)
    picture.save(out, "TIFF" if mode in ("CMYK", "I;16") else "PNG")
    files = {
        f"{k}.{'tif' if mode in ('CMYK', 'I;16') else 'png'}": out.getvalue() for k in range(16)
    }
    got = gather(uploaded_entries(files.items(), "x"), "x", 8).pictures
    assert got.shape == (16, 3, 8, 8)
    if grey is not None:
        assert got.float().mean().item() == pytest.approx(grey, abs=1)


def test_classes_are_the_first_folders_that_differ():
    assert class_names(["a/x.png", "b/y.png"]) == (["a", "b"], ["a", "b"])
    assert class_names(["t/a/x.png", "t/b/deep/y.png"]) == (["a", "b"], ["a", "b"])
    assert class_names(["t/x.png", "t/y.png"]) == ([""], ["", ""])
