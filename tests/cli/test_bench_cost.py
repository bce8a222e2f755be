import json

from ganlab.bench.costs import known, read
from ganlab.cli.main import main


def run(capsys, *arguments):
    code = main(["bench", "cost", *arguments])
    out = capsys.readouterr()
    return code, out.out, out.err


def test_what_is_measured_is_kept_for_the_cards_and_printed(capsys, tmp_path):
    quick = ("--methods", "pacgan2", "--steps", "2", "--rounds", "1")
    code, out, _ = run(capsys, *quick, "--json")
    printed = json.loads(out.splitlines()[-1])
    assert code == 0
    costs, own = known()
    assert own
    assert costs.ratios == printed["ratios"]
    assert set(costs.ratios) == {"plain", "pacgan2"}
    code, out, _ = run(capsys, *quick, "--out", str(tmp_path / "costs.json"))
    assert "PacGAN2" in out
    assert set(read(tmp_path / "costs.json").ratios) == {"plain", "pacgan2"}
