"""Presets against the papers' and tutorials' numbers."""

import pytest

from ganlab.config import RunConfig
from ganlab.errors import ConfigError
from ganlab.presets import PRESETS, find_preset, preset


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_survives_json_and_says_what_to_watch(name):
    found = find_preset(name)
    assert RunConfig.from_json(found.config.to_json()) == found.config == preset(name)
    assert found.summary.endswith(".")
    assert found.watch.endswith(".")


def test_an_unknown_preset_is_refused_with_those_that_there_are():
    with pytest.raises(ConfigError, match=r"one of .*digits, .*dcgan-mnist.*, got 'cats'"):
        preset("cats")
