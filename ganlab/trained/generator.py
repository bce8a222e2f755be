"""A trained generator, loaded from a run, a checkpoint file or a shipped checkpoint."""

import functools
import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ganlab.config import RunConfig
from ganlab.data.pictures import to_bytes, to_float
from ganlab.device import CPU, device_of
from ganlab.errors import CheckpointError, ConfigError
from ganlab.networks import figan
from ganlab.networks.self_attention import SelfAttention
from ganlab.paths import CHECKPOINTS, STATES, home
from ganlab.registry import Network, find
from ganlab.training.checkpoint import load_tensors
from ganlab.training.state import is_points, task_of
from ganlab.training.state_tensors import load_weights, stored_config
from ganlab.training.tasks.pictures import build_networks, draw_z, shape_of
from ganlab.training.tasks.points import build_distribution, build_point_networks

BATCH = 500
Z_BLOCK = 64
"""A multiple of 16: a draw of another number of normals ends with 16 that no longer one has."""


class Generator:
    """G with its configuration, its file and, if the file has one, its card."""

    def __init__(
        self,
        name: str,
        config: RunConfig,
        net: nn.Module,
        card: dict[str, Any] | None = None,
        file: Path | None = None,
    ) -> None:
        self.name = name
        self.file = file
        self.config = config
        self.card = card or {}
        self.net = net.eval().requires_grad_(False)
        self.device = device_of(net)
        """Where it computes. What it is given and what it gives lies on the CPU."""

    @functools.cached_property
    def mark(self) -> str:
        """A hash of the weights, which changes when a run trains on."""
        digest = hashlib.sha1(usedforsecurity=False)
        for weights in self.net.state_dict().values():
            digest.update(weights.cpu().numpy().tobytes())
        return digest.hexdigest()[:16]

    @property
    def makes_points(self) -> bool:
        """Whether G makes points in the plane and not pictures."""
        return is_points(self.config)

    @property
    def classes(self) -> int:
        """How many labels G takes; 0 if it takes none."""
        conditional = find(Network, self.config.network.name).conditional
        return shape_of(self.config).classes if conditional else 0

    def conditions(self, n: int, first: int = 0) -> Tensor | None:
        """Default conditions for n pictures; None if G is unconditional.

        Each class in turn (n,), or G's stored features in turn (n, K), starting with number first.
        """
        turns = torch.arange(first, first + n)
        if isinstance(self.net, figan.Generator):
            return self.net.examples.cpu()[turns % len(self.net.examples)]
        return turns % self.classes if self.classes else None

    def conditions_of(self, pictures: Tensor, labels: Tensor) -> Tensor | None:
        """D's conditions for real pictures uint8 (n, C, H, W) with labels (n,), or None."""
        if not isinstance(self.net, figan.Generator):
            return labels if self.classes else None
        with torch.no_grad():
            parts = [self.net.read(to_float(x.to(self.device))) for x in pictures.split(BATCH)]
            return torch.cat(parts).cpu()

    def z(self, n: int, seed: int = 0) -> Tensor:
        """N latent vectors of the model's noise, (n, z_dim), the same for the same seed.

        They are the first n of any larger number of them, for they are drawn in blocks of Z_BLOCK.
        """
        stream = torch.Generator().manual_seed(seed)
        blocks = [draw_z(self.config, Z_BLOCK, stream) for _ in range(max(1, -(-n // Z_BLOCK)))]
        return torch.cat(blocks)[:n]

    def pictures(self, z: Tensor, labels: Tensor | None = None) -> NDArray[Any]:
        """z: (n, z_dim) -> uint8 (n, C, H, W), in float32 and in batches.

        labels: (n,), or weights (n, classes) of a mixture of classes.
        """
        z = z.to(self.device)
        labels = None if labels is None else labels.to(self.device)
        parts = []
        with torch.no_grad():
            for start in range(0, len(z), BATCH):
                some = None if labels is None else labels[start : start + BATCH]
                parts.append(to_bytes(self.net(z[start : start + BATCH], some)))
        return torch.cat(parts).cpu().numpy()

    def points(self, z: Tensor) -> NDArray[Any]:
        """z: (n, z_dim) -> float32 (n, 2)."""
        with torch.no_grad():
            return self.net(z[None].to(self.device))[0].cpu().numpy()

    def sample(
        self, n: int, labels: NDArray[Any] | Tensor | None = None, seed: int = 0
    ) -> NDArray[Any]:
        """N pictures, uint8 (n, C, H, W); the same seed gives the same bytes.

        Of a run on points: n points, float32 (n, 2), in the data's own units.

        labels: (n,) class numbers, for a generator that takes them; without, each class in turn.
        Raises ConfigError if one lies outside the classes, or the generator takes none.
        """
        if n < 1:
            raise ConfigError(f"n must be at least 1, got {n}")
        if is_points(self.config):
            if labels is not None:
                raise ConfigError("points have no labels: leave labels out")
            return self.points(self.z(n, seed))
        return self.pictures(self.z(n, seed), self.checked_labels(n, labels))

    def checked_labels(self, n: int, labels: NDArray[Any] | Tensor | None) -> Tensor | None:
        """N labels as int64, by default each class in turn; None if G takes no labels.

        Raises ConfigError for labels of another number or outside the classes.
        """
        classes = self.classes
        if labels is None:
            return torch.arange(n) % classes if classes else None
        if not classes:
            raise ConfigError(
                f"{self.config.network.name} takes no labels: leave them out, or take another model"
            )
        numbers = torch.as_tensor(np.asarray(labels), dtype=torch.int64)
        if numbers.shape != (n,):
            raise ConfigError(f"labels must be {n}, one for each picture, got {len(numbers)}")
        if n and not 0 <= int(numbers.min()) <= int(numbers.max()) < classes:
            outside = next(int(x) for x in numbers if not 0 <= int(x) < classes)
            raise ConfigError(f"labels must lie between 0 and {classes - 1}, got {outside}")
        return numbers


def find_checkpoint(name_or_path: str | Path) -> Path:
    """The file behind a name: a path, a run's id, or a shipped checkpoint's name.

    RUN@STEP is the state that a run has kept of one of its steps.
    """
    if not isinstance(name_or_path, str | Path):
        raise CheckpointError(f"a model is a run's id or a file, got {name_or_path!r}")
    path = Path(name_or_path)
    if path.suffix:
        return path
    name, kept = str(name_or_path), "checkpoint"
    run_id, _, step = name.partition("@")
    if step.isdecimal():
        name, kept = run_id, f"{STATES}/{int(step):010d}"
    run = home() / "runs" / name / f"{kept}.safetensors"
    shipped = CHECKPOINTS / f"{name_or_path}.safetensors"
    for found in (run, shipped):
        if found.is_file():
            return found
    known = (
        ", ".join(sorted(file.stem for file in CHECKPOINTS.glob("*.safetensors"))) or "none ships"
    )
    raise CheckpointError(
        f"there is no model {str(name_or_path)!r}: give a run's id, a file, or one of: {known}"
    )


def load(name_or_path: str | Path, device: torch.device = CPU) -> Generator:
    """The generator (the averaged one) of a run, a file or a shipped checkpoint, on a device.

    Raises CheckpointError in one sentence if there is none or it cannot be used.
    """
    path = find_checkpoint(name_or_path)
    tensors, facts = load_tensors(path)
    try:
        config = stored_config(facts)
        if not task_of(config).from_noise:
            raise CheckpointError("it enlarges pictures: take its network with upscale")
        if "groups" in facts:
            count = sum(len(group) for group in facts["order"])
            raise CheckpointError(f"it is a race of {count} GANs: take one of them out first")
        with torch.random.fork_rng(devices=[]):  # initialising draws from the caller's stream
            if is_points(config):
                net, _ = build_point_networks([config], build_distribution(config))
            else:
                net, _ = build_networks(config)
        averaged = config.ema and any(name.startswith("G_mean.") for name in tensors)
        load_weights(net, tensors, "G_mean." if averaged else "G.")
    except CheckpointError as error:
        raise CheckpointError(f"{path.name} holds no generator: {error}") from error
    return Generator(_name_of(path), config, net.to(device), facts.get("card"), path)


def _name_of(path: Path) -> str:
    """The name by which `find_checkpoint` finds a file of a run or a shipped one."""
    if path.name == "checkpoint.safetensors":
        return path.parent.name
    if path.parent.name == STATES and path.stem.isdecimal():
        return f"{path.parents[1].name}@{int(path.stem)}"
    return path.stem


# --- attention ------------------------------------------------------------------------------------


def attention_maps(generator: Generator, z: Tensor) -> NDArray[Any]:
    """The attention weights for each z (n, z_dim): float32 (n, side, side, side, side).

    [k, i, j] are the weights of all places for place (i, j); they sum to 1. Raises ConfigError if
    the generator has no attention.
    """
    layer = next((m for m in generator.net.modules() if isinstance(m, SelfAttention)), None)
    if layer is None:
        raise ConfigError(f"{generator.config.network.name} has no attention: train sagan")
    seen: list[Tensor] = []
    hook = layer.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    try:
        with torch.no_grad():
            generator.net(z.to(generator.device))
            weights = layer.weights(seen[0])  # (n, HW, HW)
    finally:
        hook.remove()
    side = seen[0].shape[-1]
    return weights.view(len(z), side, side, side, side).cpu().numpy().astype(np.float32)


def attention_share(generator: Generator) -> float:
    """γ, the factor of the attention's output in the sum; 0 at the start of a training."""
    return next(float(m.gamma) for m in generator.net.modules() if isinstance(m, SelfAttention))
