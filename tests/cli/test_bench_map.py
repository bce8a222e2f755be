import json

from ganlab.cli.main import main


def run(capsys, *arguments):
    code = main(["bench", "map", *arguments])
    out = capsys.readouterr()
    return code, out.out, out.err


def test_the_map_is_printed_as_text_and_as_json(capsys):
    options = ("--x", "seed", "--y", "batch", "--size", "2", "--steps", "3")
    code, out, _ = run(capsys, *options)
    assert code == 0
    assert "batch down, seed across" in out
    assert "4 GANs, 3 steps" in out
    code, out, _ = run(capsys, *options, "--json")
    printed = json.loads(out.splitlines()[-1])
    assert code == 0
    assert printed["x"]["values"] == [0, 7]
    assert printed["y"]["values"] == [8, 1024]
    assert len(printed["modes"]) == 2
