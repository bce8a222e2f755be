"""The network of a method: shipped, dropped in as a file, or blended of two."""

import copy
from functools import lru_cache
from pathlib import Path

import torch
from torch import nn

from ganlab.device import CPU
from ganlab.errors import CheckpointError, ConfigError
from ganlab.images.methods import METHODS, checkpoint_of, shipped
from ganlab.images.tiling import Upscaler
from ganlab.networks.files import opening


def named(method: str, device: torch.device = CPU) -> opening.Loaded:
    """The network of a shipped method or of a file, on a device."""
    if method in METHODS:
        return _shipped(method, device)
    path = Path(method)
    if not path.suffix:
        raise ConfigError(
            f"method must be one of {', '.join(METHODS)} or a file of weights, got '{method}'"
        )
    return load(path, device)


def load(path: Path, device: torch.device = CPU) -> opening.Loaded:
    """The network of a file on a device, kept in memory as long as the file does not change."""
    try:
        changed = path.stat().st_mtime_ns
    except OSError as error:
        raise CheckpointError(f"{path} could not be opened: {error.strerror}") from error
    return _load(path, changed, device)


@lru_cache(maxsize=6)
def _load(path: Path, changed: int, device: torch.device) -> opening.Loaded:
    del changed  # part of the key, so that a new version of a file is read again
    loaded = opening.load(path)
    loaded.network.to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return loaded


def _shipped(name: str, device: torch.device) -> opening.Loaded:
    path = checkpoint_of(name)
    if not path.is_file():
        raise CheckpointError(
            f"the weights of {name} are missing ({path}): use one of {', '.join(shipped())}"
        )
    return load(path, device)


def blended(psnr: opening.Loaded, gan: opening.Loaded, strength: float) -> Upscaler:
    """(1 - α)·psnr + α·gan, weight by weight. Wang et al. 2018 (ESRGAN), equation 6."""
    ours, theirs = psnr.network.state_dict(), gan.network.state_dict()
    if {k: v.shape for k, v in ours.items()} != {k: v.shape for k, v in theirs.items()}:
        raise CheckpointError("only networks of one shape can be blended: these two differ")
    mixed: nn.Module = copy.deepcopy(psnr.network)
    mixed.load_state_dict(
        {
            # Batch norm also counts its batches, in whole numbers.
            name: torch.lerp(ours[name], theirs[name], strength)
            if ours[name].is_floating_point()
            else theirs[name]
            for name in ours
        }
    )
    return opening.Loaded(mixed, gan.architecture).upscaler
