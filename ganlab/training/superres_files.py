"""Files of super-resolution: weights to begin with, the card of a network, states of before."""

import os
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ganlab.config import RunConfig
from ganlab.device import describe_device, inner_type, on_cpu
from ganlab.errors import CheckpointError
from ganlab.networks.files import opening
from ganlab.networks.superres_pair import copy_weights
from ganlab.presets.superres import ERRORS_ON_LUMA, GAMES
from ganlab.registry import Network, find
from ganlab.training import state_tensors
from ganlab.training.state import State
from ganlab.training.tasks.superres import CONTENT, whole

TENSOR, TABLE = "tensor", "table"
"""How the JSON of an earlier state says that a tensor stands here, or a table."""


def fitted(config: RunConfig, path: Path) -> RunConfig:
    """The configuration with a network of the size of a file's, from which its G can go on.

    CheckpointError if the file holds another kind of network.
    """
    with torch.random.fork_rng(devices=[]):
        source = opening.load(path).network
        names = ("channels", "blocks")
        sizes = {f"network.{one}": getattr(source, one) for one in names if hasattr(source, one)}
        config = config.with_values(sizes)
        values = {**config.network.values, "game": False}
        scale = int(config.data.values["scale"])
        G, _ = find(Network, config.network.name).load()(scale, 0, bool, **values)
    copy_weights(path, G)
    return config


# --- cards ----------------------------------------------------------------------------------------


def losses_of(config: RunConfig, state: State) -> dict[str, Any]:
    """The terms and their weights, by the names of their columns."""
    found: dict[str, Any] = {}
    for one in config.terms:
        column, count = one.name.removeprefix("sr-"), one.values.get("weight", 1.0)
        if one.name == CONTENT and state.source.features is None:
            if state.source.pixels_instead(config):
                found["pixel"] = 1.0
        elif "error" in one.values and not config.adversarial:
            luma = one.values["error"] == "luma"
            found |= ERRORS_ON_LUMA if luma else {str(one.values["error"]): count}
        elif count:
            found["total_variation" if column == "variation" else column] = count
    return found | ({"adversarial": config.adversarial} if config.adversarial else {})


def game_of(config: RunConfig, state: State) -> dict[str, str]:
    """The pixel error, game and discriminator of the terms; empty without a discriminator."""
    if not config.adversarial:
        return {}
    errors = [
        str(one.values["error"])
        for one in config.terms
        if one.name != CONTENT and "error" in one.values
    ]
    if state.source.pixels_instead(config):
        errors = ["mse"]
    names = {name: word for word, name in GAMES.items()}
    return ({"pixel": errors[0]} if errors else {}) | {
        "adversarial": names.get(config.loss.name, config.loss.name),
        "discriminator": "paper" if whole(state.D) else "patch",
    }


def card_of(
    state: State, *, data: str, start: str | None, threads: int, **more: Any
) -> dict[str, Any]:
    """What made the weights of the G that is shown, and what else is to be said."""
    config, features = state.config, state.source.features
    return {
        "network": type(state.G).__name__,
        "parameters": sum(weight.numel() for weight in state.G.parameters()),
        "scale": state.source.crops.scale,
        "data": data,
        "degradation": "Pillow bicubic",
        "loss": losses_of(config, state),
        **game_of(config, state),
        "features": features.title if features else None,
        "start": start,
        "batch": config.batch,
        "crop": state.source.crops.crop,
        "steps": state.step,
        "seconds": round(state.seconds),
        "seed": config.seed,
        "precision": f"trained {_precision(state)}, stored in bfloat16",
        "hardware": _hardware(state.device, threads),
        **more,
    }


def _precision(state: State) -> str:
    lower = inner_type(state.device, state.config.precision) is torch.bfloat16
    return "with bfloat16 autocast" if lower else "in float32"


def _hardware(device: torch.device, threads: int) -> str:
    if not on_cpu(device):
        return describe_device(device)
    return f"{threads} thread(s) of {os.cpu_count()} cores, {platform.machine()}"


# --- states of before super-resolution was a task of the one training -----------------------------


def nested(tensors: Mapping[str, Tensor], layout: Any) -> Any:
    """A state of before, which was stored as tensors and a JSON that says where they stood."""
    if isinstance(layout, list):
        return [nested(tensors, one) for one in layout]
    if not isinstance(layout, dict):
        return layout
    if TABLE in layout:
        return {key: nested(tensors, one) for key, one in layout[TABLE]}
    return tensors[layout[TENSOR]]


def take_over(state: State, old: Mapping[str, Any]) -> None:
    """Put a state of before into a freshly built one of the same configuration.

    Raises CheckpointError if it is of another one, or followed other features.
    """
    tensors, facts = state_tensors.pack(state)
    try:
        players = {"G": old["network"], "G_mean": old["averaged"], "D": old.get("discriminator")}
        for name, weights in players.items():
            tensors |= {f"{name}.{key}": value for key, value in (weights or {}).items()}
        for player, entries in _moments(old).items():
            tensors |= {f"{player}.{key}": value for key, value in entries.items()}
        tensors["stream.data.0"] = old["crops"]
        steps = {"step": old["step"], "g_steps": old["step"], "seconds": old["seconds"]}
        source = {"features": old.get("features", state.source.kind)}
        facts |= {
            **steps,
            "source": source,
            "tensors": sorted(tensors),
            "device": state.device.type,
        }
        state_tensors.unpack(state, tensors, facts)
    except CheckpointError:
        raise
    except (AttributeError, KeyError, RuntimeError, TypeError, ValueError) as error:
        first = (str(error) or type(error).__name__).splitlines()[0].rstrip(":")
        raise CheckpointError(
            f"the checkpoint does not belong to this configuration: {first}"
        ) from error


def _moments(old: Mapping[str, Any]) -> dict[str, dict[str, Tensor]]:
    """The moments of both players' optimisers; Muon's weights come behind Adam's."""
    if "optimisers" not in old:
        named = {"g_optimizer": [old["g_optimiser"]], "d_optimizer": [old["d_optimiser"]]}
    else:
        named = {"g_optimizer": old["optimisers"]}
    found: dict[str, dict[str, Tensor]] = {}
    for player, parts in named.items():
        own, first = found.setdefault(player, {}), 0
        for part in parts:
            for index, entries in part["state"].items():
                own |= {f"{first + int(index)}.{name}": value for name, value in entries.items()}
            first += len(part["param_groups"][0]["params"])
    return found
