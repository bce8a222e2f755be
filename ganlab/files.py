"""Atomic writes: a file is written next to its place, synced, then renamed."""

import errno
import os
import secrets
from pathlib import Path

from ganlab.errors import DiskFull, StoreError

FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
"""Error numbers of a full disk; Windows has no EDQUOT."""


def write_file(path: Path, content: bytes) -> None:
    """Write content to path atomically, with the permissions that the umask gives.

    Raises DiskFull if there is no room and StoreError if the folder cannot be written; path is
    then unchanged.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with temporary.open("xb") as file:  # tempfile would make it readable by the owner only
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException as error:  # an interrupt too must leave nothing behind
        temporary.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _write_error(path, error) from error
        raise


def _write_error(path: Path, error: OSError) -> Exception:
    if error.errno in FULL:
        return DiskFull(f"the disk is full: free some room for {path}, or delete runs")
    if isinstance(error, FileNotFoundError) and not path.parent.exists():
        return StoreError(f"there is no folder {path.parent}: make it, or choose another")
    return StoreError(f"{path.parent} cannot be written ({error.strerror}): check its permissions")
