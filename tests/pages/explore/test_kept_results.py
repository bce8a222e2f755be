"""What a session keeps is bounded by bytes, and nothing is made twice."""

import streamlit as st

from pages.explore.kept_results import Shelf, latest


def test_a_shelf_drops_the_oldest_beyond_its_bytes():
    shelf = Shelf(100)
    for name in "abc":
        shelf.put(name, name.upper(), 40)
    assert list(shelf) == ["b", "c"]
    assert shelf.bytes == 80
    assert shelf.get("a") is None


def test_what_was_asked_for_counts_as_new():
    shelf = Shelf(100)
    shelf.put("a", 1, 40)
    shelf.put("b", 2, 40)
    assert shelf.get("a") == 1
    shelf.put("c", 3, 40)
    assert list(shelf) == ["a", "c"]


def test_the_newest_stays_however_large_it_is():
    shelf = Shelf(100)
    shelf.put("a", 1, 40)
    shelf.put("b", 2, 4000)
    assert list(shelf) == ["b"]
    shelf.put("b", 3, 50)
    assert (shelf.get("b"), shelf.bytes) == (3, 50)


def test_the_latest_value_is_made_once_for_a_key():
    st.session_state.pop("sr_latest", None)
    made: list[int] = []

    def make() -> int:
        made.append(len(made))
        return made[-1]

    found = [latest("test", key, make) for key in ("a", "a", "b", "b", "a")]
    assert found == [0, 0, 1, 1, 2]
