"""Which device a run trains on, and at which precision it is fast there."""

import platform
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from pathlib import Path
from typing import Any

import torch

from ganlab.errors import DeviceError

DEVICES = ("auto", "cpu", "cuda", "mps")


def choose_device(wanted: str = "auto") -> torch.device:
    """The device of that name; 'auto' takes CUDA, then MPS, then the CPU.

    Raises DeviceError if the device that was asked for is not there.
    """
    have = {
        "cpu": True,
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
    }
    if wanted == "auto":
        return torch.device(next(name for name in ("cuda", "mps", "cpu") if have[name]))
    if wanted not in have:
        raise DeviceError(f"device must be one of {', '.join(DEVICES)}, got {wanted!r}")
    if not have[wanted]:
        there = ", ".join(name for name, is_there in have.items() if is_there)
        raise DeviceError(f"there is no {wanted} device here; there is {there}")
    return torch.device(wanted)


def describe_device(device: torch.device) -> str:
    """A name that a person knows, such as 'NVIDIA H100' or 'CPU (AMD EPYC)'."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    if device.type == "mps":
        return f"Apple GPU ({platform.machine()})"
    return f"CPU ({_processor()})"


def _processor() -> str:
    """The processor's name; Linux tells it in a file, the others through `platform`."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


@cache
def fast_at_bfloat16(device: torch.device) -> bool:
    """Whether the device multiplies in bfloat16 faster than in float32."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return device.type == "cpu" and bool(torch.cpu._is_avx512_bf16_supported())


def inner_type(device: torch.device, precision: str) -> torch.dtype:
    """The type of inner products at that precision: bfloat16 where asked for or fast."""
    if precision == "bfloat16" or (precision == "auto" and fast_at_bfloat16(device)):
        return torch.bfloat16
    return torch.float32


def autocast(device: torch.device, precision: str) -> AbstractContextManager[Any]:
    """The context that a forward pass runs in: bfloat16 where asked for or fast, else float32."""
    dtype = inner_type(device, precision)
    return nullcontext() if dtype is torch.float32 else torch.autocast(device.type, dtype=dtype)
