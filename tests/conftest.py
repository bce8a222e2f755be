"""What every test stands on: one thread, a home of its own, and no data folder from outside."""

import os
import time
from collections.abc import Iterator

import pytest
import torch
from hypothesis import HealthCheck, settings

from ganlab.errors import GanlabError
from tests.long_tier import LongTier
from tests.trained import DIGITS, MLP, RACE, Copies, trained_once

GIVEN_DATA = os.environ.get("GANLAB_DATA", "")
"""The data folder that GANLAB_DATA names, for the few tests that read real data sets."""
FAST = 1.0
"""Seconds of processor time that a fast test may take; the others are marked `slow`."""
MARGIN = 12.0
"""How much slower than meant a fast test may be: processors differ, and caches are shared."""

torch.set_num_threads(1)
for name, examples in (("tenth", 50), ("full", 500)):  # by their truth, never by a busy clock
    slowly = [HealthCheck.too_slow]
    settings.register_profile(
        name, max_examples=examples, deadline=None, suppress_health_check=slowly
    )


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --long."""
    help = "the tests marked long and all fuzzing, from where the last such call stopped"
    parser.addoption("--long", action="store_true", help=help)


def pytest_configure(config: pytest.Config) -> None:
    """Keep the long tests apart, and fuzz at full numbers there alone."""
    config.pluginmanager.register(LongTier(config))
    settings.load_profile("full" if config.getoption("--long") else "tenth")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Fail a fast test that is clearly none, whatever the machine."""
    before = time.process_time()
    yield
    spent = time.process_time() - before
    tiers = ("slow", "browser", "long")
    if spent > FAST * MARGIN and not any(map(item.get_closest_marker, tiers)):
        pytest.fail(f"{spent:.1f} s of processor time: mark this test slow", pytrace=False)


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory, monkeypatch):
    """A GANLAB_HOME of the test's own, so that no test sees another's runs or a person's."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("GANLAB_HOME", str(home))
    monkeypatch.delenv("GANLAB_DATA", raising=False)
    return home


@pytest.fixture(autouse=True)
def errors_of_one_line(monkeypatch) -> Iterator[None]:
    """Every error that ganlab raises, wherever it is caught, is said in one line."""
    long: list[str] = []

    def made(self: GanlabError, *words: object) -> None:
        if "\n" in "".join(map(str, words)):
            long.append(str(words))

    monkeypatch.setattr(GanlabError, "__init__", made)
    yield
    assert long == []


@pytest.fixture
def given_data():
    """GANLAB_DATA as it was set for the test run; empty if it was not."""
    return GIVEN_DATA


@pytest.fixture(scope="session")
def digits_run(tmp_path_factory) -> Copies:
    """Copies a finished run of twelve steps on the embedded digits."""
    return trained_once(tmp_path_factory.mktemp("digits"), "digits", DIGITS)


@pytest.fixture(scope="session")
def ring_run(tmp_path_factory) -> Copies:
    """Copies a finished run of twelve steps on points."""
    return trained_once(tmp_path_factory.mktemp("ring"), "ring", MLP)


@pytest.fixture(scope="session")
def race_run(tmp_path_factory) -> Copies:
    """Copies a finished race of twelve steps: plain, PacGAN2, R1 + R2."""
    return trained_once(tmp_path_factory.mktemp("race"), "ring-collapse", MLP, RACE)
