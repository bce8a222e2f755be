"""Write files of weights atomically, and read them without executing their content."""

import json
import os
import pickle
import tempfile
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from ganlab.device import CPU, on_cpu
from ganlab.errors import CheckpointError

LARGEST_FILE = 200 * 2**20
MOST_PARAMETERS = 100_000_000

Weights = dict[str, Tensor]


def save(path: Path, network: nn.Module, card: Mapping[str, Any]) -> None:
    """Write weights in bfloat16 with their card, whole or not at all."""
    tensors = {
        name: one.to(CPU, torch.bfloat16 if one.is_floating_point() else one.dtype).contiguous()
        for name, one in network.state_dict().items()
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


def read(path: Path) -> tuple[Weights, dict[str, Any]]:
    """The tensors of a file and its card, if it has one."""
    suffix = path.suffix.lower()
    if suffix not in (".safetensors", ".pth", ".ckpt"):
        raise CheckpointError(
            f"a file of weights must end in .safetensors or .pth, got '{path.name}'"
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
    except Exception as error:  # a number format that the file may have and PyTorch has not
        raise CheckpointError(
            f"{path.name} holds numbers in a format that is not read here: "
            f"convert them to float32 or bfloat16"
        ) from error
    try:
        found = json.loads(card)
    except (ValueError, RecursionError):
        found = {}
    return weights, found if isinstance(found, dict) else {}


def _pickled_tensors(path: Path) -> Weights:
    try:
        if (unpacked := _unpacked(path)) > 2 * LARGEST_FILE:
            raise CheckpointError(
                f"{path.name} unpacks to {unpacked / 2**20:.0f} MB, "
                f"at most {2 * LARGEST_FILE / 2**20:.0f} are read"
            )
        with warnings.catch_warnings(action="ignore"):  # what it warns of is checked below
            content = torch.load(path, map_location=CPU, weights_only=True)
    except CheckpointError:
        raise
    except pickle.UnpicklingError as error:
        raise CheckpointError(
            f"{path.name} holds more than tensors, and running what it holds is refused: "
            f"convert it to .safetensors where you trust it"
        ) from error
    except Exception as error:  # readers raise what they like on a damaged file
        raise CheckpointError(f"{path.name} is cut off or no file of weights") from error
    for key in ("params_ema", "params", "state_dict", "model"):
        if isinstance(content, Mapping) and isinstance(content.get(key), Mapping):
            content = content[key]
    if not isinstance(content, Mapping):
        raise CheckpointError(f"{path.name} holds no table of named tensors")
    return {str(name): value for name, value in content.items() if isinstance(value, Tensor)}


def _unpacked(path: Path) -> int:
    """Bytes that an archive says it holds; 0 for what is none."""
    if not zipfile.is_zipfile(path):
        return 0
    with zipfile.ZipFile(path) as file:
        return sum(part.file_size for part in file.infolist())


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
        if tensor.layout is not torch.strided or not on_cpu(tensor) or tensor.is_complex():
            raise CheckpointError(f"{name} holds '{key}', which is no plain table of numbers")
        if tensor.numel() * tensor.element_size() > tensor.untyped_storage().nbytes():
            raise CheckpointError(
                f"{name} claims {parameters / 1e6:.0f} million parameters and holds fewer bytes: "
                f"'{key}' repeats itself, which no honest file of weights does"
            )
    for key, tensor in weights.items():
        if tensor.is_floating_point() and not _finite(tensor, key, name):
            raise CheckpointError(f"{name} is damaged: '{key}' holds values that are not finite")


def _finite(tensor: Tensor, key: str, name: str) -> bool:
    """Whether every value is finite, seen in float32, which each float of 8 bits converts to."""
    try:
        return bool(torch.isfinite(tensor.float()).all())
    except (RuntimeError, TypeError) as error:  # two numbers packed into a byte, and the like
        raise CheckpointError(
            f"{name} holds '{key}' as {str(tensor.dtype).removeprefix('torch.')}, "
            f"which is not read here: convert it to float32 or bfloat16"
        ) from error
