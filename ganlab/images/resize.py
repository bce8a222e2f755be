"""The classical methods: Pillow's kernels, for samples of any depth."""

import numpy as np
from PIL import Image

from ganlab.images.picture import Samples

KERNELS = {
    "nearest": Image.Resampling.NEAREST,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}


def resized(
    samples: Samples,
    size: tuple[int, int],
    kernel: Image.Resampling,
    box: tuple[float, ...] | None = None,
) -> Samples:
    """Samples of any depth through one of Pillow's kernels, from a box to a (width, height)."""
    if samples.dtype == np.uint8:
        return np.asarray(Image.fromarray(samples).resize(size, kernel, box))  # type: ignore[arg-type]
    planes = samples if samples.ndim == 3 else samples[..., None]
    done = [
        np.asarray(Image.fromarray(plane.astype(np.float32)).resize(size, kernel, box))  # type: ignore[arg-type]
        for plane in np.moveaxis(planes, 2, 0)
    ]
    values = np.clip(np.round(np.stack(done, axis=2)), 0, 65535).astype(np.uint16)
    return values if samples.ndim == 3 else values[..., 0]
