"""Folders, ZIP files and uploads of pictures as lists of files that are not read yet.

Nothing is unpacked to the disk, and every limit is checked before a byte is decoded.
"""

import os
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from ganlab.errors import DataError

SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff"}
MOST_PICTURES = 100_000
MOST_FILE = 64 * 2**20
"""Bytes of one file."""
MOST_UNPACKED = 4 * 10**9
"""Bytes of all files of a ZIP together, unpacked."""


@dataclass(frozen=True)
class Entry:
    """A file that may hold a picture."""

    name: str
    """Its path below the folder or in the ZIP, with slashes."""
    size: int
    """Bytes that it says it has."""
    read: Callable[[], bytes]

    @property
    def is_picture(self) -> bool:
        """Whether its suffix is that of a picture and it is not a hidden file."""
        path = PurePosixPath(self.name)
        hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
        return path.suffix.lower() in SUFFIXES and not hidden


def folder_entries(folder: Path) -> list[Entry]:
    """The pictures in a folder and the folders below it, by name; links to folders are left."""
    if not folder.is_dir():
        raise DataError(f"there is no folder {folder}: give a folder of pictures or a ZIP file")
    found = []
    for where, below, names in os.walk(folder):
        below.sort()
        for name in sorted(names):
            path = Path(where) / name
            entry = Entry(path.relative_to(folder).as_posix(), 0, path.read_bytes)
            if entry.is_picture and path.is_file():
                found.append(Entry(entry.name, path.stat().st_size, path.read_bytes))
    return bounded(found, folder.name)


def uploaded_entries(files: Iterable[tuple[str, bytes]], title: str) -> list[Entry]:
    """Uploaded files by name."""
    found = [
        Entry(name.replace("\\", "/").lstrip("/"), len(data), partial(bytes, data))
        for name, data in files
    ]
    return bounded([entry for entry in found if entry.is_picture], title)


def zip_entries(file: Path | IO[bytes], title: str) -> list[Entry]:
    """The pictures in a ZIP by name.

    Raises DataError if it is none, is locked, leads outside itself, or unpacks to too much.
    """
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, IndexError) as error:
        raise DataError(f"{title} is no whole ZIP file: make it again, or give a folder") from error
    infos = [info for info in archive.infolist() if _is_file(info)]
    for info in infos:
        path = PurePosixPath(info.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
            raise DataError(
                f"{title} holds {info.filename!r}, a path that leads outside of it: make it again "
                "from a folder of pictures"
            )
    entries = [_entry(archive, info) for info in infos]
    found = [(info, one) for info, one in zip(infos, entries, strict=True) if one.is_picture]
    unpacked = sum(info.file_size for info, _ in found)
    if unpacked > MOST_UNPACKED:
        raise DataError(
            f"{title} unpacks to {unpacked / 1e9:,.1f} GB, and the limit is "
            f"{MOST_UNPACKED / 1e9:.0f} GB: put fewer or smaller pictures into it"
        )
    if any(info.flag_bits & 1 for info, _ in found):
        raise DataError(f"{title} is locked with a password: make it again without one")
    return bounded([entry for _, entry in sorted(found, key=lambda pair: pair[1].name)], title)


def _is_file(info: zipfile.ZipInfo) -> bool:
    """Whether a member is a file with a name; `is_dir` of an empty name is an IndexError."""
    name = info.filename.replace("\\", "/")
    return bool(PurePosixPath(name).parts) and not info.filename.endswith("/")


def _entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Entry:
    name = info.filename.replace("\\", "/")
    return Entry(name, info.file_size, partial(_member, archive, info))


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """The bytes of a member; raise ValueError for more than a file may have."""
    with archive.open(info) as file:
        data = file.read(MOST_FILE + 1)
    if len(data) > MOST_FILE:
        raise ValueError("too large")
    return data


def bounded(entries: list[Entry], title: str) -> list[Entry]:
    """The entries as they are; raise DataError if there are none or too many."""
    if not entries:
        raise DataError(
            f"{title or 'the upload'} holds no pictures: give PNG, JPEG, WebP, BMP, GIF or TIFF"
        )
    if len(entries) > MOST_PICTURES:
        raise DataError(
            f"{title} holds {len(entries):,} pictures, and the limit is {MOST_PICTURES:,}: take a "
            "part of them"
        )
    return entries
