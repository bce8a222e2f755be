"""The feature network for a run's pictures: the digit classifier, or SqueezeNet for others."""

import functools
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ganlab.config import RunConfig
from ganlab.device import CPU
from ganlab.evaluation.classifier import box_of, is_there, load_classifier, readable
from ganlab.networks.classifier import Reading
from ganlab.networks.imagenet import DEVIATION, MEAN
from ganlab.networks.squeezenet import imagenet_squeezenet

LAYERS = 10
"""SqueezeNet's layers up to fire7, (N, 384, 7, 7).

Of the deep ones it separates damage best from chance: 1,000 real pictures of CIFAR-10 that are
blurred, noisy or grey are 10, 43 and 16 times as far from others as the floor is; in fire9 4, 18
and 4.
"""
SIDE = 64
"""Pictures are brought to this height and width before SqueezeNet looks."""


class FeatureExtractor(NamedTuple):
    """A network that turns pictures into features, and into classes where it knows them."""

    name: str
    """Scores are comparable only where it is the same."""
    read: Callable[[Tensor], Reading]
    """Pictures (N, C, H, W) uint8 to features (N, D) and logits (N, K), on the CPU."""
    classes: tuple[str, ...]
    """The K classes that it tells apart; () for none."""


def extractor_for(config: RunConfig, device: torch.device = CPU) -> FeatureExtractor:
    """The classifier for digits, else SqueezeNet, computing on the device.

    Raises DataError where SqueezeNet's weights cannot be had.
    """
    data = config.data.name
    if data in readable() and is_there():
        classifier, box = load_classifier(device=device), box_of(data)
        classes = tuple(str(c) for c in range(int(classifier.net.head.out_features)))
        return FeatureExtractor(
            classifier.name, lambda pictures: classifier.read(pictures, box), classes
        )
    return FeatureExtractor("SqueezeNet 1.0", lambda x: read_by_squeezenet(x, device), ())


@torch.no_grad()
def read_by_squeezenet(pictures: Tensor, device: torch.device = CPU) -> Reading:
    """Features (N, 384) on the CPU of pictures (N, 1 or 3, H, W) uint8; there are no logits.

    The features of fire7 have length 1 at every place, as LPIPS has it (Zhang et al. 2018), for
    their scale means nothing; then their mean over the places, times √384.
    """
    body, mean, deviation = _squeezenet(device)
    parts = []
    for part in pictures.split(100):
        x = part.to(device).float().div(255).expand(-1, 3, -1, -1)
        if x.shape[-2:] != (SIDE, SIDE):
            x = F.interpolate(x, (SIDE, SIDE), mode="bilinear", antialias=True)
        y = body(((x - mean) / deviation).contiguous(memory_format=torch.channels_last))
        y = F.normalize(y, dim=1) * y.shape[1] ** 0.5
        parts.append(y.mean((2, 3)))
    features = torch.cat(parts).cpu()
    return Reading(features, features.new_empty(len(features), 0))


@functools.cache
def _squeezenet(device: torch.device) -> tuple[nn.Module, Tensor, Tensor]:
    layers = imagenet_squeezenet().features
    assert isinstance(layers, nn.Sequential)
    body = layers[:LAYERS].eval().requires_grad_(False).to(device)
    mean, deviation = (torch.tensor(one, device=device).view(3, 1, 1) for one in (MEAN, DEVIATION))
    return body, mean, deviation
