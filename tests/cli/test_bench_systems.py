"""`bench systems` from the command line."""

import json

import pytest

from ganlab.cli.main import main


def test_presets_are_compared_and_told_as_json(capsys):
    wanted = "bench systems --presets digits --seconds 0.4 --n 100 --seed 3 --json"
    assert main(wanted.split()) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert found["seconds"] == 0.4
    (row,) = found["rows"]
    assert (row["name"], row["scores"]["n"]) == ("digits", 100)
    assert row["steps"] > 0
    assert row["scores"]["floor"]["n"] == 10_000


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ("--presets ,", "presets must name at least one"),
        ("--presets nobody", "preset must be one of"),
        ("--presets ring", "ring learns ring, and the classifier reads digits"),
        ("--seconds 0", "seconds must be more than 0"),
    ],
)
def test_wrong_use_is_one_sentence(options, sentence, capsys):
    assert main(["bench", "systems", *options.split()]) == 2
    assert sentence in capsys.readouterr().err
