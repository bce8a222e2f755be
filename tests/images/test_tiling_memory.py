"""The memory that is foretold is the memory that is taken, for every architecture."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from ganlab.images.tiling import bytes_per_pixel, peak_of
from ganlab.networks.superres import LeanSRResNet

NETWORKS = [
    "LeanSRResNet(4, 64, 2)",
    "LeanSRResNet(2, 64, 2)",
    "SRResNet(4, 64, 1)",
    "SRResNet(2, 64, 1)",
    "RRDBNet(4, 64, 1)",
    "RRDBNet(2, 64, 1)",
    "RRDBNet(1, 64, 1)",
    "SRVGGCompact(4, 64, 2)",
    "MSRResNet(4, 64, 1)",
    "MSRResNet(3, 64, 1)",
]
BUDGET = 64 * 2**20
MEASURING = """
import json, sys
import numpy as np
import torch
from ganlab.images import tiling
from ganlab.networks.community import *
from ganlab.networks.superres import *
from ganlab.networks.srgan_paper import *

def told(field):
    (line,) = [line for line in open("/proc/self/status") if line.startswith(field)]
    return int(line.split()[1]) * 1024

torch.set_num_threads(1)
found = {}
for text in sys.argv[2:]:
    network = eval(text).eval().requires_grad_(False).to(memory_format=torch.channels_last)
    side = tiling.side_for(network, int(sys.argv[1])) + 2 * tiling.halo_of(network)
    for trial in (16, side):  # the first call brings kernels that stay
        colour = np.zeros((trial, trial, 3), np.uint8)
        output = np.zeros((trial * network.scale, trial * network.scale, 3), np.uint8)
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")  # the high-water mark starts from here
        before = told("VmRSS")
        list(tiling.enlarge(network, colour, output, trial, 0))
    found[text] = told("VmHWM") - before
print(json.dumps(found))
"""


@pytest.mark.slow
def test_a_tile_takes_the_budget_at_most_and_most_of_it():
    if not Path("/proc/self/clear_refs").exists():
        pytest.skip("only Linux tells how much memory a process has had at once")
    command = [sys.executable, "-c", MEASURING, str(BUDGET), *NETWORKS]
    root = Path(__file__).parents[2]
    # What is forgotten goes back at once, as it does for the large tensors of a usual budget.
    environment = os.environ | {"MALLOC_MMAP_THRESHOLD_": "65536"}
    told = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, check=True
    )
    taken = {name: size / BUDGET for name, size in json.loads(told.stdout).items()}
    assert set(taken) == set(NETWORKS)
    assert max(taken.values()) <= 1.3, taken
    assert min(taken.values()) >= 0.4, taken


class Known(nn.Module):
    """Three tensors of eight channels, of which two live at a time."""

    def forward(self, lr):
        a = lr.mean(1, keepdim=True).expand(1, 8, *lr.shape[2:]) + 1
        b = a + 1
        del a
        return b + 1


def test_what_lives_at_once_is_counted_and_what_is_forgotten_is_not():
    # One tensor of the mean, and two of eight channels: 17 values of 4 bytes, at most.
    assert 16 * 4 <= peak_of(Known(), 10) / 100 <= 17 * 4
    alike = [peak_of(LeanSRResNet(2, 8, blocks), 4) for blocks in (1, 50)]
    assert alike[0] == alike[1]


def test_a_network_is_watched_once():
    seen = []

    class Counted(Known):
        def forward(self, lr):
            seen.append(tuple(lr.shape))
            return super().forward(lr)

    network = Counted()
    assert bytes_per_pixel(network) == bytes_per_pixel(network)
    assert len(seen) == 1
    assert torch.is_grad_enabled()
