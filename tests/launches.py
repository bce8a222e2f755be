"""A launcher that starts no process."""


class Launches:
    """Writes down which runs it was asked to launch, and on what."""

    def __init__(self) -> None:
        self.launched: list[tuple[str, str]] = []
        self.closed = False

    def warm_up(self) -> None: ...

    def probe(self, path) -> None:
        path.write_text('{"device": "cpu", "name": "CPU (a fake)", "cores": 2}')

    def launch(self, folder, device) -> None:
        self.launched.append((folder.name, device))

    def close(self) -> None:
        self.closed = True
