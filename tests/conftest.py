"""What every test stands on: one thread, a home of its own, and no data folder from outside."""

import os

import pytest
import torch

GIVEN_DATA = os.environ.get("GANLAB_DATA", "")
"""The data folder of whoever runs the tests, for the few tests that read real data sets."""

torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory, monkeypatch):
    """A GANLAB_HOME of the test's own, so that no test sees another's runs or a person's."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("GANLAB_HOME", str(home))
    monkeypatch.delenv("GANLAB_DATA", raising=False)
    return home


@pytest.fixture
def given_data():
    """GANLAB_DATA as it was set for the test run; empty if it was not."""
    return GIVEN_DATA
