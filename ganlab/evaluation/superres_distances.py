"""Distances in features: SqueezeNet's deeper layers, and local texture without a network."""

import math
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from ganlab.device import choose_device
from ganlab.images.quality import Array, luma
from ganlab.networks.perceptual_features import HELD_OUT, features_on, squeezenet

FEATURE_NAME = "SqueezeNet " + "+".join(HELD_OUT)
MOST_READ = 2_000_000
"""Pixels that are looked at: features of more take gigabytes and say little that is new."""


def judged_size(height: int, width: int) -> tuple[int, int]:
    """(height, width) of what is compared: all, or a part of MOST_READ pixels of the same shape."""
    shrinkage = math.sqrt(min(1.0, MOST_READ / (height * width)))
    tall = min(MOST_READ, max(1, round(height * shrinkage)))
    return tall, min(width, max(1, MOST_READ // tall), max(1, round(width * shrinkage)))


def judged_part(picture: Array) -> Array:
    """The picture, or the central part of a large one."""
    height, width = picture.shape[:2]
    tall, wide = judged_size(height, width)
    top, left = (height - tall) // 2, (width - wide) // 2
    return picture[top : top + tall, left : left + wide]


def colour_tensor(picture: Array) -> torch.Tensor:
    """A uint8 picture, grey or colour, as (1, 3, H, W) in [0, 1]."""
    array = picture if picture.ndim == 3 else np.repeat(picture[..., None], 3, axis=2)
    return torch.from_numpy(array.copy()).permute(2, 0, 1)[None].float() / 255


@torch.inference_mode()
def feature_distance(
    sr: Array, hr: Array, layers: tuple[str, ...] = HELD_OUT, device: str = "auto"
) -> float:
    """Mean over layers of the squared distance between unit feature vectors, place by place.

    The shape of LPIPS (Zhang et al. 2018, equation 1) without its learned weights and with another
    network, so its values are not LPIPS values. Pictures below 32 pixels repeat theirs, and of
    those above MOST_READ pixels the central part is looked at.
    """
    where = choose_device(device)
    network = features_on(squeezenet(layers), where)
    ours, theirs = (colour_tensor(judged_part(one)).to(where) for one in (sr, hr))
    while min(ours.shape[-2:]) < 32:
        ours, theirs = (t.repeat_interleave(2, -1).repeat_interleave(2, -2) for t in (ours, theirs))
    distances = []
    for a, b in zip(network(ours), network(theirs), strict=True):
        a, b = (t / (t.norm(dim=1, keepdim=True) + 1e-6) for t in (a, b))
        distances.append(float((a - b).square().sum(1).mean()))
    return float(np.mean(distances))


def texture_energy(picture: Array, sigma: float = 4.0) -> NDArray[np.float64]:
    """Log of the local energy in three octave bands of luma: (3, H, W).

    Differences of Gaussians stand for the bands of a Laplacian pyramid (Burt & Adelson 1983).
    """
    values = luma(picture)
    blurred = [values] + [gaussian_filter(values, 2.0**octave / 2) for octave in range(3)]
    bands = [fine - coarse for fine, coarse in pairwise(blurred)]
    return np.stack([np.log2(gaussian_filter(band**2, sigma) + 1) / 2 for band in bands])


def texture_distance(sr: Array, hr: Array) -> float:
    """Mean |difference| of local texture energy, in octaves: how far texture's strength is off.

    It asks whether there is texture where the original has some, and not whether it is the same.
    Of pictures above MOST_READ pixels the central part is looked at.
    """
    ours, theirs = texture_energy(judged_part(sr)), texture_energy(judged_part(hr))
    return float(np.mean(np.abs(ours - theirs)))
