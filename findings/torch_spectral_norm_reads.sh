#!/usr/bin/env bash
# Guess: reading `layer.weight` changes nothing, and D judges real and fake samples of one step with one weight.
# What happens: in training mode every read of a spectrally normalised weight carries out a power iteration and keeps
#   its vectors. Reading it in order to plot it changes the next forward; D(x) twice gives two results.
#   `parametrize.cached()` around the step gives one weight.
# Versions: torch 2.14.1, numpy 2.4.6.
# Source: torch/nn/utils/parametrizations.py, `_SpectralNorm.forward`; torch.nn.utils.parametrize.cached.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --no-compile torch==2.14.1 numpy==2.4.6
"$folder/bin/python" -I - <<'EOF'
from importlib.metadata import version

import torch
from torch.nn.utils import parametrizations, parametrize

print({name: version(name) for name in ("torch", "numpy")})


def discriminator():
    """Return the same spectrally normalised layer at each call."""
    torch.manual_seed(0)
    return parametrizations.spectral_norm(torch.nn.Linear(64, 64))


x = torch.ones(1, 64)
untouched, read = discriminator(), discriminator()
for _ in range(20):
    read.weight.norm()
norms = [torch.linalg.matrix_norm(layer.weight, 2).item() for layer in (untouched, read)]
print("true spectral norm at the first read and at the 21st", norms)
assert norms[0] > norms[1] + 0.01 > 1.0

D = discriminator()
apart = (D(x) - D(x)).abs().max().item()
with parametrize.cached():
    cached = (D(x) - D(x)).abs().max().item()
D.eval()
evaluated = (D(x) - D(x)).abs().max().item()
print("D(x) - D(x): training", apart, " cached", cached, " eval", evaluated)
assert apart > 1e-5
assert cached == evaluated == 0.0
EOF
