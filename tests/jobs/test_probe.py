import json
import os

from ganlab.jobs.probe import probe


def test_the_probe_writes_device_name_and_cores(tmp_path):
    probe(tmp_path / "device.json")
    facts = json.loads((tmp_path / "device.json").read_text())
    assert facts["device"] in ("cpu", "cuda", "mps")
    assert facts["name"]
    assert facts["cores"] == os.cpu_count()
