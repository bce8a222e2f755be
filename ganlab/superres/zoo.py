"""Files of weights, ours and other people's: read without running anything, guarded, recognised."""

import json
import math
import os
import pickle
import re
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from ganlab.errors import CheckpointError
from ganlab.superres.community import MSRResNet, RRDBNet, SRVGGCompact
from ganlab.superres.networks import LeanSRResNet
from ganlab.superres.paper import SRResNet
from ganlab.superres.tiling import Upscaler

LARGEST_FILE = 200 * 2**20
MOST_PARAMETERS = 100_000_000

Weights = dict[str, Tensor]


@dataclass(frozen=True)
class Loaded:
    """A network ready to enlarge, and what its file says about it."""

    network: nn.Module
    architecture: str
    card: dict[str, Any] = field(default_factory=dict)

    @property
    def upscaler(self) -> Upscaler:
        """The network as tiling wants it."""
        return self.network  # type: ignore[return-value]


def save(path: Path, network: nn.Module, card: Mapping[str, Any]) -> None:
    """Write weights in bfloat16 with their card, whole or not at all."""
    tensors = {
        name: tensor.to(torch.bfloat16).contiguous() if tensor.is_floating_point() else tensor
        for name, tensor in network.state_dict().items()
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    os.close(handle)
    try:
        save_file(tensors, temporary, metadata={"card": json.dumps(dict(card))})
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def load(path: Path) -> Loaded:
    """The network of a .safetensors or .pth file; CheckpointError in one sentence.

    Nothing is unpickled beyond tensors, nothing is built before the tensors' sizes are checked,
    and a trial picture must come out at the right size and finite.
    """
    weights, card = read(path)
    check(weights, path.name)
    network, architecture = recognised(weights, path.name)
    network.eval().requires_grad_(False)
    _try(network, path.name)
    return Loaded(network, architecture, card)


def read(path: Path) -> tuple[Weights, dict[str, Any]]:
    """The tensors of a file and its card, if it has one."""
    suffix = path.suffix.lower()
    if suffix not in (".safetensors", ".pth", ".ckpt"):
        raise CheckpointError(
            f"a file of weights ending in .safetensors or .pth was wanted, got '{path.name}'"
        )
    try:
        size = path.stat().st_size
    except OSError as error:
        raise CheckpointError(f"{path} could not be opened: {error.strerror}") from error
    if size > LARGEST_FILE:
        raise CheckpointError(
            f"{path.name} has {size / 2**20:.0f} MB, at most {LARGEST_FILE / 2**20:.0f} are read"
        )
    if suffix == ".safetensors":
        return _safetensors(path)
    return _pickled_tensors(path), {}


def _safetensors(path: Path) -> tuple[Weights, dict[str, Any]]:
    try:
        with safe_open(path, framework="pt") as file:
            card = (file.metadata() or {}).get("card", "{}")
            # safetensors lays every tensor out in full, so the file's size bounds the memory.
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, ValueError) as error:
        raise CheckpointError(
            f"{path.name} is cut off or no safetensors file: download it again"
        ) from error
    try:
        found = json.loads(card)
    except ValueError:
        found = {}
    return weights, found if isinstance(found, dict) else {}


def _pickled_tensors(path: Path) -> Weights:
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as file:
            unpacked = sum(part.file_size for part in file.infolist())
        if unpacked > 2 * LARGEST_FILE:
            raise CheckpointError(
                f"{path.name} unpacks to {unpacked / 2**20:.0f} MB, "
                f"at most {2 * LARGEST_FILE / 2**20:.0f} are read"
            )
    try:
        with warnings.catch_warnings(action="ignore"):  # what it warns of is checked below
            content = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise CheckpointError(
            f"{path.name} holds more than tensors, and running what it holds is refused: "
            f"convert it to .safetensors where you trust it"
        ) from error
    except (RuntimeError, EOFError, OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise CheckpointError(f"{path.name} is cut off or no file of weights") from error
    for key in ("params_ema", "params", "state_dict", "model"):
        if isinstance(content, Mapping) and isinstance(content.get(key), Mapping):
            content = content[key]
    if not isinstance(content, Mapping):
        raise CheckpointError(f"{path.name} holds no table of named tensors")
    return {str(name): value for name, value in content.items() if isinstance(value, Tensor)}


def check(weights: Weights, name: str) -> None:
    """Refuse what is empty, not finite, too large, or claims more than its bytes hold.

    A tensor of stride 0 shows one number as millions: 4 KB that build 76 million parameters.
    """
    if not weights:
        raise CheckpointError(f"{name} holds no tensors")
    parameters = sum(tensor.numel() for tensor in weights.values())
    if parameters > MOST_PARAMETERS:
        raise CheckpointError(
            f"{name} claims {parameters / 1e6:.0f} million parameters, "
            f"at most {MOST_PARAMETERS / 1e6:.0f} million are loaded"
        )
    for key, tensor in weights.items():
        if tensor.layout is not torch.strided or tensor.device.type != "cpu" or tensor.is_complex():
            raise CheckpointError(f"{name} holds '{key}', which is no plain table of numbers")
        if tensor.numel() * tensor.element_size() > tensor.untyped_storage().nbytes():
            raise CheckpointError(
                f"{name} claims {parameters / 1e6:.0f} million parameters and holds fewer bytes: "
                f"'{key}' repeats itself, which no honest file of weights does"
            )
    for key, tensor in weights.items():
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            raise CheckpointError(f"{name} is damaged: '{key}' holds values that are not finite")


def recognised(weights: Weights, name: str) -> tuple[nn.Module, str]:
    """The architecture whose names and shapes these are, with the weights in it."""
    weights = {
        key.removeprefix("module."): value.float() if value.is_floating_point() else value
        for key, value in weights.items()
    }
    if "model.0.weight" in weights and any("RDB1" in key for key in weights):
        weights = renamed_esrgan(weights)
    for architecture, (mark, build) in DETECTORS.items():
        if not mark <= weights.keys():
            continue
        try:
            # Built without memory first: shapes that do not fit together cost nothing.
            with torch.device("meta"):
                network = build(weights)
            network.load_state_dict(weights, assign=True)
        except (RuntimeError, KeyError, IndexError, AssertionError, ValueError, StopIteration):
            continue
        return network, architecture
    return _through_spandrel(weights, name)


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


def renamed_esrgan(weights: Weights) -> Weights:
    """The names that ESRGAN's first release used, as the ones used since."""
    last = max(int(key.split(".")[3]) for key in weights if key.startswith("model.1.sub."))
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


class Foreign(nn.Module):
    """A network that spandrel recognised, in the shape that tiling wants."""

    def __init__(self, descriptor: Any) -> None:
        super().__init__()
        self.model = descriptor.model
        self.descriptor = descriptor
        self.scale = int(descriptor.scale)
        self.channels = 256  # unknown, so memory is estimated high
        self.radius = 10_000  # unknown: a near halo, and the seam is measured and said

    def forward(self, lr: Tensor) -> Tensor:
        """lr: (N, 3, H, W) -> (N, 3, scale·H, scale·W)."""
        return self.descriptor(lr)


def _through_spandrel(weights: Weights, name: str) -> tuple[nn.Module, str]:
    known = ", ".join(DETECTORS)
    refusal = f"{name} is none of the networks known here ({known})"
    try:
        from spandrel import ImageModelDescriptor, ModelLoader  # type: ignore[import-not-found]
    except ImportError:
        raise CheckpointError(
            f"{refusal}: pip install 'ganlab[models]' adds some forty more"
        ) from None
    try:
        descriptor = ModelLoader(device="cpu").load_from_state_dict(weights)
    except Exception as error:  # an unsupported model comes with an empty text
        raise CheckpointError(f"{refusal}, nor of those that spandrel knows") from error
    if not isinstance(descriptor, ImageModelDescriptor) or descriptor.input_channels != 3:
        raise CheckpointError(f"{name} does not enlarge colour pictures")
    return Foreign(descriptor), descriptor.architecture.name


@torch.inference_mode()
def _try(network: nn.Module, name: str) -> None:
    """Enlarge 16×16 pixels once: the size must be right and every value finite."""
    scale = getattr(network, "scale", 0)
    if not 1 <= scale <= 8:
        raise CheckpointError(f"a scale from 1 to 8 was wanted, {name} has {scale}")
    picture = torch.linspace(0, 1, 3 * 16 * 16).reshape(1, 3, 16, 16)
    try:
        sr = network(picture)
    except RuntimeError as error:
        raise CheckpointError(f"{name} fails on a picture of 16×16 pixels") from error
    if sr.shape != (1, 3, 16 * scale, 16 * scale) or not bool(torch.isfinite(sr).all()):
        raise CheckpointError(f"{name} gives a damaged picture: its weights do not fit together")
