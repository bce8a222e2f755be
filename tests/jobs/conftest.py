"""A store of one's own and the smallest configuration that still trains a GAN."""

import time
from collections.abc import Callable

import pytest

from ganlab.config import RunConfig
from ganlab.jobs.store import Store
from ganlab.presets import preset


@pytest.fixture
def store(tmp_path, monkeypatch) -> Store:
    monkeypatch.setenv("GANLAB_HOME", str(tmp_path))
    return Store()


@pytest.fixture(scope="session")
def tiny() -> RunConfig:
    return preset("digits").with_values({"network.width": 4, "batch": 8, "steps": 20})


@pytest.fixture(scope="session")
def eventually() -> Callable[..., None]:
    """Wait until something holds; fail with what was waited for."""

    def wait(happened: Callable[[], object], what: str, seconds: float = 120.0) -> None:
        deadline = time.monotonic() + seconds
        while not happened():
            assert time.monotonic() < deadline, f"waited in vain: {what}"
            time.sleep(0.02)

    return wait
