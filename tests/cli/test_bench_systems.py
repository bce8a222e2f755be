"""`bench systems` from the command line."""

import json

from ganlab.cli.bench_systems import DEFAULT
from ganlab.cli.main import main
from ganlab.evaluation.classifier import readable
from ganlab.registry import Preset, table


def test_presets_are_compared_and_printed_as_json(capsys):
    command = "bench systems --presets digits --data digits --seconds 0.4 --n 100 --seed 3 --json"
    assert main(command.split()) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (found["data"], found["seconds"]) == ("digits", 0.4)
    assert found["device"].startswith("CPU")
    (row,) = found["rows"]
    assert (row["name"], row["scores"]["n"]) == ("digits", 100)
    assert row["steps"] > 0
    assert row["scores"]["floor"]["n"] == 10_000


def test_every_system_of_digits_is_compared_unless_said_otherwise():
    modules = ("ganlab.presets.literature", "ganlab.presets.systems")
    of_digits = {
        name
        for name, one in table(Preset).items()
        if one.target.startswith(modules) and one.config.data.name in readable()
    }
    assert of_digits <= set(DEFAULT.split(","))
