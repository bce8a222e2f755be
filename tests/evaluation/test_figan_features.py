"""What FIGAN is prepared with, where data are few."""

import pytest

from ganlab.config import Choice, RunConfig
from ganlab.errors import ConfigError
from ganlab.networks.figan import Generator
from ganlab.training.loop import Training
from tests.pages.runs import own_pictures


def a_run(count: int, features: int) -> Training:
    network = Choice("figan", {"width": 4, "features": features})
    config = RunConfig(Choice("digits"), network, z_dim=8, batch=4)
    return Training(own_pictures(config, 28, count, ("left", "right")), device="cpu")


def test_more_features_than_pictures_tell_apart_are_refused():
    with pytest.raises(ConfigError, match="more than 16 pictures, got 16: set network"):
        a_run(16, 16)
    G = a_run(16, 15).state.G
    assert isinstance(G, Generator)
    assert float(G.spread.min()) > 1e-5, "each axis has something to tell"
