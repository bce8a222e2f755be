"""Files that appear whole or not at all: written beside their place, synced, then renamed."""

import errno
import os
import secrets
from pathlib import Path

from ganlab.errors import DiskFull, StoreError

FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
"""Error numbers of a full disk; Windows knows no quota."""


def write_file(path: Path, content: bytes) -> None:
    """Write content to path whole or not at all, with the permissions that the umask gives.

    Raises DiskFull if there is no room and StoreError if the folder cannot be written; path then
    still holds what it held before.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with temporary.open("xb") as file:  # tempfile would let nobody but the owner read it
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
    return StoreError(f"{path.parent} cannot be written ({error.strerror}): check its permissions")
