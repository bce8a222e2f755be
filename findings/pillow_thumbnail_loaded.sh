#!/usr/bin/env bash
# Guess: `thumbnail` of one JPEG gives one picture, whether or not its pixels were looked at before.
# What happens: if nothing has loaded the picture yet, the JPEG decoder itself makes it smaller before the bicubic
#   filter runs, by leaving out frequencies; after `load()` (or a crop, a comparison, getpixel) blocks of pixels are
#   averaged instead. The two differ by more than ten grey levels in places. With reducing_gap=None they are equal.
# Versions: pillow 13.0.0, numpy 2.4.6.
# Source: PIL.Image.Image.thumbnail, `reducing_gap` ("using reduce() or draft() for JPEG images"), and
#   PIL.Image.Image.draft, which the reader of JPEG carries out while it decodes.
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
y, x = np.mgrid[0:512, 0:512]
waves = [np.sin(x * x / 400), np.cos(y * y / 500), np.sin(x * y / 300)]
file = io.BytesIO()
Image.fromarray(np.uint8(127 + 127 * np.stack(waves, -1))).save(file, "JPEG", quality=95)


def thumbnail(load, **settings):
    """Return the picture's thumbnail of 64 x 64 as integers."""
    with Image.open(io.BytesIO(file.getvalue())) as picture:
        if load:
            picture.load()
        picture.thumbnail((64, 64), **settings)
        return np.asarray(picture).astype(int)


difference = np.abs(thumbnail(False) - thumbnail(True))
print("fresh against loaded: mean", difference.mean(), "largest", difference.max())
same = np.abs(thumbnail(False, reducing_gap=None) - thumbnail(True, reducing_gap=None))
print("the same with reducing_gap=None: largest", same.max())
assert difference.max() > 10
assert same.max() == 0
EOF
