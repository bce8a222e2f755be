"""The list of seeded faults fits the present tree, and faults are found after a move."""

import ast
from collections import Counter

import pytest

from tests.meta.count import ROOT, tracked
from tests.meta.seeded_faults import (
    CannotBeMade,
    Fault,
    Outcome,
    files_of_tests,
    locate,
    main,
    read_faults,
    sources,
    spans,
    summary,
)

FAULTS = read_faults()


def fault(old="x + 1", where="f", file="a.py", tests=("tests/test_a.py",)):
    return Fault("package", "name", file, where, old, "x - 1", tests)


def test_every_fault_is_found_once_and_leaves_a_file_that_parses():
    texts = sources()
    paths = [path for path in tracked(ROOT) if path.startswith("tests/")]
    for one in FAULTS:
        place = locate(one, texts)
        text = texts[place.path]
        changed = text[: place.start] + one.new + text[place.end :]
        assert text[place.start : place.end] == one.old != one.new, one.name
        assert ast.dump(ast.parse(changed)) != ast.dump(ast.parse(text)), one.name
        assert files_of_tests(one, paths), one.name


def test_there_are_three_faults_a_package_and_no_two_of_one_name():
    assert len(FAULTS) >= 40
    assert min(Counter(one.package for one in FAULTS).values()) >= 3
    assert max(Counter(one.name for one in FAULTS).values()) == 1


def test_a_fault_is_found_in_its_function_only():
    text = "def f(x):\n    return x + 1\n\n\ndef g(x):\n    return x + 1\n"
    assert locate(fault(where="g"), {"a.py": text}).start == text.rindex("x + 1")


def test_a_fault_is_found_where_its_function_has_moved():
    text = "class C:\n    def f(self, x):\n        return x + 1\n"
    other = "def g(x):\n    return x\n"
    for moved in (text, text.replace("class C", "class D"), text.replace("def f", "def h")):
        place = locate(fault(where="C.f"), {"b/c.py": moved, "d.py": other})
        assert (place.path, place.start) == ("b/c.py", moved.index("x + 1"))


def test_a_fault_whose_text_is_gone_or_ambiguous_cannot_be_made():
    text = "def f(x):\n    return x + 1\n"
    with pytest.raises(CannotBeMade, match="nowhere"):
        locate(fault(), {"a.py": text.replace("1", "2")})
    with pytest.raises(CannotBeMade, match="2 times"):
        locate(fault(), {"b.py": text, "c.py": text})
    with pytest.raises(CannotBeMade, match="2 times"):
        locate(fault(), {"a.py": text + "    return x + 1\n"})


def test_tests_are_found_by_their_file_name_after_a_move():
    assert files_of_tests(fault(), ["tests/test_a.py", "tests/b/test_a.py"]) == ["tests/test_a.py"]
    moved = ["tests/b/test_a.py", "tests/c/test_a.py", "tests/test_b.py"]
    assert files_of_tests(fault(), moved) == moved[:2]
    with pytest.raises(CannotBeMade, match="no tests"):
        files_of_tests(fault(), moved[2:])


def test_spans_name_methods_and_nested_functions_by_their_owners():
    text = "class C:\n    def f(self):\n        def g(): ...\n\nif True:\n    def h(): ...\n"
    assert [name for name, _, _ in spans(text)] == ["", "C", "C.f", "C.f.g", "h"]


def test_the_summary_counts_what_was_caught():
    rows = [
        Outcome("a", "one", "caught", "", 1.0),
        Outcome("a", "two", "missed", "", 2.0),
        Outcome("b", "three", "not made", "", 0.0),
    ]
    found = summary(rows)
    assert (found["tried"], found["caught"], found["packages"]) == (3, 1, 2)
    assert (found["missed"], found["not_made"]) == (["two"], ["three"])


def test_a_choice_that_no_fault_fits_is_refused_before_any_test_runs(capsys):
    with pytest.raises(SystemExit) as refused:
        main(["--only", "no such fault"])
    assert refused.value.code == 2
    assert "no fault has 'no such fault'" in capsys.readouterr().err
