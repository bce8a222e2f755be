"""Stacked MNIST by VEEGAN's protocol: how many of a thousand modes a DCGAN covers."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor

from ganlab.bench.cost import QUIET
from ganlab.bench.methods import to_stored
from ganlab.config import Choice, OptimizerConfig, RunConfig
from ganlab.data.mnist import STACKS, as_number
from ganlab.data.pictures import PictureSet, to_bytes
from ganlab.device import describe_device
from ganlab.errors import CheckpointError, ConfigError
from ganlab.evaluation.classifier import DigitClassifier, load_classifier
from ganlab.metrics.ceilings import kl_floor
from ganlab.metrics.modes import reverse_kl
from ganlab.training.checkpoint import load_run, save_run
from ganlab.training.loop import Training
from ganlab.training.state import State
from ganlab.training.tasks.pictures import draw_z

N = 26_000
"""Samples that are read."""
MODES = 1000
EPOCHS, BATCH = 50, 64
STEPS = EPOCHS * STACKS // BATCH
Z_READ, REAL = 1_018, 1_019
"""Seeds of the samples that are read."""
CHUNK = 500
KEEP = 300.0
"""Seconds of training between two checkpoints."""
ADAM = OptimizerConfig(lr=2e-4, beta1=0.5, beta2=0.999)

METHODS: dict[str, dict[str, Any]] = {
    "plain": {},
    "pacgan2": {"transforms": "packing", "transforms.packing.m": 2},
    "pacgan3": {"batch": 63, "transforms": [{"name": "packing", "m": 3}]},
    "pacgan4": {"transforms": "packing", "transforms.packing.m": 4},
    "r1-r2": {
        "loss": "relativistic",
        "penalties": "r1-r2",
        "penalties.r1-r2.gamma": 1.0,
        "network.d_norm": "none",
        "ema": 0.999,
    },
}
"""What each changes in the plain DCGAN."""
OnProgress = Callable[[int, int, float], None]
"""Called with the steps made, the steps in all and the seconds trained."""


class Coverage(NamedTuple):
    """How many of the modes a set of stacks covers."""

    modes: int
    """Numbers from 000 to 999 that were read at least once."""
    kl: float
    """KL divergence of their shares from the uniform distribution."""


@dataclass(frozen=True)
class Result:
    """The result of one run, with the circumstances that it depends on."""

    method: str
    width: int
    seed: int
    steps: int
    protocol_steps: int
    seconds: float
    device: str
    n: int
    generated: Coverage
    real: Coverage
    """The same number of stacks of real digits, read by the same classifier."""
    floor: float
    """The mean KL of that many samples with equal shares."""
    classifier: str

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        out = to_stored(vars(self))
        out |= {"generated": self.generated._asdict(), "real": self.real._asdict()}
        return out


def protocol(method: str = "plain", width: int = 64, steps: int = 0, seed: int = 0) -> RunConfig:
    """The run of VEEGAN's protocol; width 64 is its DCGAN, gf = df = 64."""
    if method not in METHODS:
        raise ConfigError(f"method must be one of {', '.join(METHODS)}, got {method!r}")
    config = RunConfig(
        data=Choice("stacked-mnist"),
        network=Choice("dcgan", {"g_width": width, "d_width": width}),
        noise=Choice("uniform"),
        z_dim=100,
        strategy=Choice("g-twice"),
        d_optimizer=ADAM,
        g_optimizer=ADAM,
        batch=BATCH,
        ema=0.0,
        steps=steps or STEPS,
        seed=seed,
    )
    return config.with_values(METHODS[method])


def run(
    config: RunConfig,
    method: str,
    n: int = N,
    device: str = "auto",
    keep: Path | None = None,
    on_progress: OnProgress = lambda *_: None,
) -> Result:
    """Train to the end of the budget, from the checkpoint at keep if any, and read G's samples."""
    training = Training(config, device=device, state=resumed(config, device, keep), pace=QUIET)
    state, kept = training.state, training.state.seconds
    classifier = load_classifier(device=state.device)
    while not training.end and state.step < config.steps:
        training.advance(min(20, config.steps - state.step))
        on_progress(state.step, config.steps, state.seconds)
        if keep is not None and (training.end or state.seconds - kept >= KEEP):
            save_run(keep, state)
            kept = state.seconds
    return Result(
        method=method,
        width=int(config.network.values["g_width"]),
        seed=config.seed,
        steps=state.step,
        protocol_steps=STEPS,
        seconds=round(state.seconds, 3),
        device=describe_device(state.device),
        n=n,
        generated=coverage(read_generated(state, classifier, n)),
        real=coverage(read_real(state.source.set, classifier, n)),
        floor=kl_floor(MODES, n),
        classifier=classifier.name,
    )


def resumed(config: RunConfig, device: str, keep: Path | None) -> State | None:
    """The state stored at keep; None if there is none.

    Raises CheckpointError if it belongs to a run that differs in more than its budget.
    """
    if keep is None or not keep.exists():
        return None
    state = load_run(keep, device).states[0]
    budget = {"steps": config.steps, "seconds": config.seconds}
    if state.config.with_values(budget) != config:
        apart = ", ".join(state.config.with_values(budget).difference(config))
        raise CheckpointError(f"{keep.name} is of another run, which differs in {apart}")
    return load_run(keep, device, config).states[0]


@torch.no_grad()
def read_generated(state: State, classifier: DigitClassifier, n: int) -> Tensor:
    """The numbers that the classifier reads in n stacks of the shown G, (n,)."""
    G = state.shown_generator
    was_training = G.training
    G.eval()
    generator = torch.Generator().manual_seed(Z_READ)
    numbers = []
    for start in range(0, n, CHUNK):
        z = draw_z(state.config, min(CHUNK, n - start), generator).to(state.device)
        numbers.append(read(to_bytes(G(z)), classifier))
    G.train(was_training)
    return torch.cat(numbers)


def read_real(stacks: PictureSet, classifier: DigitClassifier, n: int) -> Tensor:
    """The numbers that the classifier reads in n of the stacks, (n,)."""
    drawn = torch.randperm(len(stacks.labels), generator=torch.Generator().manual_seed(REAL))[:n]
    return torch.cat([read(stacks.pictures[part], classifier) for part in drawn.split(CHUNK)])


def read(stacks: Tensor, classifier: DigitClassifier) -> Tensor:
    """The numbers in stacks (N, 3, 28, 28) uint8, each channel read by itself, (N,)."""
    digits = classifier.read(stacks.flatten(0, 1).unsqueeze(1)).logits.argmax(1)
    return as_number(digits.view(-1, 3))


def coverage(numbers: Tensor) -> Coverage:
    """How many of the thousand numbers (N,) holds, and the KL of its histogram from uniform."""
    counts = torch.bincount(numbers, minlength=MODES)
    return Coverage(int((counts > 0).sum()), float(reverse_kl(counts)))
