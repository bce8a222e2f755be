"""The counting script against short sources that are counted by hand."""

import json
from itertools import pairwise

from tests.meta import count

PYTHON = '''"""A module.

Of three lines."""

import os  # 1


LIMIT = 3  # 2
"""What the limit is for."""

TEXT = """  # the lines 3, 4 and 5

 of a value"""


def double(x):  # 6
    """Twice x."""
    # a comment
    return (  # 7
        2  # 8

        * x  # 9
    )  # 10
'''


def test_python_lines_leave_out_blank_lines_comments_and_documentation():
    assert count.python_lines(PYTHON) == 10


def test_script_lines_leave_out_comments_but_not_what_a_string_or_pattern_holds():
    source = """
// a comment
/* of two
   lines */
const address = "http://a.b/*c*/"; // 1
const pattern = text.split(/[/"]\\/\\//); /* 2 */
const both = `// 3
// 4`;
/* before */ run(a / b, c / d); // 5
"""
    assert count.script_lines(source) == 5
    assert count.script_lines('/* a */\na { content: "//"; }\n\n// b\n', "css") == 2


def test_docstrings_are_counted_for_public_names_only():
    source = '''
class Shown:
    """1."""
    def method(self):
        """2."""
    def _hidden(self):
        """No."""
    def silent(self): ...

class _Hidden:
    """No."""
    def method(self):
        """No."""

def public():
    """3."""
    def inner():
        """No."""
'''
    assert count.public_docstrings(source) == 3


def test_an_import_of_a_module_from_its_package_names_the_module():
    sources = {
        "a": "import a.b\nfrom a import c, name\n",
        "a.b": "def later():\n    from a.c import d\n",
        "a.c": "import os\n",
    }
    assert count.importers(sources) == {"a": set(), "a.b": {"a"}, "a.c": {"a", "a.b"}}


def test_the_present_tree_is_counted_as_one_json_object(capsys):
    assert count.main(["--json"]) == 0
    counts = json.loads(capsys.readouterr().out)
    assert counts["code"] == sum(counts["folders"].values())
    assert counts["modules"] > len(counts["singles"]) > 0
    small = [one["module"] for one in counts["small_singles"]]
    assert all(first < second for first, second in pairwise(small))
    assert all(one["lines"] < count.SMALL for one in counts["small_singles"])
    assert {one["module"] for one in counts["small_singles"]} <= {
        one["module"] for one in counts["singles"]
    }
