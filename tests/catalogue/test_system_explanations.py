"""Every system's explanation is whole and belongs to a preset."""

import pytest

from ganlab.catalogue.explanations import EXPLANATIONS
from ganlab.catalogue.system_explanations import SYSTEM_EXPLANATIONS
from ganlab.evaluation.classifier import READABLE
from ganlab.presets import PRESETS, preset


@pytest.mark.parametrize("name", SYSTEM_EXPLANATIONS)
def test_an_explanation_is_whole_and_belongs_to_a_preset(name):
    found = SYSTEM_EXPLANATIONS[name]
    assert name in PRESETS
    for words in (found.idea, found.recipe, *found.look):
        assert isinstance(words, str)
        assert words.endswith(".")
    assert isinstance(found.look, tuple)
    assert found.paper


def test_whose_features_figan_is_told_is_said_for_every_kind_of_data():
    told = SYSTEM_EXPLANATIONS["figan"].recipe
    assert set(READABLE) == {"digits", "mnist"}, "and nothing else is read by the lab's own"
    assert "the lab's own for digits and MNIST, and for other pictures one that learns" in told
    assert "the lab's" not in PRESETS["figan"].summary


def test_transgans_departures_from_the_paper_are_said_as_they_are():
    told, config = SYSTEM_EXPLANATIONS["transgan"].recipe, preset("transgan")
    assert "Not the paper's recipe" in told
    assert "four critic steps" in told
    assert "weight decay" in told
    assert (config.loss.name, config.d_steps, config.penalties) == ("non-saturating", 1, ())
    assert config.d_optimizer.lr == config.g_optimizer.lr == 5e-4
    assert (config.network.values["width"], config.network.values["depth"]) == (96, 2)


@pytest.mark.parametrize("name", EXPLANATIONS)
def test_every_formula_stands_on_a_line_of_its_own(name):
    objective = EXPLANATIONS[name].objective
    assert isinstance(objective, tuple)
    for formula in objective:
        assert formula.strip()
        assert formula.count("{") == formula.count("}")
        assert formula.count(r"\left") == formula.count(r"\right")
        assert r"\\" not in formula
