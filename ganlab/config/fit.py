"""Whether what is chosen in one place of a configuration fits what is chosen in another."""

import math
from typing import NamedTuple

from ganlab.config.choice import Choice, listed
from ganlab.config.settings import SETTINGS, Settings
from ganlab.errors import ConfigError
from ganlab.registry import (
    Data,
    Network,
    Noise,
    Penalty,
    Strategy,
    Term,
    Transform,
    find,
    table,
)


class PictureShape(NamedTuple):
    """The shape of the pictures of a run."""

    channels: int
    size: int
    """Height and width in pixels."""
    classes: int
    """How many labels there are; 0 for none."""


def picture_shape(data: Choice) -> PictureShape:
    """The shape of the pictures of a choice of data: its record's, or what its parameters say."""
    record, values = find(Data, data.name), data.values
    return PictureShape(
        1 if values.get("colour") == "grey" else record.channels,
        int(values.get("size", record.size)),
        int(values.get("classes", record.classes)),
    )


PAIRS = "superres"
"""The space of pairs of a small picture and its original."""
D_MAPS = "D's own maps"
"""What networks offer, and a term may need, that only a D which takes part has."""


def check_fit(run: Settings) -> None:
    """Raise ConfigError, with what to choose instead, unless all choices fit one another."""
    data, network = find(Data, run.data.name), find(Network, run.network.name)
    if data.space != network.space:
        raise ConfigError(
            f"network {run.network.name} makes {network.space} and data "
            f"{run.data.name} holds {data.space}: choose a pair that fits"
        )
    for one in run.transforms:
        space = find(Transform, one.name).space or data.space
        if space != data.space:
            raise ConfigError(f"{one.name} is for {space}, and {run.data.name} holds {data.space}")
    _check_packing(run)
    _check_strategy(run)
    _check_penalties(run)
    _check_what_terms_need(run)
    _check_codes(run)
    _check_pairs(run)


def packing(run: Settings) -> int:
    """How many samples D judges together."""
    found = ((one, find(Transform, one.name).packs) for one in run.transforms)
    return math.prod(int(one.values[parameter]) for one, parameter in found if parameter)


def _check_packing(run: Settings) -> None:
    """Samples are packed evenly, and only where D looks at nothing but them."""
    names = [one.name for one in run.transforms if find(Transform, one.name).packs]
    if not names:
        return
    name, network = names[0], find(Network, run.network.name)
    if run.batch % packing(run):
        raise ConfigError(
            f"batch must be a multiple of transforms.{name}.{find(Transform, name).packs}, which "
            f"is {packing(run)}, got {run.batch}: try "
            f"{max(run.batch // packing(run), 1) * packing(run)}"
        )
    if network.conditional:
        raise ConfigError(
            f"network {run.network.name} tells D the label of each picture, and {name} hands "
            "it several at once: choose another network"
        )
    if network.offers:
        raise ConfigError(
            f"network {run.network.name} looks at each picture alone, and {name} joins "
            "several: choose another network"
        )


def _check_strategy(run: Settings) -> None:
    """The strategy is one for what the data hold."""
    held = find(Data, run.data.name).space
    space = find(Strategy, run.strategy.name).space or held
    if space != held:
        fit = [name for name, one in table(Strategy).items() if (one.space or held) == held]
        raise ConfigError(
            f"the strategy {run.strategy.name} is for {space}, and {run.data.name} holds {held}: "
            f"choose {listed(fit)}"
        )


def _check_penalties(run: Settings) -> None:
    """What penalties ask of D holds for the networks and the data."""
    network = find(Network, run.network.name)
    mixed = network.normalises_batch(run.network.values)
    for one in run.penalties:
        if mixed and not find(Penalty, one.name).both_players:
            way = f" or {network.batch_norm} none" if isinstance(network.batch_norm, str) else ""
            raise ConfigError(
                f"{one.name} asks how steep D is at each sample, and batch norm in the D of "
                f"{run.network.name} mixes the samples: choose networks without it{way}, or "
                "no such penalty"
            )
        if one.values.get("every", 1) != 1 and network.space == "points":
            # Huang et al. 2024 found that a lazy penalty no longer calms the small games.
            raise ConfigError(
                f"penalties.{one.name}.every must be 1 on points, got {one.values['every']}: "
                "their games need the penalty in every step"
            )


def _check_what_terms_need(run: Settings) -> None:
    """Each term finds in the networks what it works with, and a move that asks for it."""
    if run.terms and not find(Strategy, run.strategy.name).terms:
        raise ConfigError(
            f"the strategy {run.strategy.name} knows no terms: choose alternating, or leave the "
            "terms out"
        )
    offered = find(Network, run.network.name).offers
    for one in run.terms:
        needed = find(Term, one.name).needs
        if needed and needed not in offered:
            fit = [name for name, other in table(Network).items() if needed in other.offers]
            raise ConfigError(
                f"the term {one.name} needs networks with {needed}, which {run.network.name}"
                f" has not: choose {listed(fit)}, or leave the term out"
            )


def _check_codes(run: Settings) -> None:
    """Networks that read codes get some, and the codes have room in z."""
    wanted = find(Network, run.network.name).noise or run.noise.name
    if run.noise.name != wanted:
        raise ConfigError(
            f"{run.network.name} needs the noise {wanted}, got {run.noise.name}: choose both"
        )
    inside = find(Noise, run.noise.name).inside_z
    least = sum(int(run.noise.values[name]) for name in inside)
    if run.z_dim < least:
        raise ConfigError(f"z_dim must be at least {least} to hold the codes, got {run.z_dim}")


def _check_pairs(run: Settings) -> None:
    """Only what enlarges pictures has a game of another weight, and it knows some things less."""
    record = find(Network, run.network.name)
    if record.space != PAIRS:
        for name in ("adversarial", "g_norm_limit"):
            if getattr(run, name) != SETTINGS[name].default:
                raise ConfigError(f"{name} is for super-resolution only: leave it out")
        return
    if not run.adversarial:
        maps = [one.name for one in run.terms if find(Term, one.name).needs == D_MAPS]
        if maps or not run.terms:
            what = f"the term {maps[0]} needs a D that judges" if maps else "G has nothing to learn"
            raise ConfigError(f"{what} where adversarial is 0: raise it, or choose sr-pixel")
    elif not run.network.values.get("game", True):
        raise ConfigError(
            f"adversarial must be 0 where network.game is off, got {run.adversarial}: there is no D"
        )
    for name in ("penalties", "transforms"):
        if getattr(run, name):
            raise ConfigError(f"super-resolution knows no {name}: leave them out")
    scale = int(run.data.values["scale"])
    if record.scales and scale not in record.scales:
        *others, last = map(str, record.scales)
        raise ConfigError(
            f"the network {run.network.name} enlarges by {', '.join(others)} or {last}, got {scale}"
        )
