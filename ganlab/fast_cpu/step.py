"""The gradients of `ganlab.training.step` for plain networks on points, and Adam, without overhead.

On a CPU they take half the time of the general step, to which they are equal; penalties, which
differentiate twice, go through autograd here too.
"""

from typing import Any, Protocol

import torch
from torch import Tensor, nn

from ganlab.device import inner_type


class State(Protocol):
    """What is read of `ganlab.training.state.State`; G and D are networks of points."""

    G: Any
    D: Any
    device: torch.device
    task: Any
    objective: Any
    step: int
    streams: Any
    d_weights: list[nn.Parameter]

    @property
    def config(self) -> Any:
        """The run's configuration."""
        ...

    def penalty(self, D: Any, real: Tensor, fake: Tensor) -> Tensor | float:
        """What D's penalties add to its loss, per sample."""
        ...


@torch.no_grad()
def d_gradient(state: State) -> tuple[Tensor, Tensor, Tensor]:
    """Leave in D's weights the gradient of its loss and penalties; G is not touched.

    Returned are D's loss and its logits of real and fake samples, (E, N) each.
    """
    G, D, objective = state.G, state.D, state.objective
    dtype = inner_type(state.device, state.config.precision)
    batch = state.task.draw_batch(state)
    points, _ = G.forward_saving(batch.z, dtype)
    fake = objective.before_d(points, state.step, state.streams.chance)
    logits, saved = D.forward_saving(torch.cat([batch.real, fake], dim=1), dtype)
    real_logits, fake_logits = logits.chunk(2, dim=-1)
    losses = objective.d_loss(real_logits, fake_logits)
    slopes = torch.cat(objective.d_slopes(real_logits, fake_logits), dim=-1)
    D.backward(saved, slopes / real_logits.shape[-1], weights=True, inputs=False)
    if objective.penalties:
        add_penalty(state, batch.real, fake)
    return losses, real_logits, fake_logits


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
def g_gradient(state: State) -> Tensor:
    """Leave in G's weights the gradient of its loss (E, N), which is returned; D is not touched."""
    G, D, objective = state.G, state.D, state.objective
    dtype = inner_type(state.device, state.config.precision)
    batch = state.task.draw_for_g(state)
    points, g_saved = G.forward_saving(batch.z, dtype)
    fake = objective.before_d(points, state.step, state.streams.chance)
    fake_logits, saved = D.forward_saving(fake, dtype)
    real_logits = fake_logits
    if objective.g_sees_real:
        real_logits, _ = D.forward_saving(batch.real, dtype)
    losses = objective.g_loss(real_logits, fake_logits)
    slope = objective.g_slope(real_logits, fake_logits) / fake_logits.shape[-1]
    by_fake = D.backward(saved, slope, weights=False, inputs=True)
    # Noise before D leaves a gradient as it is, and packing only reads it in another shape.
    G.backward(g_saved, by_fake.reshape(points.shape), weights=True, inputs=False)
    return losses


class LeanAdam(torch.optim.Adam):
    """Torch's fused Adam without the bookkeeping around it.

    On networks of some ten thousand weights that bookkeeping takes longer than the update.
    """

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """Move every weight that has a gradient."""
        assert closure is None
        self.move()

    @torch.no_grad()
    def move(self) -> None:
        """What `step` does, without the profiler's record that torch wraps around every `step`."""
        for group in self.param_groups:
            weights = [w for w in group["params"] if w.grad is not None]
            states = [self.state[w] for w in weights]
            if not all("exp_avg" in state for state in states):
                super().step()  # the first step builds the moments
                return
            counts = [state["step"] for state in states]
            torch._foreach_add_(counts, 1)
            beta1, beta2 = group["betas"]
            torch._fused_adam_(
                weights,
                [w.grad for w in weights],
                [state["exp_avg"] for state in states],
                [state["exp_avg_sq"] for state in states],
                [],
                counts,
                lr=group["lr"],
                beta1=beta1,
                beta2=beta2,
                weight_decay=0.0,
                eps=group["eps"],
                amsgrad=False,
                maximize=False,
            )
