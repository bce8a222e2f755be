"""A link of earlier days opens what it was made of."""

import pytest

from tests.contracts import adapters
from tests.contracts.recorded import missing, table
from tests.contracts.share_links import digest

LINKS = table("share_links")


@pytest.mark.parametrize("name", LINKS)
def test_a_link_holds_what_it_held(name):
    recorded = LINKS[name]
    found = adapters.read_shared(recorded["text"])
    for part in ("script", "step", "title"):
        assert found[part] == recorded[part]
    assert missing(recorded["config"], found["config"]) == []
    same = {path: found["flat"][path] for path in recorded["flat"]}
    assert digest(same) == recorded["digest"]
    assert adapters.configuration(found["config"]) == adapters.configuration(recorded["config"])


@pytest.mark.parametrize("name", LINKS)
def test_a_link_that_was_read_is_written_and_read_as_the_same(name):
    held = adapters.read_shared(LINKS[name]["text"])
    again = adapters.link_of(held["config"], held["script"], held["step"], held["title"])
    assert adapters.read_shared(again) == held
