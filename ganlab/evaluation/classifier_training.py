"""How the digit classifier is trained.

Run `python -m ganlab.evaluation.classifier_training --out FILE`.

Fifteen epochs of Adam under a one-cycle learning rate on gently warped digits; then the average of
the last weights is evaluated once on the test digits, which nothing was chosen by.
"""

import argparse
import copy
import math
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ganlab.data.mnist import load_mnist
from ganlab.data.pictures import PictureSet, PictureSource, to_float
from ganlab.device import autocast, choose_device, describe_device, device_of, generator_on
from ganlab.networks.classifier import Classifier
from ganlab.training.averaging import average_towards
from ganlab.training.checkpoint import save_tensors

NAME = "ganlab-mnist-cnn v1"
"""The classifier's features; a score in them is only comparable with another in the same."""


@dataclass(frozen=True)
class Recipe:
    """What determines the classifier, besides the data."""

    epochs: int = 15
    steps: int = 0
    """Steps instead of epochs, for sets so small that an epoch says little; 0 for epochs."""
    batch: int = 128
    lr: float = 4e-3
    shift: float = 2.0
    """Largest shift along each axis, in pixels."""
    turn: float = 12.0
    """Largest rotation, in degrees."""
    scale: float = 0.1
    """Largest change of size and of aspect."""
    ema: float = 0.998
    seed: int = 0


def warp(x: Tensor, recipe: Recipe, generator: torch.Generator) -> Tensor:
    """x: (N, C, H, W) in [-1, 1], each picture shifted, turned and scaled a little at random."""

    def draw(limit: float) -> Tensor:
        return (2 * torch.rand(len(x), generator=generator, device=x.device) - 1) * limit

    angle = draw(math.radians(recipe.turn))
    width, height = 1 + draw(recipe.scale), 1 + draw(recipe.scale)
    right, down = draw(2 * recipe.shift / x.shape[3]), draw(2 * recipe.shift / x.shape[2])
    cos, sin = angle.cos(), angle.sin()
    rows = [torch.stack([cos * width, -sin * height, right], -1)]
    rows += [torch.stack([sin * width, cos * height, down], -1)]
    grid = F.affine_grid(torch.stack(rows, 1), list(x.shape), align_corners=False)
    # Beyond the border is paper: shift so that grid_sample's zeros are black.
    return F.grid_sample(x + 1, grid, align_corners=False) - 1


def one_cycle(step: int, steps: int, lr: float) -> float:
    """Up in a straight line over a fifth of the steps, down along a cosine. Smith 2018."""
    share = step / steps
    if share < 0.2:
        return lr * (0.04 + 0.96 * share / 0.2)
    return lr * 0.5 * (1 + math.cos(math.pi * (share - 0.2) / 0.8))


def train_classifier(
    data: PictureSet,
    recipe: Recipe = Recipe(),
    device: torch.device | None = None,
    report: Callable[[int, int, float], None] = lambda epoch, step, loss: None,
) -> Classifier:
    """A classifier of data after the recipe, on the device; by default the one that 'auto' takes.

    Equal recipes give equal weights on the CPU.
    """
    device = device or choose_device()
    chance = generator_on(device, recipe.seed)
    torch.manual_seed(recipe.seed)
    _, channels, size, _ = data.pictures.shape
    net = Classifier(channels, len(data.classes), size).to(device)
    net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    mean = copy.deepcopy(net).eval().requires_grad_(False)
    source = PictureSource(data, device, recipe.seed)
    optimizer = torch.optim.AdamW(net.parameters(), recipe.lr, weight_decay=0.02, fused=True)
    per_epoch = max(1, len(source) // recipe.batch)
    steps = recipe.steps or recipe.epochs * per_epoch
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = one_cycle(step, steps, recipe.lr)
        x, labels = source.next(min(recipe.batch, len(source)))
        x = warp(x, recipe, chance).contiguous(memory_format=torch.channels_last)
        with autocast(device):
            logits = net(x).logits
        loss = F.cross_entropy(logits.float(), labels)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        average_towards(mean, net, recipe.ema, step)
        if step % 50 == 49:
            report(step // per_epoch, step + 1, loss.item())
    return mean


@torch.no_grad()
def accuracy(net: nn.Module, data: PictureSet) -> float:
    """Share of data's pictures that net reads as what they show."""
    device, right = device_of(net), 0
    for pictures, labels in zip(data.pictures.split(500), data.labels.split(500), strict=True):
        read = net(to_float(pictures.to(device))).logits.argmax(1).cpu()
        right += int((read == labels).sum())
    return right / len(data.labels)


def main() -> None:
    """Train, measure on the test digits, write the file with its card."""
    parser = argparse.ArgumentParser(description="train the digit classifier on MNIST")
    parser.add_argument("--out", required=True, type=Path)
    for name, value in asdict(Recipe()).items():
        parser.add_argument(f"--{name}", type=type(value), default=value)
    parser.add_argument("--device", default="auto")
    chosen = vars(parser.parse_args())
    out, device = chosen.pop("out"), choose_device(chosen.pop("device"))
    torch.set_num_threads(1)
    recipe = Recipe(**chosen)
    started = time.perf_counter()

    def say(epoch: int, step: int, loss: float) -> None:
        seconds = time.perf_counter() - started
        print(f"epoch {epoch} step {step} loss {loss:.4f} {seconds:.0f} s", file=sys.stderr)  # noqa: T201

    net = train_classifier(load_mnist("train"), recipe, device, say).cpu()
    seconds = time.perf_counter() - started
    changed = {k: v for k, v in asdict(recipe).items() if v != getattr(Recipe(), k)}
    options = " ".join(f"--{name} {value}" for name, value in changed.items())
    card: dict[str, Any] = {
        "name": NAME,
        "what": "A convolutional network that reads handwritten digits.",
        "data": "MNIST, 60,000 training digits",
        "recipe": asdict(recipe),
        "steps": recipe.steps or recipe.epochs * (60_000 // recipe.batch),
        "hardware": f"{describe_device(device)}, {torch.get_num_threads()} thread",
        "seconds": round(seconds),
        "test_accuracy": accuracy(net, load_mnist("test")),
        "command": f"python -m {__spec__.name} --out {out.name} {options}".strip(),
    }
    save_tensors(out, net.state_dict(), {"classifier": [1, 10, 28], "card": card})
    print(f"{out}: test accuracy {card['test_accuracy']:.4f}", file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    main()
