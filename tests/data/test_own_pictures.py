"""Folders and ZIPs of anything: what is read, what is refused, in which words; nothing escapes."""

import io
import struct
import zipfile
import zlib

import numpy as np
import pytest
import torch
from PIL import Image

from ganlab.data import archives
from ganlab.data.archives import folder_entries, uploaded_entries, zip_entries
from ganlab.data.gathering import FEWEST, class_names, gather
from ganlab.data.own_pictures import keep, kept, kept_facts, kept_names, load_own
from ganlab.data.pictures import PictureSet, fitted
from ganlab.errors import DataError
from ganlab.presets import preset


def encoded(colour=(200, 30, 10), size=(40, 30), form="PNG", **options):
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, form, **options)
    return out.getvalue()


def archive(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    out.seek(0)
    return out


def many(count=FEWEST, folder="", **options):
    return {f"{folder}{k:03}.png": encoded((k, 2 * k, 3 * k), **options) for k in range(count)}


def one_sentence(error):
    text = str(error.value)
    assert "\n" not in text
    assert text.count(". ") == 0
    return text


def test_a_zip_becomes_one_tensor_with_its_folders_as_classes():
    files = many(10, "all/cats/") | many(9, "all/dogs/") | {"all/notes.txt": b"no picture"}
    got = gather(zip_entries(archive(files), "pets.zip"), "pets.zip", 32)
    assert got.pictures.shape == (19, 3, 32, 32)
    assert got.pictures.dtype == torch.uint8
    assert got.classes == ("cats", "dogs")
    assert got.labels.tolist() == [0] * 10 + [1] * 9
    assert got.pictures[7, :, 16, 16].tolist() == [7, 14, 21]
    assert got.words == "19 pictures in 2 classes."


def test_a_broken_picture_is_named_and_the_others_are_taken():
    files = many() | {
        "broken.jpg": encoded(size=(400, 300), form="JPEG")[:1500],
        "words.png": b"hello",
    }
    got = gather(zip_entries(archive(files), "mine.zip"), "mine.zip", 16)
    assert len(got.pictures) == FEWEST
    assert [name for name, _ in got.refused] == ["broken.jpg", "words.png"]
    assert got.words.endswith("Left out: broken.jpg (cut off or damaged); words.png (no picture).")


def test_damaged_members_are_named_too():
    whole = archive(many(20)).getvalue()
    hurt = bytearray(whole)
    at = whole.index(b"005.png") + 20
    hurt[at : at + 8] = b"\xff" * 8
    got = gather(zip_entries(io.BytesIO(bytes(hurt)), "hurt.zip"), "hurt.zip", 16)
    assert [name for name, _ in got.refused] == ["005.png"]


@pytest.mark.parametrize(
    "name", ["../evil.png", "a/../../evil.png", "/evil.png", "..\\evil.png", "C:/e.png"]
)
def test_a_path_that_leads_outside_is_refused_and_nothing_is_written(name, tmp_path, own_home):
    with pytest.raises(DataError, match="leads outside") as error:
        zip_entries(archive(many() | {name: encoded()}), "evil.zip")
    assert "evil.zip" in one_sentence(error)
    assert list(own_home.rglob("*.png")) == []


def with_sizes(data, size):
    """The archive with every central entry claiming that it unpacks to `size` bytes."""
    out, at = bytearray(data), 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        out[at + 24 : at + 28] = struct.pack("<I", size)
        at += 4
    return io.BytesIO(bytes(out))


def test_a_bomb_of_10_gb_is_refused_before_a_byte_is_unpacked():
    files = {f"{k}.png": b"\0" * 10 for k in range(5)}
    with pytest.raises(
        DataError, match=r"bomb.zip unpacks to 10\.0 GB, and the limit is 4 GB"
    ) as e:
        zip_entries(with_sizes(archive(files).getvalue(), 2_000_000_000), "bomb.zip")
    one_sentence(e)


def test_a_file_that_claims_or_unpacks_to_too_much_is_left_out(monkeypatch):
    monkeypatch.setattr(archives, "MOST_FILE", 1000)
    monkeypatch.setattr("ganlab.data.gathering.MOST_FILE", 1000)
    files = many() | {"large.png": b"\0" * 5000}
    got = gather(zip_entries(archive(files), "x.zip"), "x.zip", 16)
    assert [name for name, _ in got.refused] == ["large.png"]
    with pytest.raises(ValueError, match="too large"):
        zip_entries(archive({"large.png": b"\0" * 5000}), "x.zip")[0].read()


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
    assert got.words == "16 pictures, all of one class."
    assert not got.labels.any()
    config = preset("own-pictures").with_values({"data.path": str(tmp_path), "data.size": 32})
    assert kept(config).data.values["classes"] == 0


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"no archive at all", "is no whole ZIP file"),
        (archive(many()).getvalue()[:-30], "is no whole ZIP file"),
        (archive({"readme.txt": b"hi"}).getvalue(), "holds no pictures"),
        (archive({"__MACOSX/._a.png": b"x", ".b.png": b"x"}).getvalue(), "holds no pictures"),
    ],
)
def test_what_is_no_zip_of_pictures_is_said(data, words):
    with pytest.raises(DataError, match=words) as error:
        zip_entries(io.BytesIO(data), "x.zip")
    one_sentence(error)


def test_a_locked_zip_is_said():
    data = bytearray(archive(many()).getvalue())
    for mark, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = 0
        while (at := data.find(mark, at)) >= 0:
            data[at + offset] |= 1
            at += 4
    with pytest.raises(DataError, match="locked with a password"):
        zip_entries(io.BytesIO(bytes(data)), "x.zip")


def test_too_many_pictures_or_too_much_memory_is_refused(monkeypatch):
    entries = zip_entries(archive(many()), "x.zip")
    monkeypatch.setattr("ganlab.data.gathering.MOST_BYTES", 1000)
    with pytest.raises(DataError, match="16 pictures of 16×16 take"):
        gather(entries, "x.zip", 16)
    monkeypatch.setattr(archives, "MOST_PICTURES", 15)
    with pytest.raises(DataError, match=r"x\.zip holds 16 pictures, and the limit is 15"):
        zip_entries(archive(many()), "x.zip")


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(DataError, match="there is no folder"):
        folder_entries(tmp_path / "nothing")


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


def test_kept_pictures_come_back_in_any_size_and_colour(own_home):
    got = gather(
        uploaded_entries((many(20, "a/") | many(20, "b/")).items(), "My Pets!"), "pets", 32
    )
    name = keep(got, "My Pets!.zip")
    assert name.startswith("my-pets-")
    assert keep(got, "My Pets!.zip") == name == kept_names()[0]
    assert kept_facts(name)["words"] == "40 pictures in 2 classes."
    whole = load_own(name, 32, "colour", 2)
    assert torch.equal(whole.pictures, got.pictures)
    assert whole.classes == ("a", "b")
    small = load_own(name, 28, "grey", 0).pictures
    assert small.shape == (40, 1, 28, 28)
    luma = np.dot([11, 22, 33], [0.299, 0.587, 0.114])
    assert small[11].float().mean().item() == pytest.approx(luma, abs=1)
    with pytest.raises(DataError, match="2 classes and the run wants 3"):
        load_own(name, 32, "colour", 3)


@pytest.mark.parametrize("name", ["", "nothing-12345678", "/etc", "../x-12345678", "x" * 500])
def test_only_names_of_kept_pictures_are_read(name):
    with pytest.raises(DataError, match="this lab keeps no pictures called") as error:
        load_own(name, 32, "colour", 0)
    one_sentence(error)


def test_damaged_kept_pictures_are_said(own_home):
    name = keep(gather(uploaded_entries(many().items(), "x"), "x", 16), "x")
    file = own_home / "pictures" / f"{name}.safetensors"
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(DataError, match="are damaged: upload them again"):
        load_own(name, 16, "colour", 0)


def test_a_path_becomes_a_name_and_a_run_outlives_the_folder(tmp_path):
    files = many(20, "a/") | many(20, "b/")
    path = tmp_path / "two.zip"
    path.write_bytes(archive(files).getvalue())
    config = kept(preset("own-pictures").with_values({"data.path": str(path)}))
    path.unlink()
    values = config.data.values
    assert values["classes"] == 2
    assert kept(config) == config
    assert load_own(**values).pictures.shape == (40, 3, 32, 32)


def test_fitted_leaves_a_set_that_fits():
    pictures = torch.randint(0, 256, (3, 1, 8, 8), dtype=torch.uint8)
    whole = PictureSet(pictures, torch.zeros(3, dtype=torch.int64), ("x",), "x")
    assert fitted(whole, 1, 8).pictures is pictures
    assert torch.equal(fitted(whole, 3, 8).pictures, pictures.repeat(1, 3, 1, 1))
