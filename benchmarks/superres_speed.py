"""How long ×4 takes from 256×256, and how much memory 12 million output pixels need.

Run `python benchmarks/superres_speed.py [--threads 1 2]`; what is printed is a median of several
runs in this process, with Pillow's bicubic and the same network in float32, and the load
of the machine: wall time on a busy one says nothing, and processor time is what to compare then.
"""

import argparse
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
import torch
from skimage import data

from ganlab.device import choose_device, describe_device, peak_memory, reset_peak_memory
from ganlab.images.picture import Picture
from ganlab.trained.upscaling import UpscaleRequest, upscale


def median_seconds(act: Callable[[], object], runs: int) -> tuple[float, float]:
    """Median wall and processor time, after one run that is not counted."""
    act()
    walls, busy = [], []
    for _ in range(runs):
        begin, at = time.perf_counter(), time.process_time()
        act()
        walls.append(time.perf_counter() - begin)
        busy.append(time.process_time() - at)
    return statistics.median(walls), statistics.median(busy)


def peak_megabytes() -> float:
    """The most memory that this process has held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--device", default="auto", help="where the networks compute")
    arguments = parser.parse_args()
    device = choose_device(arguments.device)
    name = str(device)
    small = Picture(np.ascontiguousarray(data.astronaut()[:256, :256]))
    before = peak_megabytes()
    rows = [
        ("bicubic", UpscaleRequest("bicubic", 4)),
        ("sr-x4-psnr, bfloat16", UpscaleRequest("sr-x4-psnr", half=True, device=name)),
        ("sr-x4-psnr, float32", UpscaleRequest("sr-x4-psnr", half=False, device=name)),
        ("sr-x4-psnr, as chosen", UpscaleRequest("sr-x4-psnr", device=name)),
    ]
    for threads in arguments.threads:
        torch.set_num_threads(threads)
        load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
        print(
            f"256×256 → 1024×1024, {threads} thread(s) of {os.cpu_count()} cores, load {load:.1f}"
        )
        for label, order in rows:
            wall, busy = median_seconds(lambda order=order: upscale(small, order), arguments.runs)
            print(f"  {label:<24} {wall:8.3f} s, {busy:8.3f} s of processor time")
    deep = Picture(small.colour.astype(np.uint16) * 257)  # 16 bits, so that rounding hides nothing
    half, full = (
        upscale(deep, UpscaleRequest("sr-x4-psnr", half=h, device=name)).colour.astype(int)
        for h in (True, False)
    )
    levels = np.abs(half - full).max() / 257
    print(f"  bfloat16 differs from float32 by at most {levels:.2f} of 255 grey levels")
    photograph = Picture(np.tile(data.astronaut(), (2, 2, 1))[:750, :1000].copy())
    begin = time.perf_counter()
    reset_peak_memory(device)
    upscale(photograph, UpscaleRequest("sr-x4-psnr", device=name))
    seconds = time.perf_counter() - begin
    print(f"1000×750 → 4000×3000 in {seconds:.1f} s")
    print(
        f"  peak memory {peak_megabytes():.0f} MB, of which {before:.0f} before the first network"
    )
    if (peak := peak_memory(device)) is not None:
        print(f"  and {peak / 2**20:.0f} MB on {describe_device(device)}")


if __name__ == "__main__":
    main()
