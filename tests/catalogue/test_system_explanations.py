"""Every system's explanation is whole and belongs to a preset."""

import pytest

from ganlab.catalogue.explanations import EXPLANATIONS
from ganlab.catalogue.system_explanations import SYSTEM_EXPLANATIONS
from ganlab.presets import PRESETS


@pytest.mark.parametrize("name", SYSTEM_EXPLANATIONS)
def test_an_explanation_is_whole_and_belongs_to_a_preset(name):
    found = SYSTEM_EXPLANATIONS[name]
    assert name in PRESETS
    for words in (found.idea, found.recipe, *found.look):
        assert isinstance(words, str)
        assert words.endswith(".")
    assert isinstance(found.look, tuple)
    assert found.paper


@pytest.mark.parametrize("name", EXPLANATIONS)
def test_every_formula_stands_on_a_line_of_its_own(name):
    objective = EXPLANATIONS[name].objective
    assert isinstance(objective, tuple)
    for formula in objective:
        assert formula.strip()
        assert formula.count("{") == formula.count("}")
        assert formula.count(r"\left") == formula.count(r"\right")
        assert r"\\" not in formula
