#!/usr/bin/env bash
# Guess: a film of ten frames is saved as ten frames, so frame 7 of the file is frame 7 of the training.
# What happens: Pillow merges a frame that equals the one before into it and adds up the times, in GIF, APNG and WebP. Ten
#   frames of which five repeat are read as five, ten equal ones as a still picture; TIFF keeps all ten.
# Versions: pillow 13.0.0, numpy 2.4.6.
# Source: Pillow's GifImagePlugin.py and PngImagePlugin.py, `_write_multiple_frames` (the previous frame's duration grows
#   where the difference of two frames is empty); for WebP libwebp's WebPAnimEncoder does it.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet pillow==13.0.0 numpy==2.4.6
"$folder/bin/python" -I - <<'EOF'
import io
from importlib.metadata import version

import numpy as np
from PIL import Image

print({name: version(name) for name in ("pillow", "numpy")})
levels = [0, 0, 50, 50, 50, 100, 0, 0, 0, 200]


def frames_read(kind, levels, **settings):
    """Return number and times of the frames after saving grey frames of these levels, 40 ms each."""
    first, *rest = [Image.fromarray(np.full((16, 16), level, dtype=np.uint8)) for level in levels]
    file = io.BytesIO()
    first.save(file, kind, save_all=True, append_images=rest, **settings)
    with Image.open(file) as film:
        n, times = getattr(film, "n_frames", 1), []
        for index in range(n):
            film.seek(index)
            film.load()
            times.append(film.info.get("duration"))
    return n, times


for kind, settings in {
    "GIF": {"duration": 40},
    "PNG": {"duration": 40},
    "WEBP": {"duration": 40, "lossless": True},
    "TIFF": {},
}.items():
    mixed, equal = frames_read(kind, levels, **settings), frames_read(kind, [90] * 10, **settings)
    print(f"{kind:4} ten frames, five of them new: {mixed}; ten equal frames: {equal[0]}")
    assert mixed[0] == (10 if kind == "TIFF" else 5)
    assert equal[0] == (10 if kind == "TIFF" else 1)
    assert kind == "TIFF" or kind == "WEBP" or sum(mixed[1]) == 400
EOF
