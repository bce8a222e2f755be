"""PSNR and SSIM against the original, consistency with the input by the protocol of the literature.

Pictures are uint8 arrays, (H, W, 3) for colour or (H, W) for grey. Luma is BT.601 in studio range
(16 to 235) from rounded values, a border of `scale` pixels is cut, the peak is 255. Full-range
luma would cost 1.3 dB on Set5 without any sign of being wrong.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from skimage.metrics import structural_similarity

from ganlab.errors import PictureError

Array = NDArray[np.uint8]
Floats = NDArray[np.float64]

SSIM_WINDOW = 11
STRIP = 512
"""Rows whose SSIM is taken at once: the maps behind it are a dozen times the picture."""


@dataclass(frozen=True)
class Protocol:
    """What PSNR and SSIM are taken over; values of different protocols cannot be compared."""

    channels: Literal["Y", "RGB"] = "Y"
    cut: bool = True
    """Whether a border as wide as the scale is left out."""

    @property
    def words(self) -> str:
        """The protocol as it stands below every table."""
        over = {
            "Y": "on luma (ITU-R BT.601, studio range 16 to 235, from 8-bit values)",
            "RGB": "on red, green and blue together (about 2 dB below values on luma)",
        }[self.channels]
        border = "a border as wide as the scale cut off" if self.cut else "up to the border"
        return (
            f"PSNR and SSIM {over}, {border}, peak 255; SSIM with an 11×11 Gaussian window of "
            "σ = 1.5 (not the size-dependent window behind the SSIM of the SRGAN paper, whose "
            "values are about 0.01 higher on Set5); pictures shrunk with Pillow's bicubic kernel"
        )


LITERATURE = Protocol()
"""Luma without the border, as nearly all papers have it."""


def luma(picture: Array) -> Floats:
    """Y of BT.601 in studio range: (H, W, 3) -> (H, W); a grey picture is its own luma."""
    if picture.ndim == 2:
        return picture.astype(np.float64)
    return 16 + picture.astype(np.float64) @ np.array([65.481, 128.553, 24.966]) / 255


def without_border(picture: NDArray, border: int) -> NDArray:
    """The picture without its outermost pixels."""
    if border == 0:
        return picture
    return picture[border:-border, border:-border]


def psnr(sr: Array, hr: Array, scale: int, protocol: Protocol = LITERATURE) -> float:
    """Peak signal to noise ratio in dB; infinity for equal pictures."""
    ours, theirs = _compared(sr, hr, scale, protocol)
    error = float(np.mean((ours - theirs) ** 2))
    return math.inf if error == 0 else 10 * math.log10(255**2 / error)


def ssim(sr: Array, hr: Array, scale: int, protocol: Protocol = LITERATURE) -> float | None:
    """Structural similarity (Wang et al. 2004); None if the window does not fit."""
    ours, theirs = _compared(sr, hr, scale, protocol)
    if min(ours.shape[:2]) < SSIM_WINDOW:
        return None
    total, rows = 0.0, ours.shape[0] - SSIM_WINDOW + 1
    for first in range(0, rows, STRIP):  # strips overlap by what a window sees: the mean is exact
        count = min(STRIP, rows - first)
        strip = slice(first, first + count + SSIM_WINDOW - 1)
        total += count * _similarity(ours[strip], theirs[strip])
    return total / rows


def _similarity(ours: Floats, theirs: Floats) -> float:
    """The mean over all places where the window lies inside."""
    value = structural_similarity(
        ours,
        theirs,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        data_range=255,
        channel_axis=None if ours.ndim == 2 else 2,
    )
    return float(value)  # type: ignore[arg-type]


def consistency(sr: Array, lr: Array, scale: int) -> float:
    """PSNR in dB between the input and the result shrunk again: what the result contradicts.

    Over all channels without a border, since the input is known everywhere.
    """
    size = (sr.shape[1] // scale, sr.shape[0] // scale)
    again = np.asarray(Image.fromarray(sr).resize(size, Image.Resampling.BICUBIC))
    if again.shape != lr.shape:
        raise PictureError(
            f"a result of {sr.shape[1]}×{sr.shape[0]} pixels was compared at scale {scale} with an "
            f"input of {lr.shape[1]}×{lr.shape[0]}: they do not belong together"
        )
    error = float(np.mean((again.astype(np.float64) - lr.astype(np.float64)) ** 2))
    return math.inf if error == 0 else 10 * math.log10(255**2 / error)


def power_spectrum(picture: Array) -> Floats:
    """Mean power of luma over rings of equal spatial frequency, from 0 to 0.5 cycles a pixel.

    A Hann window keeps the picture's edges from pretending to be high frequencies.
    """
    values = luma(picture)
    values = values - values.mean()
    window = np.hanning(values.shape[0])[:, None] * np.hanning(values.shape[1])[None, :]
    power = np.abs(np.fft.fft2(values * window)) ** 2 / max(float((window**2).sum()), 1e-12)
    down = np.fft.fftfreq(values.shape[0])[:, None]
    across = np.fft.fftfreq(values.shape[1])[None, :]
    radius = np.hypot(down, across)
    rings = max(min(values.shape) // 2, 1)
    ring = np.minimum((radius * 2 * rings).astype(int), rings)  # the corners go to the last, cut
    sums = np.bincount(ring.ravel(), power.ravel(), minlength=rings + 1)
    counts = np.bincount(ring.ravel(), minlength=rings + 1)
    return (sums / np.maximum(counts, 1))[:rings]


def spectral_gap(sr: Array, hr: Array, low: float = 0.25) -> float:
    """Mean |log10 power ratio| over the frequencies from `low` to 0.5 cycles a pixel; 0 is equal.

    One unit is a factor of ten in power. At x4 the input holds nothing above 0.125.
    """
    ours, theirs = power_spectrum(sr), power_spectrum(hr)
    first = int(len(ours) * 2 * low)
    return float(np.mean(np.abs(np.log10((ours[first:] + 1e-3) / (theirs[first:] + 1e-3)))))


def sharpness(picture: Array) -> float:
    """Mean size of luma's gradient in grey levels: needs no original."""
    values = luma(picture)
    if min(values.shape) < 2:
        return 0.0
    down, across = np.gradient(values)
    return float(np.hypot(down, across).mean())


@dataclass(frozen=True)
class Quality:
    """What one result scores; what needs an original is None without one."""

    psnr: float | None
    ssim: float | None
    consistency: float
    sharpness: float
    spectral_gap: float | None


def measure(
    sr: Array, lr: Array, hr: Array | None, scale: int, protocol: Protocol = LITERATURE
) -> Quality:
    """All measures that need no network, of one result."""
    return Quality(
        psnr=None if hr is None else psnr(sr, hr, scale, protocol),
        ssim=None if hr is None else ssim(sr, hr, scale, protocol),
        consistency=consistency(sr, lr, scale),
        sharpness=sharpness(sr),
        spectral_gap=None if hr is None else spectral_gap(sr, hr),
    )


def _compared(sr: Array, hr: Array, scale: int, protocol: Protocol) -> tuple[Floats, Floats]:
    if sr.shape != hr.shape:
        raise PictureError(
            f"the result has shape {sr.shape}, the original {hr.shape}: "
            f"crop the original to a multiple of {scale} before shrinking it"
        )
    border = scale if protocol.cut and min(hr.shape[:2]) > 2 * scale else 0
    ours, theirs = (without_border(picture, border) for picture in (sr, hr))
    if protocol.channels == "RGB":
        return ours.astype(np.float64), theirs.astype(np.float64)
    return luma(ours), luma(theirs)
