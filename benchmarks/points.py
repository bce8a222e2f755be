"""How fast 2-D GANs train here, against the loop that most tutorials write.

    python -m benchmarks.points [--blocks N]

Networks of two hidden layers of 128 units, batch 256, the non-saturating loss, Adam, alternating
steps. Variants take turns in blocks within one process on one thread, and CPU time is counted, so
that neighbours on the machine disturb little. Printed are member-steps a CPU second and their
ratio to the usual loop.

Measured on one core of an AMD EPYC with avx512_bf16, shared by some thirty busy processes, 7 blocks
(median, lowest to highest): one GAN 1.37 (1.27 to 1.49) in float32 and 1.64 (1.34 to 1.78) in
bfloat16, which `precision: auto` takes there; 32 GANs 2.26 (1.86 to 2.58) in float32, 4.23 (2.97 to
4.85) in bfloat16 and 4.08 (3.34 to 4.56) where each has its own learning rate.
"""

import argparse
import statistics
from collections.abc import Callable

import torch
from torch import nn

from ganlab.config import Choice, OptimizerConfig, RunConfig
from ganlab.data.points import ring
from ganlab.device import (
    choose_device,
    clock_of,
    describe_device,
    generator_on,
    on_cpu,
    wait_for,
)
from ganlab.training.loop import Pace, Training

BATCH = 256
ADAM = OptimizerConfig(lr=1e-3, beta1=0.5, beta2=0.999)


def usual_loop(device: torch.device) -> Callable[[int], None]:
    """The loop of most tutorials: sigmoid and BCELoss, a pass for each half, .item() each step."""
    torch.manual_seed(0)

    def net(inputs: int, outputs: int) -> list[nn.Module]:
        first, second = nn.Linear(inputs, 128), nn.Linear(128, 128)
        return [first, nn.LeakyReLU(0.2), second, nn.LeakyReLU(0.2), nn.Linear(128, outputs)]

    G = nn.Sequential(*net(2, 2)).to(device)
    D = nn.Sequential(*net(2, 1), nn.Sigmoid()).to(device)
    g_optimizer = torch.optim.Adam(G.parameters(), lr=1e-3, betas=(0.5, 0.999))
    d_optimizer = torch.optim.Adam(D.parameters(), lr=1e-3, betas=(0.5, 0.999))
    bce, data, chance = nn.BCELoss(), ring(std=0.05), generator_on(device, 0)
    d_losses, g_losses = [], []

    def steps(count: int) -> None:
        for _ in range(count):
            valid, fake = (make(BATCH, 1, device=device) for make in (torch.ones, torch.zeros))
            real_points = data.sample(BATCH, chance)
            g_optimizer.zero_grad()
            points = G(torch.randn(BATCH, 2, device=device))
            g_loss = bce(D(points), valid)
            g_loss.backward()
            g_optimizer.step()
            d_optimizer.zero_grad()
            d_loss = (bce(D(real_points), valid) + bce(D(points.detach()), fake)) / 2
            d_loss.backward()
            d_optimizer.step()
            d_losses.append(d_loss.item())
            g_losses.append(g_loss.item())

    return steps


def ours(
    device: torch.device, members: int, precision: str, apart: bool = False
) -> Callable[[int], None]:
    """Ganlab's loop with that many members; apart gives each its own learning rate."""
    shape = {"g_width": 128, "g_depth": 2, "d_width": 128, "d_depth": 2}
    config = RunConfig(
        data=Choice("ring", {"std": 0.05}),
        network=Choice("mlp", shape),
        z_dim=2,
        d_optimizer=ADAM,
        g_optimizer=ADAM,
        batch=BATCH,
        precision=precision,
        ema=0.0,  # the usual loop keeps no averaged G
        steps=10**8,
    )
    variants = [
        {"seed": k, "d_optimizer.lr": 1e-3 * (1 + apart * k / members)} for k in range(members)
    ]
    pace = Pace(snapshot=1e9, rollback=1e9)
    training = Training(config, device=str(device), variants=variants, pace=pace)

    def steps(count: int) -> None:
        training.advance(count)

    return steps


def main() -> None:
    """Run the blocks and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--blocks", type=int, default=7)
    parser.add_argument("--device", default="auto", help="where all of them train")
    chosen = parser.parse_args()
    blocks, device = chosen.blocks, choose_device(chosen.device)
    clock = clock_of(device)
    torch.set_num_threads(1)
    variants = {
        "usual loop": (1, usual_loop(device)),
        "one GAN, float32": (1, ours(device, 1, "float32")),
        "one GAN, bfloat16": (1, ours(device, 1, "bfloat16")),
        "32 GANs, float32": (32, ours(device, 32, "float32")),
        "32 GANs, bfloat16": (32, ours(device, 32, "bfloat16")),
        "32 GANs, bfloat16, own rates": (32, ours(device, 32, "bfloat16", apart=True)),
    }
    speeds: dict[str, list[float]] = {name: [] for name in variants}
    for block in range(blocks + 1):  # the first warms up
        for name, (members, steps) in variants.items():
            count = max(6, 150 // members)
            started = clock()
            steps(count)
            wait_for(device)
            if block:
                speeds[name].append(members * count / (clock() - started))
    usual = statistics.median(speeds["usual loop"])
    unit = "CPU s" if on_cpu(device) else "s"
    print(describe_device(device))
    print(f"{'':30} member-steps/{unit:<5}   ratio   (lowest to highest)")
    for name, found in speeds.items():
        ratios = [mine / base for mine, base in zip(found, speeds["usual loop"], strict=True)]
        middle = statistics.median(found)
        print(
            f"{name:30} {middle:18.0f} {middle / usual:7.2f}"
            f"   ({min(ratios):.2f} to {max(ratios):.2f})"
        )


if __name__ == "__main__":
    main()
