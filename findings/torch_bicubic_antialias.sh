#!/usr/bin/env bash
# Guess: antialiasing acts only where a picture gets smaller, so an enlargement is the same with and without it.
# What happens: antialias=True also exchanges the cubic kernel, a = -0.5 (Pillow's) for a = -0.75. Enlarged pictures
#   differ, and only the one with antialias=True equals Pillow's BICUBIC.
# Versions: torch 2.14.1, pillow 13.0.0, numpy 2.4.6.
# Source: torch.nn.functional.interpolate, `antialias` ("match Pillow result for downsampling operation"); the two
#   values of a stand in ATen's UpSample.h (get_cubic_upsample_coefficients) and UpSampleKernel.cpp (aa_filter).
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet pillow==13.0.0 torch==2.14.1 numpy==2.4.6
"$folder/bin/python" -I - <<'EOF'
from importlib.metadata import version

import numpy as np
import torch
from PIL import Image
from torch.nn.functional import interpolate


def keys(a, phase):
    """Return the four weights of the cubic kernel of Keys (1981) for a position between pixels."""
    x = np.abs(np.array([1 + phase, phase, 1 - phase, 2 - phase]))
    near = (a + 2) * x**3 - (a + 3) * x**2 + 1
    far = a * x**3 - 5 * a * x**2 + 8 * a * x - 4 * a
    return np.where(x < 1, near, far)


print({name: version(name) for name in ("torch", "pillow", "numpy")})
row = np.random.default_rng(0).random((1, 16), dtype=np.float32)
x = torch.from_numpy(row)[None, None]
plain, smooth = (
    interpolate(x, size=(1, 64), mode="bicubic", antialias=antialias)[0, 0, 0].numpy()
    for antialias in (False, True)
)
pillow = np.asarray(Image.fromarray(row).resize((64, 1), Image.Resampling.BICUBIC))[0]
# Pixel 33 of the large row lies at 33.5 / 4 - 0.5 = 7.875 of the small one.
expected = {a: float(keys(a, 0.875) @ row[0, 6:10]) for a in (-0.5, -0.75)}
print("16 pixels enlarged to 64, pixel 33:")
print("  antialias=False", plain[33], " antialias=True", smooth[33], " Pillow", pillow[33])
print("  by hand", expected)
print("largest difference between the two", np.abs(plain - smooth).max())
assert np.abs(plain - smooth).max() > 0.02
assert np.abs(pillow - smooth).max() < 1e-5
assert abs(plain[33] - expected[-0.75]) < 1e-5
assert abs(smooth[33] - expected[-0.5]) < 1e-5
EOF
