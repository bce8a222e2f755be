"""How soon the page's small SRResNet beats bicubic on a photograph that it never saw.

Run `python -m benchmarks.superres_training [--threads 2] [--preset srresnet]`; wall time on a busy
machine says nothing, and processor time is what to compare then. What it takes to read the
photographs counts, for a person waits for it too; the validations do not.
"""

import argparse
import math
import os
import time

import torch

from ganlab.presets.superres import SUPERRES_PRESETS, superres_config
from ganlab.training.loop import Pace, Training
from ganlab.training.validation import Validation

MARGINS = (0.0, 0.5, 1.0)
"""Decibels above bicubic whose first step is printed: the first within 60 s on two cores."""


def main() -> None:
    """Print PSNR every few steps, and since when bicubic's has been passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", choices=list(SUPERRES_PRESETS), default="srresnet")
    parser.add_argument("--scale", type=int, default=4)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--every", type=int, default=10, help="steps between two validations")
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--device", default="auto", help="where it trains")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    validation = Validation(arguments.scale)
    load = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"{arguments.preset} ×{arguments.scale}, {arguments.threads} thread(s), {load}")
    print(f"  bicubic has {validation.bicubic.psnr:.2f} dB, SSIM {validation.bicubic.ssim:.4f}")
    wall, busy = -time.perf_counter(), -time.process_time()
    # The preset's own budget: a shorter one would let the rate decay sooner.
    config = superres_config(arguments.preset, arguments.scale)
    pace = Pace(tick=math.inf, snapshot=math.inf)
    trainer = Training(config, device=arguments.device, pace=pace)
    wall, busy = wall + time.perf_counter(), busy + time.process_time()
    print(f"  photographs and network: {busy:.1f} s of processor time, {wall:.1f} s")
    print(
        f"  before the first step: {validation.answer(trainer.state.shown_generator).psnr:.2f} dB"
    )
    since: dict[float, str] = {}
    while trainer.step < arguments.steps and not trainer.end:
        begin, at = time.perf_counter(), time.process_time()
        trainer.advance(arguments.every)
        wall, busy = wall + time.perf_counter() - begin, busy + time.process_time() - at
        psnr = validation.answer(trainer.state.shown_generator).psnr
        words = f"step {trainer.step}: {busy:.1f} s of processor time, {wall:.1f} s"
        print(f"  {words}, {psnr:.2f} dB")
        ahead = psnr - validation.bicubic.psnr
        since = {m: since.get(m, words) for m in MARGINS if ahead > m}
    for margin in MARGINS:
        found = since.get(margin, f"not in {trainer.step} steps")
        print(f"more than {margin:g} dB above bicubic since {found}")


if __name__ == "__main__":
    main()
