"""`bench modes` from the command line to its files."""

import csv
import json

from ganlab.cli.main import main

SMALL = ["bench", "modes", "--methods", "plain,pacgan2", "--seeds", "2", "--steps", "2"]


def test_the_table_names_methods_rule_and_budget(capsys):
    assert main([*SMALL, "--n", "100"]) == 0
    printed = capsys.readouterr()
    head, plain, pacgan, exact = printed.out.splitlines()
    for word in ("method", "modes", "high quality", "reverse KL", "rule", "iterations", "CPU s"):
        assert word in head
    assert plain.startswith("Plain GAN")
    assert pacgan.startswith("PacGAN2")
    assert exact.startswith("The data themselves")
    assert "ball" in plain
    assert "plain: 2 steps" in printed.err


def test_json_csv_and_markdown_hold_the_same_comparison(capsys, tmp_path):
    files = ["--csv", str(tmp_path / "a.csv"), "--markdown", str(tmp_path / "a.md")]
    assert main([*SMALL, "--n", "100", "--data", "grid", "--json", *files]) == 0
    out = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert [row["remedy"] for row in out["rows"]] == ["plain", "pacgan2"]
    assert out["rows"][0]["modes_of"] == 25
    with (tmp_path / "a.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    by_seed = [value for row in out["rows"] for value in row["high_quality_by_seed"]]
    assert [float(line["high_quality"]) for line in lines] == by_seed
    assert "| Plain GAN |" in (tmp_path / "a.md").read_text(encoding="utf-8")
