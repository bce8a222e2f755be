"""The gradients of `ganlab.training.step` for plain networks on points, without autograd.

On a CPU it takes half the time of the general text, to which it is equal; penalties, which
differentiate twice, go through autograd here too.
"""

import torch
from torch import Tensor

from ganlab.device import inner_type
from ganlab.networks.mlp import PointDiscriminator, PointGenerator
from ganlab.training.player_losses import Objective
from ganlab.training.state import State
from ganlab.training.step_report import DReport, GReport, d_report, gradient_norm


def serves(state: State) -> bool:
    """Whether both players are plain networks on a CPU and no penalty ties them together."""
    return state.plain and not state.objective.game_penalties


@torch.no_grad()
def d_gradient(state: State) -> DReport:
    """Leave in D's weights the gradient of its loss and penalties; G is not touched."""
    G, D, objective = _players(state)
    dtype = inner_type(state.device, state.config.precision)
    batch = state.task.draw_batch(state)
    points, _ = G.trace(batch.z, dtype)
    fake = objective.before_d(points, state.step, state.streams.chance)
    logits, traces = D.trace(torch.cat([batch.real, fake], dim=1), dtype)
    real_logits, fake_logits = logits.chunk(2, dim=-1)
    losses = objective.d_loss(real_logits, fake_logits)
    slopes = torch.cat(objective.d_slopes(real_logits, fake_logits), dim=-1)
    D.pull(traces, slopes / real_logits.shape[-1], weights=True, inputs=False)
    if objective.penalties:
        add_penalty(state, batch.real, fake)
    return d_report(objective, losses, real_logits, fake_logits)


@torch.enable_grad()
def add_penalty(state: State, real: Tensor, fake: Tensor) -> None:
    """Add the gradient of D's penalties to those that its weights hold."""
    for weight in state.d_weights:
        weight.requires_grad_(True)
    penalty = state.penalty(state.D, real, fake)
    assert isinstance(penalty, Tensor)
    found = torch.autograd.grad(penalty.mean(-1).sum(), state.d_weights, allow_unused=True)
    for weight, gradient in zip(state.d_weights, found, strict=True):
        if gradient is not None:
            assert weight.grad is not None
            weight.grad.add_(gradient)


@torch.no_grad()
def g_gradient(state: State) -> GReport:
    """Leave in G's weights the gradient of its loss; D's are left as they are."""
    G, D, objective = _players(state)
    dtype = inner_type(state.device, state.config.precision)
    batch = state.task.draw_for_g(state)
    points, g_traces = G.trace(batch.z, dtype)
    fake = objective.before_d(points, state.step, state.streams.chance)
    fake_logits, traces = D.trace(fake, dtype)
    real_logits = D.trace(batch.real, dtype)[0] if objective.g_sees_real else fake_logits
    losses = objective.g_loss(real_logits, fake_logits)
    slope = objective.g_slope(real_logits, fake_logits) / fake_logits.shape[-1]
    pulled = D.pull(traces, slope, weights=False, inputs=True)
    assert pulled is not None
    # Noise before D leaves a gradient as it is, and packing only reads it in another shape.
    G.pull(g_traces, pulled.reshape(points.shape), weights=True, inputs=False)
    loss = losses.mean(-1)
    return GReport(
        loss, gradient_norm([w.grad for w in state.g_weights if w.grad is not None], loss)
    )


def _players(state: State) -> tuple[PointGenerator, PointDiscriminator, Objective]:
    assert isinstance(state.G, PointGenerator)
    assert isinstance(state.D, PointDiscriminator)
    return state.G, state.D, state.objective
