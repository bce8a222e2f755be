#!/usr/bin/env bash
# Guess: `imwrite` of n grey frames, an array (n, H, W), gives a file of n grey pages for every n.
# What happens: three frames become one RGB page and four one RGBA page (a warning is logged); two and five are pages.
#   `imread` returns the array in each case, so a round trip does not notice, but a viewer shows one coloured picture.
#   With photometric="minisblack" it is n pages for every n.
# Versions: tifffile 2026.3.3, pillow 13.0.0, numpy 2.4.6.
# Source: tifffile.TiffWriter.write, `photometric` ("inferred from the data shape, dtype").
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet tifffile==2026.3.3 pillow==13.0.0 numpy==2.4.6
"$folder/bin/python" -I - <<'EOF'
import io
import logging
from importlib.metadata import version

import numpy as np
import tifffile
from PIL import Image

print({name: version(name) for name in ("tifffile", "pillow", "numpy")})
logging.getLogger("tifffile").setLevel(logging.ERROR)


def seen(frames, **settings):
    """Return pages and mode as Pillow sees them, after comparing the round trip."""
    file = io.BytesIO()
    tifffile.imwrite(file, frames, **settings)
    file.seek(0)
    assert np.array_equal(tifffile.imread(file), frames)
    file.seek(0)
    with Image.open(file) as picture:
        return picture.n_frames, picture.mode


rng = np.random.default_rng(0)
for n in (2, 3, 4, 5):
    frames = rng.integers(0, 256, (n, 32, 32), dtype=np.uint8)
    guessed, named = seen(frames), seen(frames, photometric="minisblack")
    print(f"{n} frames: pages and mode {guessed}, with photometric='minisblack' {named}")
    assert guessed == {3: (1, "RGB"), 4: (1, "RGBA")}.get(n, (n, "L"))
    assert named == (n, "L")
EOF
