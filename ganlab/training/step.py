"""One step of D and one step of G: the whole algorithm of Goodfellow et al. 2014 on a page."""

from typing import NamedTuple

import torch
from torch import Tensor

from ganlab.training.averaging import average_towards
from ganlab.training.device import autocast
from ganlab.training.optimizers import tune
from ganlab.training.state import State


class DReport(NamedTuple):
    """What a step of D saw, still on the device; each is a scalar tensor."""

    loss: Tensor
    real_accuracy: Tensor
    """Share of real samples with a logit above 0."""
    fake_accuracy: Tensor
    """Share of fake samples with a logit below 0."""


class GReport(NamedTuple):
    """What a step of G saw, still on the device; each is a scalar tensor."""

    loss: Tensor
    gradient: Tensor
    """Euclidean norm of the gradient over all of G's weights."""


def d_step(state: State) -> DReport:
    """Move D once, on a fresh batch of real pictures and a fresh z."""
    config, D = state.config, state.D
    D.requires_grad_(True)
    real, labels = state.source.next(config.batch)
    z = state.draw_z(config.batch)
    with autocast(state.device, config.precision):
        with torch.no_grad():
            fake = state.G(z, labels)
        # One pass over both halves: D has no batch norm, so that they cannot see each other.
        logits = D(torch.cat([real, fake.to(real.dtype)]), torch.cat([labels, labels]))
    real_logits, fake_logits = logits.float().chunk(2)
    loss = state.objective.d_loss(real_logits, fake_logits).mean()
    state.d_optimizer.zero_grad(set_to_none=True)
    loss.backward()
    tune(state.d_optimizer, config.d_optimizer, state.step, config.steps)
    state.d_optimizer.step()
    if config.d_clip:
        with torch.no_grad():
            for weight in D.parameters():
                weight.clamp_(-config.d_clip, config.d_clip)
    with torch.no_grad():
        return DReport(
            loss.detach(), (real_logits > 0).float().mean(), (fake_logits < 0).float().mean()
        )


def g_step(state: State) -> GReport:
    """Move G once against D as it stands."""
    report = g_gradient(state)
    g_move(state)
    return report


def g_gradient(state: State) -> GReport:
    """Leave in G's weights the gradient of its loss; D is frozen, its own is not even computed."""
    config, G, D = state.config, state.G, state.D
    D.requires_grad_(False)
    z = state.draw_z(config.batch)
    real, labels = _real_for_g(state)
    with autocast(state.device, config.precision):
        fake_logits = D(G(z, labels), labels).float()
        real_logits = fake_logits.new_zeros(()) if real is None else D(real, labels).float()
    loss = state.objective.g_loss(real_logits, fake_logits).mean()
    state.g_optimizer.zero_grad(set_to_none=True)
    loss.backward()
    gradients = [weight.grad for weight in G.parameters() if weight.grad is not None]
    norm = torch.stack(torch._foreach_norm(gradients)).norm()
    return GReport(loss.detach(), norm.detach())


def g_move(state: State) -> None:
    """Move G along the gradient that its weights hold, and the averaged G after it."""
    config = state.config
    tune(state.g_optimizer, config.g_optimizer, state.step, config.steps)
    state.g_optimizer.step()
    state.g_steps += 1
    if config.ema:
        average_towards(state.G_mean, state.G, config.ema, state.g_steps)


def _real_for_g(state: State) -> tuple[Tensor | None, Tensor | None]:
    """Real samples for a loss of G that compares with them, else only labels to make fakes of."""
    if state.objective.g_sees_real:
        return state.source.next(state.config.batch)
    return None, state.draw_labels(state.config.batch)
