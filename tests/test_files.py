"""Files that appear whole or not at all, against a disk that fails at any point."""

import errno
import io
import os
import stat
from pathlib import Path

import pytest

from ganlab.errors import DiskFull, StoreError
from ganlab.files import write_file


def failing(number):
    def fail(*_args, **_kwargs):
        raise OSError(number, os.strerror(number))

    return fail


def test_a_file_is_written_and_replaced_whole(tmp_path):
    path = tmp_path / "file.bin"
    write_file(path, b"first")
    write_file(path, b"second, longer")
    write_file(path, b"3")
    assert path.read_bytes() == b"3"
    assert [p.name for p in tmp_path.iterdir()] == ["file.bin"]


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no umask")
@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o002, 0o664), (0o077, 0o600)])
def test_who_may_read_a_file_is_what_the_umask_says(tmp_path, mask, mode):
    before = os.umask(mask)
    try:
        write_file(tmp_path / "file.bin", b"content")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "file.bin").stat().st_mode) == mode


@pytest.mark.parametrize("where", ["pathlib.Path.open", "os.fsync", "pathlib.Path.replace"])
@pytest.mark.parametrize(("number", "kind"), [(errno.ENOSPC, DiskFull), (errno.EIO, StoreError)])
def test_a_failing_disk_leaves_the_old_file_and_nothing_else(
    tmp_path, monkeypatch, where, number, kind
):
    path = tmp_path / "file.bin"
    write_file(path, b"old")
    monkeypatch.setattr(where, failing(number))
    with pytest.raises(kind) as caught:
        write_file(path, b"new")
    monkeypatch.undo()
    assert str(tmp_path) in str(caught.value)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_an_interrupted_write_leaves_nothing_but_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "file.bin"
    write_file(path, b"old")

    def interrupt(_handle):
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is full")
def test_a_really_full_device_is_reported_as_full(tmp_path, monkeypatch):
    full = io.open
    monkeypatch.setattr("pathlib.Path.open", lambda *_: full("/dev/full", "wb"))
    with pytest.raises(DiskFull, match="the disk is full: free some room"):
        write_file(tmp_path / "file.bin", b"content")


def test_a_folder_that_is_not_there_is_said_in_a_sentence(tmp_path):
    with pytest.raises(StoreError, match=r"there is no folder .*nowhere: make it"):
        write_file(tmp_path / "nowhere" / "file.bin", b"content")
