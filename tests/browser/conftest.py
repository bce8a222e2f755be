"""One Chromium for all browser tests; a fresh context and a watch on errors for each."""

import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

from ganlab.config import RunConfig
from ganlab.jobs.folder import RunFolder
from ganlab.jobs.store import Store
from ganlab.presets import preset
from tests.browser.streamlit_server import ROOT, serve
from tests.waiting import until

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic"]
# Streamlit asks for these on deep links before it knows its own base path, and they are not there.
HARMLESS = ("/_stcore/health", "/_stcore/host-config")
LOCAL = ("127.0.0.1", "localhost", None)
PATIENCE = 40_000
"""Milliseconds that a page may take on a machine that does other things too."""
HELD = "The browser holds the code."
"""What a script that feeds live components says as soon as they need not bring their code."""


def holds_code(page: Page) -> None:
    """Wait until the browser has said that it holds the code of what the page shows."""
    expect(page.get_by_text(HELD)).to_be_visible()


def at_rest(page: Page, look: Callable[[], object], seconds: float = 1.0) -> None:
    """Wait until what it sees has stood still for that long."""
    deadline = time.monotonic() + PATIENCE / 1000
    seen, since = look(), time.monotonic()
    while time.monotonic() < since + seconds:
        assert time.monotonic() < deadline, f"it goes on changing: {seen!r:.100}"
        page.wait_for_timeout(50)  # standing still can only be seen over time
        if (now := look()) != seen:
            seen, since = now, time.monotonic()


def drawn(page: Page) -> None:
    """Wait until the browser has drawn what has happened so far."""
    page.evaluate("() => new Promise((d) => requestAnimationFrame(() => requestAnimationFrame(d)))")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        if not path and not Path(playwright.chromium.executable_path).exists():
            missing = (
                "there is no Chromium: install your system's, or 'playwright install chromium'"
            )
            if os.environ.get("CI"):
                pytest.fail(missing)
            pytest.skip(missing)
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


def watched(context: BrowserContext) -> list[str]:
    """What goes wrong in any tab of the context from now on: errors, and requests that leave."""
    wrong: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        where = message.location.get("url", "")
        if message.type == "error" and not any(part in where for part in HARMLESS):
            wrong.append(f"{message.text} ({where})")

    def requested(url: str) -> None:
        if urlsplit(url).hostname not in LOCAL:
            wrong.append(f"a request left this machine: {url}")

    context.on("console", heard)
    context.on("weberror", lambda error: wrong.append(str(error.error)))
    context.on("request", lambda request: requested(request.url))
    return wrong


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    wrong = watched(context)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    yield page
    context.close()
    assert wrong == []


@pytest.fixture(scope="module")
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path]]:
    """The test module's SCRIPT on a server of its own, and the file that tells it what to show.

    The file, whose path the script finds in CONTROL, holds the module's FIRST as JSON.
    """
    folder = tmp_path_factory.mktemp("script")
    script, control = folder / "script.py", folder / "control.json"
    script.write_text(request.module.SCRIPT, encoding="utf-8")
    control.write_text(json.dumps(request.module.FIRST))
    with serve(script, {"CONTROL": str(control)}) as url:
        yield url, control


@pytest.fixture
def feed(request: pytest.FixtureRequest, server: tuple[str, Path]) -> Callable[..., None]:
    """Have the module's script show something else: FIRST with these values in it."""

    def write(**values: object) -> None:
        fresh = server[1].with_suffix(".new")
        fresh.write_text(json.dumps({**request.module.FIRST, **values}))
        fresh.replace(server[1])

    return write


@dataclass(frozen=True)
class Lab:
    """The whole lab on a server and a home of its own, or one of its pages."""

    url: str
    store: Store

    def start(self, config: RunConfig | None = None, title: str = "Test") -> str:
        """Have the server train a run, by default a tiny one that does not end; its id."""
        config = config or tiny()
        record = self.store.create(config, title, "digits")
        self.store.enqueue(record.id, "cpu")
        return record.id

    def record(self, page: Page) -> RunFolder:
        """The run that the page shows, once its address names it."""
        page.wait_for_url(re.compile(r"run="), timeout=2 * PATIENCE)
        return self.store.open(parse_qs(urlsplit(page.url).query)["run"][0])

    def stop_all(self) -> None:
        """Stop every run and wait until its worker has left."""
        for record in self.store.records():
            self.store.leave_queue(record.id)
            if record.is_alive():
                record.command("stop")
        until(lambda: not any(one.is_alive() for one in self.store.records()), "workers stop")


@pytest.fixture(scope="module")
def bare_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The whole lab without runs and without data."""
    home = tmp_path_factory.mktemp("home")
    with serve(ROOT / "app.py", {"GANLAB_HOME": str(home), "GANLAB_DATA": str(home)}) as address:
        yield address


def tiny() -> RunConfig:
    """A run that costs little and does not end by itself."""
    values = {"network.width": 4, "batch": 8, "steps": 50_000_000}
    return preset("digits").with_values(values)


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    home = tmp_path_factory.mktemp("lab")
    surroundings = {"GANLAB_HOME": str(home), "GANLAB_MAX_RUNS": "4"}
    with serve(ROOT / "app.py", surroundings) as url:
        lab = Lab(url, Store(home))
        yield lab
        lab.stop_all()
