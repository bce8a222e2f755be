"""Downloads by torchvision with progress, and one sentence for a failure."""

import contextlib
import http.client
import threading
from collections.abc import Callable
from typing import TypeVar

from ganlab.data.progress import Report
from ganlab.errors import DataError

OFFER = (
    "choose the data 'digits', which needs no download, or point GANLAB_DATA at a folder with it"
)
Loaded = TypeVar("Loaded")


def downloaded(
    title: str,
    fetch: Callable[[], Loaded],
    here: Callable[[], int],
    whole: int,
    report: Report,
) -> Loaded:
    """What fetch returns, while report is called with the share here() / whole.

    Raises DataError in one sentence, with what to do without a network.
    """
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.2):
            with contextlib.suppress(OSError):  # files come and go while they are unpacked
                report(f"Downloading {title}", min(here() / whole, 1.0))

    report(f"Downloading {title}", 0.0)
    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        return fetch()
    except (RuntimeError, OSError, EOFError, http.client.HTTPException) as error:
        raise DataError(
            f"{title} could not be downloaded ({first_line(error)}): {OFFER}"
        ) from error
    finally:
        done.set()
        watcher.join()


def first_line(error: BaseException) -> str:
    """The first line of an error's message, or its type if it has none."""
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
