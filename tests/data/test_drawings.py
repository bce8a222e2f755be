"""Reading points that people upload: good files are understood, bad ones get one sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganlab.data.drawings import Drawing
from ganlab.data.points_text import MOST_POINTS, checked_points, read_csv, write_points
from ganlab.errors import DataError, GanlabError

GOOD = {
    "plain": b"0,1\n2,-3.5\n",
    "heading": b"x,y\n0,1\n2,-3.5\n",
    "semicolon": b"x;y\n0;1\n2;-3,5\n",
    "tab": b"0\t1\n2\t-3.5\n",
    "windows": b"\xef\xbb\xbfx,y\r\n0,1\r\n\r\n2,-3.5\r\n",
    "spaces": b" 0 , 1 \n 2 , -3.5 \n\n",
    "quoted": b'"x","y"\n"0","1"\n"2","-3.5"\n',
    "trailing comma": b"0,1,\n2,-3.5,\n",
}
BAD = {
    "empty": (b"", "at least 2 points, got 0"),
    "heading only": (b"x,y\n", "at least 2 points, got 0"),
    "one point": (b"1,2\n", "at least 2 points, got 1"),
    "one place": (b"1,2\n1,2\n", "one place only"),
    "three columns": (b"1,2,3\n4,5,6\n", "row 1"),
    "words": (b"1,2\n3,four\n", "row 2"),
    "not a number": (b"1,2\nnan,3\n", "row 2"),
    "infinite": (b"1,2\ninf,3\n", "row 2"),
    "too far": (b"1,2\n1e30,3\n", "within"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\xff\xfe", "not text"),
    "a spreadsheet": (b"PK\x03\x04\x14\x00\n\x06\x00,\x08", "row"),
    "too large": (b"1,2\n" * 600_000, "at most 2 MB"),
    "too many": (b"1,2\n3,4\n" * MOST_POINTS, f"at most {MOST_POINTS}"),
}


@pytest.mark.parametrize("content", GOOD.values(), ids=GOOD)
def test_the_usual_kinds_of_csv_are_understood(content):
    assert read_csv(content) == ((0.0, 1.0), (2.0, -3.5))


@pytest.mark.parametrize(("content", "said"), BAD.values(), ids=BAD)
def test_a_bad_file_gets_one_short_sentence(content, said):
    with pytest.raises(DataError, match=said) as caught:
        read_csv(content)
    assert len(str(caught.value)) < 160


@given(st.binary(max_size=200))
def test_no_file_raises_anything_but_our_own_error(content):
    try:
        points = read_csv(content)
    except GanlabError:
        return
    checked_points(points)


@given(st.lists(st.tuples(*[st.floats(-1e6, 1e6, width=32)] * 2), min_size=2, unique=True))
def test_points_survive_a_round_trip(points):
    content = "\n".join(f"{x!r},{y!r}" for x, y in points).encode()
    assert read_csv(content) == tuple(points)


def test_a_drawing_reads_what_was_written_of_it():
    points = ((0.5, -1.25), (3.0, 1e-3))
    assert Drawing(write_points(points)).points.tolist() == [
        pytest.approx(point) for point in points
    ]


@pytest.mark.parametrize("text", ["", "1,2", "1,2;3", "1,2;a,b", "1,2;3,nan", "1,2,3;4,5,6", ";;"])
def test_a_drawing_refuses_what_is_no_drawing(text):
    with pytest.raises(DataError):
        Drawing(text)
