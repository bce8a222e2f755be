"""A mirror of data sets on this machine, so that downloads are tested without a network."""

import functools
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder, remembers what was asked for, says nothing."""

    asked: list[str] = []  # noqa: RUF012 (each server has a class of its own)

    def do_GET(self) -> None:
        self.asked.append(self.path)
        super().do_GET()

    def log_message(self, *arguments: object) -> None: ...


@contextmanager
def mirror(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """The address of a server of the folder, ending in '/', and the paths that it was asked for."""
    handler = type("Handler", (Quiet,), {"asked": []})
    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(handler, directory=str(folder))
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", handler.asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def md5(data: bytes) -> str:
    """The checksum that torchvision compares."""
    return hashlib.md5(data, usedforsecurity=False).hexdigest()
