"""A knob turned while a run trains: what may be turned, and what has to be built anew for it."""

from collections.abc import Sequence
from typing import Any

from ganlab.config import RunConfig
from ganlab.errors import ConfigError
from ganlab.training.members import checked_members
from ganlab.training.optimizers import rebuilt
from ganlab.training.player_losses import Objective
from ganlab.training.state import State


def checked_change(members: Sequence[RunConfig], name: str, value: Any) -> tuple[RunConfig, ...]:
    """The members with the setting's new value.

    Raises ConfigError if the setting is unknown, the value wrong, or it cannot change now.
    """
    whole = checked_members([one.with_values({name: value}) for one in members])
    if not members[0].is_live(name):
        raise ConfigError(f"{name} cannot be turned while a run trains: start a new run with it")
    return whole


def set_live(state: State, whole: tuple[RunConfig, ...], name: str) -> None:
    """Let the state go on with these configurations, which differ from its own in that setting."""
    averaged = state.config.ema
    set_members(state, whole, [one for one in PLAYERS if name.startswith(one)])
    if state.config.ema and not averaged:  # the average has stood still where it was left
        state.G_mean.load_state_dict(state.G.state_dict())


PLAYERS = ("d_optimizer", "g_optimizer")


def set_members(
    state: State, whole: tuple[RunConfig, ...], optimizers: Sequence[str] = PLAYERS
) -> None:
    """Give the state other configurations; these of its optimisers are built anew."""
    state.members, state.objective = whole, Objective(whole, state.device)
    for player in optimizers:
        configs = [getattr(one, player) for one in whole]
        setattr(state, player, rebuilt(getattr(state, player), configs))
