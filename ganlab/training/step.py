"""One step of D and one step of G: the whole algorithm of Goodfellow et al. 2014 on a page.

Pictures are (N, C, H, W) with logits (N,); points of an ensemble are (E, N, 2) with logits (E, N).
Losses are averaged over the last axis, the batch, and summed over members, whose gradients do not
meet; so one text serves both.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ganlab.training.averaging import average_towards
from ganlab.training.device import autocast
from ganlab.training.optimizers import tune
from ganlab.training.state import State


class DReport(NamedTuple):
    """What a step of D saw, still on the device; scalar tensors, or (E,) for an ensemble."""

    loss: Tensor
    real_accuracy: Tensor
    """Share of real samples with a score above the one at which D is undecided."""
    fake_accuracy: Tensor
    """Share of fake samples with a score below it."""


class GReport(NamedTuple):
    """What a step of G saw, still on the device; scalar tensors, or (E,) for an ensemble."""

    loss: Tensor
    gradient: Tensor
    """Euclidean norm of the gradient over all of G's weights."""


class Batch(NamedTuple):
    """Real samples as D will see them, their labels, and the z of as many fake ones."""

    real: Tensor
    labels: Tensor | None
    z: Tensor


def draw_batch(state: State) -> Batch:
    """The next real samples, through what stands before D, and the next z."""
    real, labels = state.source.next(state.config.batch)
    z = state.draw_z(state.config.batch)
    return Batch(state.objective.before_d(real, state.step, state.streams.chance), labels, z)


def generate(state: State, batch: Batch) -> Tensor:
    """G(z) as D will see it, in float32."""
    with autocast(state.device, state.config.precision):
        fake = state.G(batch.z, batch.labels)
    return state.objective.before_d(fake.float(), state.step, state.streams.chance)


def judge(state: State, real: Tensor, fake: Tensor, labels: Tensor | None) -> tuple[Tensor, Tensor]:
    """D's logits of real and of fake, float32, in one pass unless D's samples see each other."""
    D = state.D
    with autocast(state.device, state.config.precision):
        if getattr(D, "mixes_batch", False):
            return D(real, labels).float(), D(fake, labels).float()
        both = torch.cat([real, fake], dim=1 if real.ndim == 3 else 0)
        twice = None if labels is None else torch.cat([labels, labels])
        real_logits, fake_logits = D(both, twice).float().chunk(2, dim=-1)
    return real_logits, fake_logits


def label_losses(state: State, labels: Tensor | None) -> list[Tensor | float]:
    """What each part of D's last pass (real, fake) says about its labels, (N,) each.

    The second term of ACGAN (Odena et al. 2017, equation 3), which both players minimise; 0 for a
    D that does not read classes.
    """
    read = getattr(state.D, "class_logits", None)
    if read is None or labels is None:
        return [0.0, 0.0]
    state.D.class_logits = None  # type: ignore[assignment]  # its graph must not outlive the step
    parts = read.float().split(len(labels))
    return [F.cross_entropy(part, labels, reduction="none") for part in parts]


def d_step(state: State) -> DReport:
    """Move D once, on a fresh batch of real samples and a fresh z."""
    report = d_gradient(state)
    d_move(state)
    return report


def d_gradient(state: State) -> DReport:
    """Leave in D's weights the gradient of its loss and penalties; G is not touched."""
    unfreeze(state.d_weights, True)
    batch = draw_batch(state)
    with torch.set_grad_enabled(bool(state.objective.game_penalties)):
        fake = generate(state, batch)
    real_logits, fake_logits = judge(state, batch.real, fake, batch.labels)
    losses = state.objective.d_loss(real_logits, fake_logits)
    reading = sum(label_losses(state, batch.labels))
    penalty = state.objective.penalty(
        lambda x: state.D(x, batch.labels),
        batch.real,
        fake,
        state.streams.chance,
        state.progress,
    )
    total = (losses + reading + penalty).mean(-1)
    if state.objective.game_penalties:
        total = total + game_penalty(state, losses, real_logits, fake_logits)
    leave_gradients(state.d_weights, total)
    return d_report(state, losses, real_logits, fake_logits)


@torch.no_grad()
def d_report(state: State, losses: Tensor, real_logits: Tensor, fake_logits: Tensor) -> DReport:
    """What D's losses and logits (N,) or (E, N) say of its step."""
    undecided = state.objective.undecided(real_logits, fake_logits)
    return DReport(
        losses.mean(-1).detach(),
        (real_logits > undecided).float().mean(-1),
        (fake_logits < undecided).float().mean(-1),
    )


def shared_gradients(state: State) -> tuple[DReport, GReport]:
    """Leave in both players' weights the gradients at one batch: G and D make one pass for both."""
    unfreeze(state.d_weights, True)
    batch = draw_batch(state)
    fake = generate(state, batch)
    logits: list[Tensor] = []
    reading: list[Tensor | float] = []
    for x in (batch.real, fake):  # apart, for G's gradient runs through the fakes' pass alone
        with autocast(state.device, state.config.precision):
            logits.append(state.D(x, batch.labels).float())
        reading.append(label_losses(state, batch.labels)[0])
    d_losses = state.objective.d_loss(*logits)
    penalty = state.objective.penalty(
        lambda x: state.D(x, batch.labels), batch.real, fake, state.streams.chance
    )
    total = (d_losses + sum(reading) + penalty).mean(-1)
    leave_gradients(state.d_weights, total, keep_graph=True)
    g_losses = state.objective.g_loss(logits[0].detach(), logits[1])
    total = (g_losses + reading[1]).mean(-1)
    gradients = leave_gradients(state.g_weights, total)
    g_report = GReport(g_losses.mean(-1).detach(), gradient_norm(gradients, total))
    return d_report(state, d_losses, *logits), g_report


def d_move(state: State) -> None:
    """Move D along the gradient that its weights hold, and clip it where the run wants that."""
    configs = [one.d_optimizer for one in state.members]
    tune(state.d_optimizer, configs, state.progress)
    state.d_optimizer.step()
    limits = [one.d_clip or torch.inf for one in state.members]
    if min(limits) < torch.inf:
        clip_weights(state.d_weights, limits)


def g_step(state: State) -> GReport:
    """Move G once against D as it stands."""
    report = g_gradient(state)
    g_move(state)
    return report


def g_gradient(state: State) -> GReport:
    """Leave in G's weights the gradient of its loss; D is frozen, its own is not even computed."""
    playing = bool(state.objective.game_penalties)
    unfreeze(state.d_weights, playing)
    compared = playing or state.objective.g_sees_real
    if compared or state.streams.data:
        # In a race all members meet the same data, so they all draw it where one compares with it.
        batch = draw_batch(state)
    else:
        n = state.config.batch
        batch = Batch(torch.empty(0), state.draw_labels(n), state.draw_z(n))
    fake = generate(state, batch)
    if compared:
        real_logits, fake_logits = judge(state, batch.real, fake, batch.labels)
    else:
        with autocast(state.device, state.config.precision):
            fake_logits = state.D(fake, batch.labels).float()
        real_logits = torch.zeros_like(fake_logits)
    losses = state.objective.g_loss(real_logits, fake_logits)
    total = (losses + label_losses(state, batch.labels)[-1]).mean(-1)
    if playing:
        d_losses = state.objective.d_loss(real_logits, fake_logits)
        total = total + game_penalty(state, d_losses, real_logits, fake_logits)
    gradients = leave_gradients(state.g_weights, total)
    return GReport(losses.mean(-1).detach(), gradient_norm(gradients, total))


def g_move(state: State) -> None:
    """Move G along the gradient that its weights hold, and the averaged G after it."""
    config = state.config
    configs = [one.g_optimizer for one in state.members]
    tune(state.g_optimizer, configs, state.progress)
    state.g_optimizer.step()
    state.g_steps += 1
    if config.ema:
        average_towards(state.G_mean, state.G, config.ema, state.g_steps)


def game_penalty(
    state: State, d_losses: Tensor, real_logits: Tensor, fake_logits: Tensor
) -> Tensor:
    """The penalties on both players together, () or (E,)."""
    g_losses = state.objective.g_loss(real_logits, fake_logits)
    total = d_losses.new_zeros(d_losses.shape[:-1])
    for one in state.objective.game_penalties:
        total = total + one.function(
            d_losses, g_losses, state.d_weights, state.g_weights, **one.values
        )
    return total


def leave_gradients(
    weights: Sequence[nn.Parameter], total: Tensor, keep_graph: bool = False
) -> list[Tensor]:
    """Put the gradient of total, () or (E,), into the weights; return what was found."""
    gradients = torch.autograd.grad(
        total.sum(), weights, retain_graph=keep_graph, allow_unused=True
    )
    for weight, gradient in zip(weights, gradients, strict=True):
        if gradient is not None and gradient.stride() != weight.stride():
            # Penalties leave transposed gradients, and fused kernels walk memory, not indices.
            gradient = torch.empty_like(weight).copy_(gradient)
        weight.grad = gradient
    return [gradient for gradient in gradients if gradient is not None]


def gradient_norm(gradients: list[Tensor], total: Tensor) -> Tensor:
    """Euclidean norm over all gradients, () or (E,) as total is."""
    if total.numel() == 1:
        return torch.stack(torch._foreach_norm(gradients)).norm().reshape(total.shape)
    return torch.stack([torch.linalg.vector_norm(g.flatten(1), dim=1) for g in gradients]).norm(
        dim=0
    )


def unfreeze(weights: Sequence[nn.Parameter], learning: bool) -> None:
    """Say whether gradients of these weights are wanted."""
    for weight in weights:
        weight.requires_grad_(learning)


@torch.no_grad()
def clip_weights(weights: Iterable[Tensor], limits: Sequence[float]) -> None:
    """Clamp every weight to ± its member's limit. Arjovsky et al. 2017, algorithm 1, line 7."""
    for weight in weights:
        if len(set(limits)) == 1:
            weight.clamp_(-limits[0], limits[0])
        else:
            bound = weight.new_tensor(limits).reshape(-1, *[1] * (weight.ndim - 1))
            torch.minimum(torch.maximum(weight, -bound), bound, out=weight)
