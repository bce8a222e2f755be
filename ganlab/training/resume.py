"""A run's state as tensors and JSON, and back: 2N steps equal N, stored, and N more."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from ganlab.config import RunConfig
from ganlab.errors import CheckpointError
from ganlab.training.state import State


def pack(state: State) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Every tensor of the run by name, and everything else as JSON."""
    tensors: dict[str, Tensor] = {}
    for name, net in _players(state).items():
        tensors |= {f"{name}.{key}": value for key, value in net.state_dict().items()}
    for name, optimizer in _optimizers(state).items():
        tensors |= {f"{name}.{key}": value for key, value in _moments(optimizer).items()}
    tensors |= {f"stream.{name}": value for name, value in state.streams.state().items()}
    facts = {
        "config": state.config.to_json(),
        "members": [one.to_json() for one in state.members[1:]],
        "step": state.step,
        "g_steps": state.g_steps,
        "seconds": state.seconds,
        "source": state.source.state(),
    }
    return {name: tensor.detach() for name, tensor in tensors.items()}, facts


def unpack(state: State, tensors: dict[str, Tensor], facts: dict[str, Any]) -> None:
    """Put a stored run into a freshly built state of the same configuration.

    Raises CheckpointError if a tensor is missing, of another shape or not finite; the state is then
    not to be used.
    """
    stored = RunConfig.from_json(facts["config"])
    shape_settings = ("data", "network", "z_dim")
    for name in shape_settings:
        if getattr(stored, name) != getattr(state.config, name):
            raise CheckpointError(
                f"the checkpoint's {name} is {getattr(stored, name)} and the run's is "
                f"{getattr(state.config, name)}: start a new run instead"
            )
    for name, net in _players(state).items():
        load_weights(net, tensors, f"{name}.")
    for name, optimizer in _optimizers(state).items():
        _restore_moments(optimizer, tensors, f"{name}.")
    streams = {k.removeprefix("stream."): v for k, v in tensors.items() if k.startswith("stream.")}
    state.streams.restore(streams)
    state.source.restore(facts["source"])
    state.step, state.g_steps = int(facts["step"]), int(facts["g_steps"])
    state.seconds = float(facts["seconds"])


@torch.no_grad()
def load_weights(net: nn.Module, tensors: dict[str, Tensor], prefix: str = "") -> None:
    """Copy the tensors whose names begin with prefix into net, keeping its memory layout.

    Raises CheckpointError if one is missing, of another shape or not finite.
    """
    for key, target in net.state_dict().items():
        stored = tensors.get(prefix + key)
        if stored is None:
            raise CheckpointError(f"the checkpoint has no tensor {prefix + key}")
        if stored.shape != target.shape:
            raise CheckpointError(
                f"{prefix + key} must have shape {tuple(target.shape)}, got {tuple(stored.shape)}"
            )
        if stored.is_floating_point() and not bool(stored.isfinite().all()):
            raise CheckpointError(f"{prefix + key} holds values that are not finite")
        target.copy_(stored)


def _players(state: State) -> dict[str, nn.Module]:
    return {"G": state.G, "D": state.D, "G_mean": state.G_mean}


def _optimizers(state: State) -> dict[str, Optimizer]:
    return {"d_optimizer": state.d_optimizer, "g_optimizer": state.g_optimizer}


def _moments(optimizer: Optimizer) -> dict[str, Tensor]:
    """Moments by '<index of the weight>.<name>'."""
    entries = optimizer.state_dict()["state"]
    return {
        f"{index}.{name}": value if isinstance(value, Tensor) else torch.tensor(value)
        for index, moments in entries.items()
        for name, value in moments.items()
        if value is not None
    }


def _restore_moments(optimizer: Optimizer, tensors: dict[str, Tensor], prefix: str) -> None:
    weights = [weight for group in optimizer.param_groups for weight in group["params"]]
    for key, stored in tensors.items():
        if not key.startswith(prefix):
            continue
        index, _, name = key.removeprefix(prefix).partition(".")
        if not index.isdigit() or int(index) >= len(weights):
            raise CheckpointError(f"the checkpoint's {key} belongs to no weight of this run")
        weight = weights[int(index)]
        if stored.shape == weight.shape:
            # The moment must lie in memory as its weight does: fused kernels walk both together.
            moment = torch.zeros_like(weight, memory_format=torch.preserve_format)
            optimizer.state[weight][name] = moment.copy_(stored)
        else:
            optimizer.state[weight][name] = stored.to(weight.device).clone()
