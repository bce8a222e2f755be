"""Presets against the papers' and tutorials' numbers."""

import pytest

from ganlab.config import RunConfig
from ganlab.errors import ConfigError
from ganlab.presets import configuration, objective, preset
from ganlab.registry import Method, Preset, find, table


@pytest.mark.parametrize("name", table(Preset))
def test_every_preset_survives_json_and_says_what_to_watch(name):
    found = find(Preset, name)
    assert RunConfig.from_json(found.config.to_json()) == found.config == preset(name)
    assert found.summary.endswith(".")
    assert found.watch.endswith(".")


@pytest.mark.parametrize("name", [name for name, one in table(Preset).items() if one.idea])
def test_an_explanation_is_whole_and_every_formula_stands_on_a_line_of_its_own(name):
    found = find(Preset, name)
    for words in (found.idea, found.recipe, *found.look):
        assert words.endswith((".", "?"))
    assert found.look
    assert found.paper or found.source
    assert objective(found)
    for formula in objective(found):
        assert formula.strip()
        assert formula.count("{") == formula.count("}")
        assert formula.count(r"\left") == formula.count(r"\right")
        assert r"\\" not in formula


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


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("digits-collapse", "not by what the data hold."),
        ("lsgan", "a D loss of 0 for long is a lost G."),
        ("sngan", "cannot explode, but it can still fade."),
    ],
)
def test_what_to_watch_promises_no_more_than_happens(name, words):
    assert find(Preset, name).watch.endswith(words)


def test_spectral_normalisation_bounds_gradients_from_above_alone():
    words = "cannot explode; they can still fade."
    assert words in find(Method, "spectral").summary
    assert any(one.endswith(words) for one in find(Preset, "sngan").look)
