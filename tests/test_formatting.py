"""How numbers are said."""

from ganlab.formatting import percent


def test_a_share_is_said_with_a_space_that_does_not_break():
    assert percent(0.544) == "54\N{NO-BREAK SPACE}%"
    assert percent(1.0, 2) == "100.00\N{NO-BREAK SPACE}%"
    assert percent(0.05, sign="+") == "+5\N{NO-BREAK SPACE}%"
