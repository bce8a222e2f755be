"""A store of one's own and the smallest configuration that still trains a GAN."""

from collections.abc import Callable

import pytest

from ganlab.config import RunConfig
from ganlab.jobs.store import Store
from ganlab.presets import preset
from tests.waiting import until


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
    return until
