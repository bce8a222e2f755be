import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganlab.errors import ConfigError
from ganlab.export.film.selection import Cut, moments


@given(
    steps=st.lists(st.integers(0, 500), min_size=1, unique=True).map(sorted),
    span=st.integers(0, 60),
    most=st.integers(1, 40),
)
def test_moments_ascend_end_with_the_last_and_are_ends_of_epochs_where_there_are_two(
    steps, span, most
):
    ends = [step for step in steps if span and step and step % span == 0]
    chosen = moments(steps, span, most)
    expected = ends if len(ends) > 1 else steps
    assert chosen == sorted(set(chosen))
    assert set(chosen) <= set(expected)
    assert len(chosen) == min(most, len(expected))
    assert chosen[-1] == expected[-1]
    if most > 1:
        assert chosen[0] == expected[0]


@pytest.mark.parametrize(
    "wrong", [{"frames": 0}, {"frames": 241}, {"pictures": 65}, {"pictures": 0}, {"side": 9}]
)
def test_a_cut_that_cannot_be_is_refused_by_name(wrong):
    with pytest.raises(ConfigError, match=next(iter(wrong))):
        Cut(**wrong)
