"""A run's state as tensors and JSON, and back: 2N steps equal N, stored, and N more."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from ganlab.config import RunConfig
from ganlab.errors import CheckpointError, ConfigError
from ganlab.training.state import State


def pack(state: State) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Every tensor of the run by name, and everything else as JSON."""
    tensors: dict[str, Tensor] = {}
    for name, net in _players(state).items():
        tensors |= {f"{name}.{key}": value for key, value in net.state_dict().items()}
    for name, optimizer in _optimizers(state).items():
        tensors |= {f"{name}.{key}": value for key, value in _moments(optimizer).items()}
    lost = lost_members(tensors, len(state.members))
    tensors |= {f"stream.{name}": value for name, value in state.streams.state().items()}
    facts = {
        "config": state.config.to_json(),
        "members": [one.to_json() for one in state.members[1:]],
        "lost": lost,
        "step": state.step,
        "g_steps": state.g_steps,
        "seconds": state.seconds,
        "source": state.source.state(),
        "device": state.device.type,
        "tensors": sorted(tensors),
    }
    return {name: tensor.detach() for name, tensor in tensors.items()}, facts


def unpack(state: State, tensors: dict[str, Tensor], facts: dict[str, Any]) -> None:
    """Put a stored run into a freshly built state of the same configuration.

    Where the state's optimiser is another one, its moments start afresh; on another kind of device
    the random streams do. Raises CheckpointError if a tensor or fact is missing, foreign, of
    another shape or not finite; the state is then not to be used.
    """
    stored = stored_config(facts)
    _check_names(tensors, _fact(facts, "tensors", list))
    shape_settings = ("data", "network", "z_dim")
    for name in shape_settings:
        if getattr(stored, name) != getattr(state.config, name):
            raise CheckpointError(
                f"the checkpoint's {name} is {getattr(stored, name)} and the run's is "
                f"{getattr(state.config, name)}: start a new run instead"
            )
    lost = _lost(facts, len(state.members))
    for name, net in _players(state).items():
        load_weights(net, tensors, f"{name}.", lost)
    for name, optimizer in _optimizers(state).items():
        if getattr(stored, name).name == getattr(state.config, name).name:
            _restore_moments(optimizer, tensors, f"{name}.", lost)
    if _fact(facts, "device", str) == state.device.type:
        _restore_streams(state, tensors)
    try:
        state.source.restore(_fact(facts, "source", dict))
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"the checkpoint's source cannot be read: {error}") from error
    state.step, state.g_steps = _fact(facts, "step", int), _fact(facts, "g_steps", int)
    state.seconds = float(_fact(facts, "seconds", int | float))


def stored_config(facts: Any) -> RunConfig:
    """The configuration in a checkpoint's facts; raise CheckpointError if it cannot be read."""
    try:
        return RunConfig.from_json(_fact(facts, "config", dict))
    except ConfigError as error:
        raise CheckpointError(f"the checkpoint's configuration cannot be read: {error}") from error


def stored_members(facts: Any) -> list[RunConfig]:
    """The configurations of an ensemble's members after the first; see `stored_config`."""
    return [stored_config({"config": one}) for one in _fact(facts, "members", list)]


def lost_members(tensors: dict[str, Tensor], members: int) -> list[int]:
    """The members of an ensemble that have diverged: with them the others could not be stored.

    [] where all have, or there is one GAN only: that is a run which must not be stored.
    """
    if members == 1:
        return []
    finite = torch.ones(members, dtype=torch.bool)
    for tensor in tensors.values():
        if tensor.is_floating_point() and tensor.ndim and len(tensor) == members:
            finite &= tensor.isfinite().flatten(1).all(1).cpu()
    lost = (~finite).nonzero().flatten().tolist()
    return lost if len(lost) < members else []


def _lost(facts: Any, members: int) -> list[int]:
    """The members whose values need not be finite; a checkpoint of before has no such list."""
    lost = facts.get("lost", [])
    fits = isinstance(lost, list) and all(isinstance(k, int) and 0 <= k < members for k in lost)
    if not fits or len(set(lost)) >= members:
        raise CheckpointError(f"the checkpoint's lost members cannot be read, got {lost!r}")
    return lost


@torch.no_grad()
def load_weights(
    net: nn.Module, tensors: dict[str, Tensor], prefix: str = "", lost: Sequence[int] = ()
) -> None:
    """Copy the tensors whose names begin with prefix into net, keeping its memory layout.

    Raises CheckpointError if one is missing, of another shape or, but for lost members, not finite.
    """
    for key, target in net.state_dict().items():
        stored = tensors.get(prefix + key)
        if stored is None:
            raise CheckpointError(f"the checkpoint has no tensor {prefix + key}")
        _check(prefix + key, stored, target.shape, lost)
        target.copy_(stored)


def _fact(facts: Any, name: str, kind: Any) -> Any:
    value = facts.get(name) if isinstance(facts, dict) else None
    if not isinstance(value, kind) or (isinstance(value, int | float) and value < 0):
        raise CheckpointError(f"the checkpoint's {name} cannot be read, got {value!r}")
    return value


def _check_names(tensors: dict[str, Tensor], expected: list[str]) -> None:
    missing, foreign = set(expected) - set(tensors), set(tensors) - set(expected)
    if missing:
        raise CheckpointError(f"the checkpoint has no tensor {', '.join(sorted(missing)[:3])}")
    if foreign:
        raise CheckpointError(
            f"the checkpoint holds {', '.join(sorted(foreign)[:3])}, which ganlab did not write"
        )


def _check(name: str, stored: Tensor, shape: torch.Size, lost: Sequence[int] = ()) -> None:
    if stored.shape != shape:
        raise CheckpointError(f"{name} must have shape {tuple(shape)}, got {tuple(stored.shape)}")
    if lost and stored.ndim:
        stored = stored[[k for k in range(len(stored)) if k not in lost]]
    if stored.is_floating_point() and not bool(stored.isfinite().all()):
        raise CheckpointError(f"{name} holds values that are not finite")


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


def _restore_moments(
    optimizer: Optimizer, tensors: dict[str, Tensor], prefix: str, lost: Sequence[int] = ()
) -> None:
    weights = [weight for group in optimizer.param_groups for weight in group["params"]]
    for key, stored in tensors.items():
        if not key.startswith(prefix):
            continue
        index, _, name = key.removeprefix(prefix).partition(".")
        if not index.isdigit() or int(index) >= len(weights):
            raise CheckpointError(f"the checkpoint's {key} belongs to no weight of this run")
        weight = weights[int(index)]
        _check(key, stored, torch.Size() if name == "step" else weight.shape, lost)
        if name != "step":
            # The moment must lie in memory as its weight does: fused kernels walk both together.
            moment = torch.zeros_like(weight, memory_format=torch.preserve_format)
            optimizer.state[weight][name] = moment.copy_(stored)
        else:
            optimizer.state[weight][name] = stored.to(weight.device).clone()


def _restore_streams(state: State, tensors: dict[str, Tensor]) -> None:
    streams: dict[str, Tensor] = {}
    for name, present in state.streams.state().items():
        stored = tensors.get(f"stream.{name}")
        if stored is None or stored.dtype != present.dtype or stored.shape != present.shape:
            raise CheckpointError(f"stream.{name} is not the state of a random stream")
        streams[name] = stored
    try:
        state.streams.restore(streams)
        with state.streams.own():  # torch looks at the global stream's state only when it is set
            pass
    except RuntimeError as error:
        raise CheckpointError(f"a random stream cannot be restored: {error}") from error
