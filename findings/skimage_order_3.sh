#!/usr/bin/env bash
# Guess: order=3 is one bicubic filter in all of skimage.transform, and the one that other libraries call bicubic.
# What happens: `warp` uses the cubic kernel of Keys (a = -0.5), which reaches two pixels and is Pillow's BICUBIC. `resize`
#   (and `rescale`) interpolate with a cubic B-spline, which reaches across the whole picture. The same enlargement of
#   noise by the two differs by up to a tenth of the range.
# Versions: scikit-image 0.26.0, pillow 13.0.0, numpy 2.4.6.
# Source: skimage.transform.resize, `order` ("of the spline interpolation ... See skimage.transform.warp"), which calls
#   scipy.ndimage.zoom; skimage.transform.warp, `order` ("3: Bi-cubic"), skimage/_shared/interpolation.pxd.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet scikit-image==0.26.0 pillow==13.0.0 numpy==2.4.6
"$folder/bin/python" -I - <<'EOF'
from importlib.metadata import version

import numpy as np
from PIL import Image
from skimage.transform import AffineTransform, resize, warp

print({name: version(name) for name in ("scikit-image", "pillow", "numpy")})


def enlarged(picture):
    """Return the picture four times as wide by resize, by warp and by Pillow."""
    height, width = picture.shape
    to_small = AffineTransform(matrix=np.array([[0.25, 0, -0.375], [0, 1, 0], [0, 0, 1]]))
    shape = (height, 4 * width)
    spline = resize(picture, shape, order=3, mode="edge", clip=False, anti_aliasing=False)
    warped = warp(picture, to_small, output_shape=shape, order=3, mode="edge", clip=False)
    pillow = Image.fromarray(picture.astype(np.float32)).resize(shape[::-1], Image.Resampling.BICUBIC)
    return spline, warped, np.asarray(pillow)


point = np.zeros((15, 15))
point[:, 7] = 1
for name, result in zip(("resize", "warp", "Pillow"), enlarged(point), strict=True):
    print(f"{name:7} one white column, from its middle", np.round(result[7, 30:44], 3))
spline, warped, pillow = (result[7] for result in enlarged(point))
assert np.abs(warped - pillow).max() < 1e-6
assert np.abs(spline[39:41]).min() > 0.01
assert np.abs(warped[39:41]).max() == 0.0

noise = np.random.default_rng(0).random((32, 32))
spline, warped, pillow = (result[:, 16:-16] for result in enlarged(noise))
print("noise: largest difference of resize and warp", np.abs(spline - warped).max())
assert np.abs(warped - pillow).max() < 1e-5
assert np.abs(spline - warped).max() > 0.05
EOF
