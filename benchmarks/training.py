"""Our training loop against the loop that tutorials write, layer by layer the same networks.

    python -m benchmarks.training [--network dcgan28] [--batch 256] [--rounds 5]

The tutorial loop: a DataLoader over PIL pictures with ToTensor and Normalize, float32, contiguous
layout, torch's layers, BCE on probabilities, three passes of D, `.item()` on both losses every
step. Both train on the same pictures, interleaved in one process on one thread.
"""

import argparse
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import torch
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

from benchmarks.interleaved import interleave, table
from benchmarks.tutorial_networks import tutorial_networks
from ganlab.config import RunConfig
from ganlab.data.embedded import load_digits
from ganlab.data.mnist import load_mnist
from ganlab.data.pictures import PictureSet
from ganlab.device import choose_device, describe_device
from ganlab.errors import DataError
from ganlab.presets import preset
from ganlab.training.loop import Training

STEPS = 20
"""Of each variant in a round."""


class Pictures(Dataset[Tensor]):
    """A set of PIL pictures with the usual transforms."""

    def __init__(self, pictures: PictureSet) -> None:
        self.arrays = pictures.pictures[:, 0].numpy()
        self.transform = transforms.Compose(
            [transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))]
        )

    def __len__(self) -> int:
        return len(self.arrays)

    def __getitem__(self, index: int) -> Tensor:
        picture: Any = Image.fromarray(self.arrays[index])
        return self.transform(picture)


def tutorial_loop(
    config: RunConfig, pictures: PictureSet, device: torch.device
) -> Callable[[], int]:
    """STEPS steps of the usual loop; it returns how many pictures D was shown."""
    G, D = (net.to(device) for net in tutorial_networks(config.network.name, config.z_dim))
    g_optimizer = torch.optim.Adam(G.parameters(), config.g_optimizer.lr, (0.5, 0.999))
    d_optimizer = torch.optim.Adam(D.parameters(), config.d_optimizer.lr, (0.5, 0.999))
    criterion = nn.BCELoss()
    loader = DataLoader(Pictures(pictures), config.batch, shuffle=True, drop_last=True)

    def endless() -> Iterator[Tensor]:
        while True:
            yield from loader

    batches = endless()
    losses: list[tuple[float, float]] = []

    def work() -> int:
        for real in itertools.islice(batches, STEPS):
            real = real.to(device)
            ones, zeros = (make(config.batch, device=device) for make in (torch.ones, torch.zeros))
            d_optimizer.zero_grad()
            fake = G(torch.randn(config.batch, config.z_dim, device=device))
            d_loss = criterion(torch.sigmoid(D(real)).squeeze(1), ones)
            d_loss = d_loss + criterion(torch.sigmoid(D(fake.detach())).squeeze(1), zeros)
            d_loss.backward()
            d_optimizer.step()
            g_optimizer.zero_grad()
            g_loss = criterion(torch.sigmoid(D(fake)).squeeze(1), ones)
            g_loss.backward()
            g_optimizer.step()
            losses.append((d_loss.item(), g_loss.item()))
        return STEPS * config.batch

    return work


def our_loop(config: RunConfig, device: torch.device) -> Callable[[], int]:
    """STEPS steps of `Training`, its metrics read as in a run."""
    training = Training(config, device=str(device))

    def work() -> int:
        training.advance(STEPS)
        return STEPS * config.batch

    return work


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--network", default="dcgan28", choices=["dcgan28", "vanilla"])
    parser.add_argument("--batch", type=int, default=0, help="by default that of the preset")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--device", default="auto", help="where both train")
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    device = choose_device(chosen.device)
    name = {"dcgan28": "dcgan-mnist", "vanilla": "vanilla-mnist"}[chosen.network]
    config = preset(name)
    batch = chosen.batch or config.batch
    config = config.with_values({"batch": batch, "steps": 10_000_000})
    try:
        pictures = load_mnist()
    except DataError:
        pictures = load_digits()
        config = config.with_values({"data": "digits"})
    fast = preset("fast-mnist").with_values(
        {"data": config.data.name, "batch": batch, "steps": 10_000_000}
    )
    exact = config.with_values({"precision": "float32"})
    variants = {
        f"tutorial loop, {chosen.network}": tutorial_loop(config, pictures, device),
        f"ganlab, {chosen.network}": our_loop(config, device),
        f"ganlab, {chosen.network}, float32": our_loop(exact, device),
        "ganlab, fast28": our_loop(fast, device),
    }
    timings = interleave(variants, chosen.rounds)
    print(f"{pictures.name}, batch {batch}, {chosen.rounds} rounds, one thread")
    print(f"{describe_device(device)}: on an accelerator the seconds that pass are what counts")
    print(table(timings, next(iter(variants)), "pictures"))


if __name__ == "__main__":
    main()
