#!/usr/bin/env bash
# Guess: PSNR of two float pictures hardly changes when one pixel changes by a millionth, and it does not matter which
#   of the two is given first.
# What happens: without data_range scikit-image takes 1 for a float picture, and 2 (from -1 to 1) as soon as a pixel of
#   the first picture is negative. One pixel at -1e-6 adds 6.02 dB; exchanging the two takes them away.
# Versions: scikit-image 0.26.0, numpy 2.4.6.
# Source: skimage/metrics/simple_metrics.py, `peak_signal_noise_ratio` (`if true_min >= 0`). The documentation says
#   "estimated from the image data-type". `structural_similarity` demands data_range for floats.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet scikit-image==0.26.0 numpy==2.4.6
"$folder/bin/python" -I - <<'EOF'
from importlib.metadata import version

import numpy as np
from skimage.metrics import peak_signal_noise_ratio as psnr

print({name: version(name) for name in ("scikit-image", "numpy")})
rng = np.random.default_rng(0)
picture = rng.random((32, 32))
picture[0, 0] = 0.0
noisy = np.clip(picture + 0.01 * rng.standard_normal(picture.shape), 0, 1)
touched = picture.copy()
touched[0, 0] = -1e-6
values = {
    "no pixel below 0": psnr(picture, noisy),
    "one pixel at -1e-6": psnr(touched, noisy),
    "the same, exchanged": psnr(noisy, touched),
    "the same, data_range=1": psnr(touched, noisy, data_range=1),
}
for name, value in values.items():
    print(f"{name:22} {value:.4f} dB")
plain, negative, exchanged, given = values.values()
assert abs(negative - plain - 20 * np.log10(2)) < 1e-3
assert abs(exchanged - plain) < 1e-3
assert abs(given - plain) < 1e-3
EOF
