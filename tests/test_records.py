"""Values that come as JSON, as text and as nonsense, against what a parameter allows."""

import inspect
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganlab.errors import ConfigError
from ganlab.registry import KINDS, Parameter, checked, table

EVERY = {kind: table(kind) for kind in KINDS}
ENTRIES = [
    pytest.param(spec, id=f"{table}-{name}")
    for table, specs in EVERY.items()
    for name, spec in specs.items()
]
READ_BY_THE_RUN = {"decay_steps", "end", "every", "unroll"}
"""Schedules and a strategy's reach: the objective and the strategy ask for them."""


def callables(spec):
    """The callable of an entry, and D's half where the entry is a loss."""
    one = spec.load()
    return [getattr(one, player) for player in ("d", "g") if hasattr(one, player)] or [one]


@pytest.mark.parametrize("spec", ENTRIES)
def test_every_target_resolves_to_something_that_takes_its_parameters(spec):
    taken = {}
    for one in callables(spec):
        assert callable(one)
        taken |= inspect.signature(one).parameters
    takes_any = any(one.kind is one.VAR_KEYWORD for one in taken.values())
    assert takes_any or set(spec.parameters) - READ_BY_THE_RUN <= set(taken)


@pytest.mark.parametrize("spec", ENTRIES)
def test_every_entry_explains_itself_and_allows_its_own_defaults(spec):
    assert spec.summary.endswith(".")
    for name, parameter in spec.parameters.items():
        assert parameter.check(name, parameter.default) == parameter.default
        assert parameter.help.endswith(".")
        if parameter.options:
            assert parameter.default in parameter.options


@pytest.mark.parametrize(
    ("given_value", "kind", "result"),
    [
        ("12", int, 12),
        (12.0, int, 12),
        ("1e3", int, 1000),
        ("0.5", float, 0.5),
        (3, float, 3.0),
        ("true", bool, True),
        ("No", bool, False),
        (1, bool, True),
        ("word", str, "word"),
    ],
)
def test_text_and_numbers_become_the_wanted_type(given_value, kind, result):
    converted = checked("x", given_value, kind)
    assert converted == result
    assert type(converted) is kind


@pytest.mark.parametrize(
    ("given_value", "kind"),
    [
        (1.5, int),
        ("many", int),
        (True, int),
        (False, float),
        (None, float),
        ("nan", float),
        (math.inf, float),
        ("1e999", int),
        (10**400, int),
        ([1], float),
        ("perhaps", bool),
        (2, bool),
        (None, bool),
        (3, str),
        (None, str),
    ],
)
def test_what_does_not_fit_is_refused_with_what_came(given_value, kind):
    with pytest.raises(ConfigError) as refused:
        checked("knob", given_value, kind)
    assert str(refused.value).startswith("knob must be ")
    assert repr(given_value) in str(refused.value)


@given(st.integers(0, 2**31 - 1), st.integers(1, 2**31))
def test_a_number_beyond_its_range_is_distinguished_from_the_limit(high, beyond):
    with pytest.raises(ConfigError) as refused:
        checked("knob", high + beyond, int, 0, high)
    assert str(refused.value) == f"knob must be between 0 and {high}, got {high + beyond}"


def test_a_fraction_just_beyond_its_limit_is_distinguished_from_it():
    with pytest.raises(
        ConfigError, match=r"^ema must be between 0 and 0\.99999, got 0\.999990001$"
    ):
        checked("ema", 0.999990001, float, 0.0, 0.99999)


def test_a_half_open_range_is_said_in_words():
    with pytest.raises(ConfigError, match="at least 1, got 0"):
        checked("n", 0, int, 1)
    with pytest.raises(ConfigError, match="at most 2, got 3"):
        checked("n", 3, int, high=2)


def test_a_word_must_be_among_its_options():
    split = Parameter("train", "Which part.", options=("train", "test"))
    assert split.check("split", "test") == "test"
    with pytest.raises(ConfigError, match="one of train, test, got 'both'"):
        split.check("split", "both")
