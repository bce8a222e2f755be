"""Presets against the papers' and tutorials' numbers."""

import pytest

from ganlab.config import RunConfig
from ganlab.errors import ConfigError
from ganlab.presets import PRESETS, configuration, find_preset, preset


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_survives_json_and_says_what_to_watch(name):
    found = find_preset(name)
    assert RunConfig.from_json(found.config.to_json()) == found.config == preset(name)
    assert found.summary.endswith(".")
    assert found.watch.endswith(".")


def test_an_unknown_preset_is_refused_with_those_that_there_are():
    with pytest.raises(ConfigError, match=r"one of .*digits, .*dcgan-mnist.*, got 'cats'"):
        preset("cats")


def test_what_is_trained_may_be_a_configuration_a_presets_name_or_its_json():
    digits = preset("digits")
    assert configuration(digits) is digits
    assert configuration("digits") == configuration(digits.to_json()) == digits


@pytest.mark.parametrize("given", [None, 5, b"digits", ["digits"], RunConfig])
def test_anything_else_is_refused_in_a_sentence(given):
    with pytest.raises(ConfigError, match="a run needs a RunConfig or a preset's name, got"):
        configuration(given)
    with pytest.raises(ConfigError, match="preset must be one of"):
        preset(given)
