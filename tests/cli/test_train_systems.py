"""`train` of each system as it comes, for two steps: no warning, finite figures, samples."""

import json
import math

import pytest

from ganlab.cli.main import main

NAMES = ("vae-gan", "infogan", "transgan", "figan")
OWN = {"vae-gan": "reconstruction_error", "infogan": "code_purity", "figan": "feature_agreement"}


@pytest.mark.parametrize("name", NAMES)
def test_a_system_trains_on_data_that_need_no_download_and_its_run_can_be_sampled(
    name, capsys, tmp_path
):
    assert main(["train", name, "--steps", "2", "--device", "cpu", "--json"]) == 0
    told = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    assert told["status"] == "finished"
    assert told["preset"] == name
    assert told["steps"] == 2
    assert all(math.isfinite(value) for value in told["metrics"].values())
    assert OWN.get(name, "d_loss") in told["metrics"]
    out = tmp_path / "pictures.png"
    assert main(["sample", told["run"], "--n", "4", "--out", str(out)]) == 0
    assert out.read_bytes().startswith(b"\x89PNG")
