#!/usr/bin/env bash
# Guess: WGAN-GP's penalty is 0 for a D whose gradient has norm 1 at every sample, whatever the size of the batch.
# What happens: torchgan takes one norm over the gradients of the whole batch. With n samples it is sqrt(n), so the
#   penalty is (sqrt(n) - 1)^2: 49 for a perfect D at 64 samples. It pulls each slope towards 1 / sqrt(n).
# Versions: torchgan 0.1.0, torch 2.14.1, torchvision 0.29.1, numpy 2.4.6.
# Source: torchgan/losses/functional.py, `wasserstein_gradient_penalty` (`gradients.norm(2)`), against Gulrajani et al.
#   (2017), algorithm 1, where the norm is that of one sample's gradient.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet torchgan==0.1.0 torchvision==0.29.1 pillow==13.0.0 torch==2.14.1 numpy==2.4.6
"$folder/bin/python" -I - <<'EOF'
from importlib.metadata import version

import torch
from torchgan.losses.functional import wasserstein_gradient_penalty

print({name: version(name) for name in ("torchgan", "torch", "torchvision", "numpy")})
w = torch.nn.functional.normalize(torch.randn(3 * 8 * 8, generator=torch.Generator().manual_seed(0)), dim=0)
for n in (1, 4, 16, 64):
    x = torch.zeros(n, 3, 8, 8, requires_grad=True)
    penalty = wasserstein_gradient_penalty(x, x.flatten(1) @ w).item()
    (slopes,) = torch.autograd.grad((x.flatten(1) @ w).sum(), x)
    by_sample = (slopes.flatten(1).norm(dim=1) - 1).square().mean().item()
    print(f"n = {n:2}: torchgan {penalty:.4f}, sample by sample {by_sample:.4f}")
    assert by_sample < 1e-9
    assert abs(penalty - (n**0.5 - 1) ** 2) < 1e-2
EOF
