#!/usr/bin/env bash
# Guess: resizing treats rows and columns alike: transposing, resizing and transposing back is resizing.
# What happens: rows come first, and what the filter gives there is rounded and cut to 0..255 before the columns are
#   filtered. Where the filter overshoots (LANCZOS, BICUBIC at hard edges) the order counts: up to tens of grey levels.
#   In mode "F", where nothing is cut, both ways are equal.
# Versions: pillow 13.0.0, numpy 2.4.6.
# Source: Pillow's src/libImaging/Resample.c, ImagingResampleInner (horizontal, then vertical pass, each with clip8).
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet pillow==13.0.0 numpy==2.4.6
"$folder/bin/python" -I - <<'EOF'
from importlib.metadata import version

import numpy as np
from PIL import Image

print({name: version(name) for name in ("pillow", "numpy")})
flip = Image.Transpose.TRANSPOSE
pixels = np.random.default_rng(0).choice(np.array([0, 255], dtype=np.uint8), (64, 64))


def difference(mode, resample, size):
    """Return the largest difference that the order of the two passes makes, in grey levels."""
    picture = Image.fromarray(pixels).convert(mode)
    straight = picture.resize((size, size), resample)
    transposed = picture.transpose(flip).resize((size, size), resample).transpose(flip)
    return float(np.abs(np.asarray(straight, float) - np.asarray(transposed, float)).max())


for resample in (Image.Resampling.LANCZOS, Image.Resampling.BICUBIC, Image.Resampling.BILINEAR):
    for size in (24, 128):
        bytes_, floats = difference("L", resample, size), difference("F", resample, size)
        print(f"{resample.name:8} 64 -> {size:3}: mode L {bytes_:4.0f}, mode F {floats:.5f}")
        assert floats < 1e-3
        # The bilinear filter cannot overshoot: what remains there is rounding.
        assert bytes_ <= 1 if resample is Image.Resampling.BILINEAR else bytes_ >= 5
EOF
