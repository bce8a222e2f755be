"""Files that appear whole or not at all: written beside their place, synced, then renamed."""

import errno
import os
import tempfile
from pathlib import Path

from ganlab.errors import DiskFull, StoreError

FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
"""Error numbers of a full disk; Windows knows no quota."""


def write_file(path: Path, content: bytes) -> None:
    """Write content to path whole or not at all.

    Raises DiskFull if there is no room and StoreError if the folder cannot be written; path then
    still holds what it held before.
    """
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise _write_error(path, error) from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException as error:  # an interrupt too must leave nothing behind
        Path(temporary).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _write_error(path, error) from error
        raise


def _write_error(path: Path, error: OSError) -> Exception:
    if error.errno in FULL:
        return DiskFull(f"the disk is full: free some room for {path}, or delete runs")
    return StoreError(f"{path.parent} cannot be written ({error.strerror}): check its permissions")
