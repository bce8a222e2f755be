"""Recognise the network of a table of tensors by their names and shapes."""

import math
import re
from collections.abc import Callable

import torch
from torch import nn

from ganlab.networks.community import MSRResNet, RRDBNet, SRVGGCompact
from ganlab.networks.files.weights import Weights
from ganlab.networks.srgan_paper import SRResNet
from ganlab.networks.superres import LeanSRResNet


def recognised(weights: Weights) -> tuple[nn.Module, str] | None:
    """The network whose names and shapes these are, with its weights, and its name; or None."""
    weights = {
        key.removeprefix("module."): value.float() if value.is_floating_point() else value
        for key, value in weights.items()
    }
    weights = renamed_esrgan(weights) or weights
    for architecture, (mark, build) in DETECTORS.items():
        if not mark <= weights.keys():
            continue
        try:
            # Built without memory first: shapes that do not fit together cost nothing.
            with torch.device("meta"):
                network = build(weights)
            network.load_state_dict(weights, assign=True)
        except Exception:  # names and shapes that do not fit together may raise anything
            continue
        return network, architecture
    return None


def _blocks(weights: Weights, pattern: str = r"body\.(\d+)\.") -> int:
    count = 1 + max(int(m[1]) for key in weights if (m := re.match(pattern, key)))
    if count > len(weights):
        raise ValueError(f"{count} blocks from {len(weights)} tensors")
    return count


def _lean(weights: Weights) -> nn.Module:
    scale = math.isqrt(weights["tail.weight"].shape[0] // 3)
    return LeanSRResNet(scale, weights["head.weight"].shape[0], _blocks(weights))


def _paper(weights: Weights) -> nn.Module:
    stages = _blocks(weights, r"stages\.(\d+)\.")
    return SRResNet(2**stages, weights["head.weight"].shape[0], _blocks(weights))


def _rrdb(weights: Weights) -> nn.Module:
    channels, folded = weights["conv_first.weight"].shape[:2]
    scale = {3: 4, 12: 2, 48: 1}[folded]
    growth = weights["body.0.rdb1.conv1.weight"].shape[0]
    return RRDBNet(scale, channels, _blocks(weights), growth)


def _compact(weights: Weights) -> nn.Module:
    last = max(int(key.split(".")[1]) for key in weights)
    if last > 2 * len(weights):
        raise ValueError(f"{last} layers from {len(weights)} tensors")
    scale = math.isqrt(weights[f"body.{last}.weight"].shape[0] // 3)
    return SRVGGCompact(scale, weights["body.0.weight"].shape[0], (last - 2) // 2)


def _msr(weights: Weights) -> nn.Module:
    channels = weights["conv_first.weight"].shape[0]
    step = math.isqrt(weights["upconv1.weight"].shape[0] // channels)
    scale = 4 if "upconv2.weight" in weights else step
    return MSRResNet(scale, channels, _blocks(weights))


DETECTORS: dict[str, tuple[set[str], Callable[[Weights], nn.Module]]] = {
    "LeanSRResNet": ({"head.weight", "merge.weight", "tail.weight", "body.0.conv1.bias"}, _lean),
    "SRResNet": ({"head.weight", "stages.0.conv.weight", "tail.weight"}, _paper),
    "RRDBNet": ({"conv_first.weight", "body.0.rdb1.conv1.weight", "conv_up2.weight"}, _rrdb),
    "MSRResNet": ({"conv_first.weight", "upconv1.weight", "body.0.conv1.weight"}, _msr),
    "SRVGGCompact": ({"body.0.weight", "body.1.weight", "body.2.weight"}, _compact),
}
"""Name of an architecture to keys that only it has, and what builds it from the shapes."""


def renamed_esrgan(weights: Weights) -> Weights | None:
    """The names that ESRGAN's first release used, as the ones used since; None for other names."""
    blocks = [int(m[1]) for key in weights if (m := re.match(r"model\.1\.sub\.(\d+)\.", key))]
    if "model.0.weight" not in weights or not blocks:
        return None
    last = max(blocks)
    heads = {
        "model.0": "conv_first",
        f"model.1.sub.{last}": "conv_body",
        "model.3": "conv_up1",
        "model.6": "conv_up2",
        "model.8": "conv_hr",
        "model.10": "conv_last",
    }
    found = {}
    for key, value in weights.items():
        block = re.match(r"model\.1\.sub\.(\d+)\.RDB(\d)\.conv(\d)\.0\.(\w+)$", key)
        stem, _, kind = key.rpartition(".")
        if block:
            index, dense, conv, kind = block.groups()
            found[f"body.{index}.rdb{dense}.conv{conv}.{kind}"] = value
        elif stem in heads:
            found[f"{heads[stem]}.{kind}"] = value
        else:
            found[key] = value
    return found
