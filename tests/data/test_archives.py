"""Folders and ZIPs of anything: what is a picture of them, what is refused; nothing escapes."""

import io
import struct

import pytest

from ganlab.data import archives
from ganlab.data.archives import folder_entries, zip_entries
from ganlab.data.ingest import gather
from ganlab.errors import DataError
from tests.data.packed import archive, encoded, many, one_sentence


@pytest.mark.parametrize(
    "name", ["../evil.png", "a/../../evil.png", "/evil.png", "..\\evil.png", "C:/e.png", ".."]
)
def test_a_path_that_leads_outside_is_refused_and_nothing_is_written(name, tmp_path, own_home):
    with pytest.raises(DataError, match="leads outside") as error:
        zip_entries(archive(many() | {name: encoded()}), "evil.zip")
    assert "evil.zip" in one_sentence(error)
    assert list(own_home.rglob("*.png")) == []


def called(name):
    """An archive of pictures and of one member with that name, as no packer would write it."""
    made = archive(many() | {"@" * (len(name) or 1): b"x"}).getvalue()
    return io.BytesIO(made.replace(b"@" * (len(name) or 1), name.encode() or b"\0"))


@pytest.mark.parametrize("name", ["", ".", "./", ".\\", "/", "//"])
def test_a_member_without_a_name_is_left_out(name):
    assert [e.name for e in zip_entries(called(name), "x.zip")] == sorted(many())


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
    monkeypatch.setattr("ganlab.data.ingest.MOST_FILE", 1000)
    files = many() | {"large.png": b"\0" * 5000}
    got = gather(zip_entries(archive(files), "x.zip"), "x.zip", 16)
    assert [name for name, _ in got.refused] == ["large.png"]
    with pytest.raises(ValueError, match="too large"):
        zip_entries(archive({"large.png": b"\0" * 5000}), "x.zip")[0].read()


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


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(DataError, match="there is no folder"):
        folder_entries(tmp_path / "nothing")
