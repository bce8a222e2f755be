"""Find the device (CPU, CUDA, MPS) in a child process, so that the server need not load torch.

`python -m ganlab.jobs.probe FILE` writes it; the fork server calls `probe` in a child.
"""

import json
import os
import sys
from pathlib import Path

from ganlab.device import choose_device, describe_device
from ganlab.files import write_file


def probe(path: Path) -> None:
    """Write {"device", "name", "cores"} to path."""
    device = choose_device()
    facts = {"device": device.type, "name": describe_device(device), "cores": os.cpu_count() or 1}
    write_file(path, json.dumps(facts).encode())


if __name__ == "__main__":
    probe(Path(sys.argv[1]))
