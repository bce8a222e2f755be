"""The device that a computation runs on: its choice, precision, random draws, waiting and memory.

No other module names a device. Work that can run anywhere asks `choose_device`, computes inside
`autocast`, draws with `generator_on` and reads its results once.
"""

import platform
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ganlab.errors import DeviceError

CPU = torch.device("cpu")
DEVICES = ("auto", "cpu", "cuda", "cuda:N", "mps")
"""What `choose_device` understands."""


def accelerators() -> dict[str, int]:
    """How many devices of each kind are here, the preferred kind first; none of the CPU."""
    counts = {
        "cuda": torch.cuda.device_count() if torch.cuda.is_available() else 0,
        "mps": int(torch.backends.mps.is_available()),
    }
    return {kind: count for kind, count in counts.items() if count}


def choose_device(wanted: str = "auto") -> torch.device:
    """The device of that name; 'auto' takes CUDA, then MPS, then the CPU.

    Raises DeviceError if the device that was asked for is not there.
    """
    have = accelerators()
    kind, colon, number = wanted.partition(":")
    if wanted == "auto":
        return torch.device(next(iter(have), "cpu"))
    if wanted == "cpu":
        return CPU
    known = kind in {*DEVICES, *have} - {"auto", "cpu"}
    if not known or (colon and not number.isdecimal()):
        raise DeviceError(f"device must be one of {', '.join(DEVICES)}, got {wanted!r}")
    if kind not in have:
        there = ", ".join(["cpu", *have])
        raise DeviceError(f"there is no {kind} device here; there is {there}")
    count = have[kind]
    if colon and int(number) >= count:
        names = ", ".join(f"{kind}:{k}" for k in range(count))
        there = "is 1 device" if count == 1 else f"are {count} devices"
        raise DeviceError(f"there is no {wanted} here; there {there} of that kind: {names}")
    return torch.device(f"{kind}:{int(number)}" if colon else kind)


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


def on_cpu(where: Tensor | torch.device) -> bool:
    """Whether a tensor lies, or a device is, the CPU: where hand-written kernels pay."""
    device = where if isinstance(where, torch.device) else where.device
    return device.type == "cpu"


def device_of(network: object) -> torch.device:
    """Where a network's weights lie; the CPU if it has none, or is a function."""
    if not isinstance(network, nn.Module):
        return CPU
    first = next(network.parameters(), None)
    if first is None:
        first = next(network.buffers(), None)
    return CPU if first is None else first.device


# --- precision ------------------------------------------------------------------------------------


@cache
def fast_at_bfloat16(device: torch.device) -> bool:
    """Whether the device multiplies in bfloat16 faster than in float32.

    A processor without instructions for it emulates bfloat16, which is slower than float32.
    """
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    if device.type != "cpu":
        return False
    known = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    return any(bool(getattr(torch.cpu, name, lambda: False)()) for name in known)


def inner_type(device: torch.device, precision: str = "auto") -> torch.dtype:
    """The type of inner products at that precision: bfloat16 where asked for or fast.

    Precision is 'auto', 'float32' or 'bfloat16'. float16, whose range needs a scaled loss, is
    never chosen.
    """
    if precision == "bfloat16" or (precision == "auto" and fast_at_bfloat16(device)):
        return torch.bfloat16
    return torch.float32


def autocast(device: torch.device, precision: str = "auto") -> AbstractContextManager[Any]:
    """The context that a forward pass runs in: bfloat16 where asked for or fast, else float32."""
    dtype = inner_type(device, precision)
    return nullcontext() if dtype is torch.float32 else torch.autocast(device.type, dtype=dtype)


def without_autocast(device: torch.device) -> AbstractContextManager[Any]:
    """A context in which every product is taken in its operands' own type."""
    return torch.autocast(device.type, enabled=False)


def autocast_type(device: torch.device) -> torch.dtype | None:
    """The type of inner products in the context in force; None outside `autocast`."""
    if not torch.is_autocast_enabled(device.type):
        return None
    return torch.get_autocast_dtype(device.type)


# --- random numbers -------------------------------------------------------------------------------


def generator_on(device: torch.device, seed: int | None = None) -> torch.Generator:
    """A stream of random numbers that are drawn on the device, from a seed if one is given."""
    generator = torch.Generator(device)
    return generator if seed is None else generator.manual_seed(seed)


def global_states(device: torch.device) -> dict[str, Tensor]:
    """The state of torch's own stream by kind of device: the CPU's, and the device's own."""
    states = {"cpu": torch.get_rng_state()}
    if device.type == "cuda":
        states["cuda"] = torch.cuda.get_rng_state(device)
    elif device.type == "mps":
        states["mps"] = torch.mps.get_rng_state()
    return states


def set_global_states(states: dict[str, Tensor], device: torch.device) -> None:
    """Put torch's own streams back to what `global_states` gave."""
    torch.set_rng_state(states["cpu"])
    if "cuda" in states:
        torch.cuda.set_rng_state(states["cuda"], device)
    if "mps" in states:
        torch.mps.set_rng_state(states["mps"])


# --- time and memory ------------------------------------------------------------------------------


def wait_for(device: torch.device) -> None:
    """Return when the device has done what it was given, so that a clock says its time."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()


def clock_of(device: torch.device) -> Callable[[], float]:
    """The seconds that a computation is billed: the processor's on the CPU, else those that pass.

    Other processes slow a processor down and do not change its own seconds; of an accelerator only
    passing time is known, and `wait_for` comes first.
    """
    return time.process_time if on_cpu(device) else time.perf_counter


def peak_memory(device: torch.device) -> int | None:
    """The most bytes that tensors have taken on the device at once; None where nothing counts."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    return None


def reset_peak_memory(device: torch.device) -> None:
    """Count `peak_memory` from what is taken now."""
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
