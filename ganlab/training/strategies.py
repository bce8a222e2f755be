"""Who moves when: one step of the run is K moves of D and one of G."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from ganlab.registry import strategy
from ganlab.training.optimizers import move
from ganlab.training.state import State
from ganlab.training.step import (
    clip_d,
    d_gradient,
    d_move,
    d_step,
    draw,
    g_gradient,
    g_move,
    g_step,
    shared_gradients,
    tune_d,
    tune_g,
)
from ganlab.training.step_report import DReport, GReport

NAMES: tuple[str, ...] = ("d_loss", "g_loss", "d_real", "d_fake", "g_gradient")
"""What every step reports, in this order."""


STILL = -(2.0**120)
"""Stands for 'did not move', which is not the same as a loss that is not finite."""


class StepReport(NamedTuple):
    """The last move of each player in one step; None where a player did not move."""

    d: DReport | None
    g: GReport | None

    def stacked(self, device: torch.device, terms: Sequence[str] = ()) -> Tensor:
        """NAMES and the terms as one tensor on the device, (5 + T,) or (5 + T, E).

        STILL where a player did not move, and for a term that it does not have.
        """
        d, g = self.d, self.g
        more: list[Tensor] = []
        if d is None or g is None or terms:
            moved = d or g
            still = torch.full(moved.loss.shape if moved else (), STILL, device=device)
            d, g = d or DReport(still, still, still), g or GReport(still, still)
            more = [g.terms.get(name, still) for name in terms]
        return torch.stack([d.loss, g.loss, d.real_accuracy, d.fake_accuracy, g.gradient, *more])


@strategy(
    "alternating",
    summary="D moves K times, then G answers the D it now meets.",
    source="Goodfellow et al. 2014, algorithm 1",
)
def alternating(state: State) -> StepReport:
    """D moves K times, then G answers. Goodfellow et al. 2014, algorithm 1."""
    d = d_moves(state, state.config.d_steps)
    return StepReport(d, g_step(state))


@strategy(
    "g-twice",
    summary="D moves K times, then G moves twice, so that D does not run away.",
    source="T. Kim's DCGAN for TensorFlow; Srivastava et al. 2017 (VEEGAN)",
)
def g_twice(state: State) -> StepReport:
    """D moves K times, then G answers twice, each time on a fresh z."""
    d = d_moves(state, state.config.d_steps)
    g_step(state)
    return StepReport(d, g_step(state))


@strategy(
    "simultaneous",
    summary="G answers the D from before D's move.",
    source="Mescheder et al. 2017",
)
def simultaneous(state: State) -> StepReport:
    """G answers the D from before D's moves: both use the same point of the game."""
    g = g_gradient(state)
    d = d_moves(state, state.config.d_steps)
    g_move(state)
    return StepReport(d, g)


@strategy(
    "shared",
    summary="Both learn from one batch: a single pass of G and D serves both.",
    source="TensorFlow's DCGAN tutorial",
    terms=False,
)
def shared(state: State) -> StepReport:
    """Both move by their gradients at one batch, in one pass. TensorFlow's DCGAN tutorial.

    D's first K - 1 moves are its own. With a penalty on both players it is `simultaneous`.
    """
    if not state.config.d_steps or state.objective.game_penalties:
        return simultaneous(state)
    d_moves(state, state.config.d_steps - 1)
    d, g = shared_gradients(state)
    d_move(state)
    g_move(state)
    return StepReport(d, g)


@strategy(
    "same-batch",
    summary="D moves, then G answers the D that it now meets, on the very same batch.",
    source="Ledig et al. 2017 and Wang et al. 2018, as their code has it",
    space="superres",
)
def same_batch(state: State) -> StepReport:
    """D moves once, then G, by what one pass of G has made of one batch."""
    drawn = draw(state)
    d = None
    if state.config.d_steps:
        alone = drawn._replace(clean=drawn.clean.detach(), fake=drawn.fake.detach())
        d = d_gradient(state, alone)
        d_move(state)
    g = g_gradient(state, drawn)
    g_move(state)
    return StepReport(d, g)


@strategy(
    "optimistic",
    summary="Both repeat their change and take back the one before: circles become spirals.",
    formula=r"w_{t+1}=w_t-2\eta g_t+\eta g_{t-1}",
    source="Daskalakis et al. 2018",
)
def optimistic(state: State) -> StepReport:
    """Both move by 2Δ_t - Δ_{t-1}, Δ their optimiser's change. Daskalakis et al. 2018, alg. 1."""
    g, d = g_gradient(state), None
    if state.config.d_steps:
        d = d_gradient(state)
        tune_d(state)
        with _Optimism(state.d_optimizer):
            move(state.d_optimizer)
        clip_d(state)  # where D ends, which is not where its optimiser alone had brought it
    with _Optimism(state.g_optimizer):
        g_move(state)
    return StepReport(d, g)


@strategy(
    "extragradient",
    summary="Both look one move ahead and move by the gradient found there.",
    formula=r"w_{t+1}=w_t-\eta\,g(w_t-\eta\,g(w_t))",
    source="Korpelevich 1976; Gidel et al. 2019",
)
def extragradient(state: State) -> StepReport:
    """Both look ahead by one move, and move from where they stood by the gradient found there.

    Korpelevich 1976; with Adam as in Gidel et al. 2019, algorithm 4: the moments see both. The D
    ahead is clipped as any other, for it is a D that G answers.
    """
    optimizers = [state.g_optimizer] + [state.d_optimizer] * bool(state.config.d_steps)
    weights = [w for one in optimizers for group in one.param_groups for w in group["params"]]
    stood = [w.detach().clone() for w in weights]
    g_gradient(state)
    if state.config.d_steps:
        d_gradient(state)
        tune_d(state)
        move(state.d_optimizer)
        clip_d(state)
    tune_g(state)
    move(state.g_optimizer)
    g = g_gradient(state)
    d = d_gradient(state) if state.config.d_steps else None
    with torch.no_grad():
        torch._foreach_copy_(weights, stood)
    if d:
        d_move(state)
    g_move(state)
    return StepReport(d, g)


def only_d(state: State) -> StepReport:
    """D moves K times, at least once, and G waits."""
    return StepReport(d_moves(state, max(1, state.config.d_steps)), None)


def only_g(state: State) -> StepReport:
    """G moves and D waits."""
    return StepReport(None, g_step(state))


def d_moves(state: State, count: int) -> DReport | None:
    """D moves count times; the last report, or None."""
    report = None
    for _ in range(count):
        report = d_step(state)
    return report


class _Optimism:
    """Inside, an optimiser moves; at the end its change Δ_t becomes 2Δ_t - Δ_{t-1}.

    The last change is kept with the optimiser's state, so that checkpoints hold it.
    """

    def __init__(self, optimizer: torch.optim.Optimizer) -> None:
        self.optimizer = optimizer
        self.weights = [w for group in optimizer.param_groups for w in group["params"]]

    def __enter__(self) -> None:
        self.stood = [w.detach().clone() for w in self.weights]

    @torch.no_grad()
    def __exit__(self, *_: object) -> None:
        for weight, stood in zip(self.weights, self.stood, strict=True):
            change = weight - stood
            last = self.optimizer.state[weight].get("last_change")
            if last is not None:
                weight.add_(change).sub_(last)
            self.optimizer.state[weight]["last_change"] = change
