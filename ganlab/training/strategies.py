"""Who moves when: one step of the run is K moves of D and one of G."""

from typing import NamedTuple

import torch
from torch import Tensor

from ganlab.training.state import State
from ganlab.training.step import DReport, GReport, d_step, g_gradient, g_move, g_step

NAMES = ("d_loss", "g_loss", "d_real", "d_fake", "g_gradient")
"""What every step reports, in this order."""


class StepReport(NamedTuple):
    """The last move of each player in one step; None where a player did not move."""

    d: DReport | None
    g: GReport | None

    def stacked(self, device: torch.device) -> Tensor:
        """NAMES and whether all is finite (1 or 0), as one tensor on the device.

        NaN stands where a player did not move; that does not count as not finite.
        """
        nan = torch.full((), torch.nan, device=device)
        d = self.d or DReport(nan, nan, nan)
        g = self.g or GReport(nan, nan)
        moved = [*(self.d or ()), *(self.g or ())]
        finite = torch.stack(moved).isfinite().all().float() if moved else torch.ones_like(nan)
        return torch.stack([d.loss, g.loss, d.real_accuracy, d.fake_accuracy, g.gradient, finite])


def alternating(state: State) -> StepReport:
    """D moves K times, then G answers. Goodfellow et al. 2014, algorithm 1."""
    d = _d_moves(state, state.config.d_steps)
    return StepReport(d, g_step(state))


def simultaneous(state: State) -> StepReport:
    """G answers the D from before D's moves: both use the same point of the game."""
    g = g_gradient(state)
    d = _d_moves(state, state.config.d_steps)
    g_move(state)
    return StepReport(d, g)


def only_d(state: State) -> StepReport:
    """D moves K times, at least once, and G waits."""
    return StepReport(_d_moves(state, max(1, state.config.d_steps)), None)


def only_g(state: State) -> StepReport:
    """G moves and D waits."""
    return StepReport(None, g_step(state))


def _d_moves(state: State, count: int) -> DReport | None:
    report = None
    for _ in range(count):
        report = d_step(state)
    return report
