"""Every system's explanation is whole and belongs to a preset."""

import pytest

from ganlab.catalogue.system_explanations import EXPLANATIONS
from ganlab.presets import PRESETS


@pytest.mark.parametrize("name", EXPLANATIONS)
def test_an_explanation_is_whole_and_belongs_to_a_preset(name):
    found = EXPLANATIONS[name]
    assert name in PRESETS
    for words in (found.idea, found.recipe, *found.look):
        assert isinstance(words, str)
        assert words.endswith(".")
    assert isinstance(found.look, tuple)
    assert found.objective.count("{") == found.objective.count("}")
    assert found.objective.count(r"\left") == found.objective.count(r"\right")
    assert found.paper
