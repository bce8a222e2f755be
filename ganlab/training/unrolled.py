"""Unrolled generator steps: G moves against D as it will be after further steps."""

import torch
from torch import Tensor
from torch.func import functional_call
from torch.optim import Optimizer

from ganlab.errors import ConfigError
from ganlab.registry import Parameter, strategy
from ganlab.training.ensemble_optimizers import EnsembleAdam, EnsembleRMSprop, EnsembleSGD
from ganlab.training.optimizers import learning_rate
from ganlab.training.state import State
from ganlab.training.step import g_move, generate, leave_gradients, shown_to_d, unfreeze
from ganlab.training.step_report import GReport, gradient_norm
from ganlab.training.strategies import StepReport, d_moves


@strategy(
    "unrolled",
    summary="G answers the D that would come after some more of D's steps.",
    formula=r"\min_\theta L_G(\theta,\psi^{(k)}),\;\psi^{(i+1)}=\psi^{(i)}-\eta\nabla_\psi L_D",
    source="Metz et al. 2017",
    parameters={"unroll": Parameter(5, "Steps of D that G looks ahead.", 1, 10)},
    space="points",
    terms=False,
)
def unrolled(state: State) -> StepReport:
    """D moves K times; G moves against D after `unroll` further steps that are then forgotten.

    Metz et al. 2017, equations 7 to 9: the gradient of G runs through those steps.
    """
    d = d_moves(state, state.config.d_steps)
    unroll = int(state.config.strategy.values["unroll"])
    report = GReport(*unrolled_gradient(state, unroll))
    g_move(state)
    return StepReport(d, report)


def unrolled_gradient(state: State, unroll: int) -> tuple[Tensor, Tensor]:
    """Leave in G's weights the gradient of its loss at D after `unroll` steps: loss and norm."""
    unfreeze(state.d_weights, True)
    batch = state.task.draw_batch(state)
    fake = shown_to_d(state, generate(state, batch))
    ahead = LookAhead(state)
    for _ in range(unroll):
        real_logits, fake_logits = ahead.d_logits(batch.real, fake)
        losses = state.objective.d_loss(real_logits, fake_logits)
        penalty = state.penalty(ahead, batch.real, fake)
        ahead.move((losses + penalty).mean(-1).sum())
    g_losses = state.objective.g_loss(*ahead.d_logits(batch.real, fake))
    total = g_losses.mean(-1)
    return total.detach(), gradient_norm(leave_gradients(state.g_weights, total), total)


class LookAhead:
    """A copy of D that learns by its optimiser's rule, differentiably; called as D is."""

    def __init__(self, state: State) -> None:
        self.D = state.D
        self.mixes_batch = getattr(state.D, "mixes_batch", False)
        self.weights: dict[str, Tensor] = dict(state.D.named_parameters())
        self.rule = Rule(state)
        limits = [one.d_clip or torch.inf for one in state.members]
        self.bounds = {
            name: weight.new_tensor(limits).reshape(-1, *[1] * (weight.ndim - 1))
            for name, weight in self.weights.items()
            if min(limits) < torch.inf
        }

    def __call__(self, x: Tensor) -> Tensor:
        """Logits of x by the weights as they have become."""
        return functional_call(self.D, self.weights, (x,))

    def d_logits(self, real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of real and of fake."""
        return self(real), self(fake)

    def move(self, loss: Tensor) -> None:
        """Learn once from a loss, and be clipped where the run clips D."""
        gradients = torch.autograd.grad(loss, list(self.weights.values()), create_graph=True)
        changes = self.rule.changes(list(gradients))
        self.weights = {
            name: weight - change
            for (name, weight), change in zip(self.weights.items(), changes, strict=True)
        }
        for name, bound in self.bounds.items():  # as D itself is clipped after each of its moves
            self.weights[name] = self.weights[name].clamp(-bound, bound)


KNOWN = (
    torch.optim.Adam,
    torch.optim.SGD,
    torch.optim.RMSprop,
    EnsembleAdam,
    EnsembleSGD,
    EnsembleRMSprop,
)
"""The optimisers whose rules are written out below."""


class Rule:
    """The update of D's optimiser as differentiable functions, going on from its moments."""

    def __init__(self, state: State) -> None:
        config = state.config.d_optimizer
        if not isinstance(state.d_optimizer, KNOWN):
            raise ConfigError(f"the strategy unrolled cannot look through {config.name}")
        rates = [
            learning_rate(one.d_optimizer, state.progress, state.step) for one in state.members
        ]
        weights: list[Tensor] = [*state.d_weights]
        self.kind, self.config = type(state.d_optimizer), config
        self.rates = [
            w.new_tensor(rates).reshape(-1, *[1] * (w.ndim - 1)) if len(rates) > 1 else rates[0]
            for w in weights
        ]
        self.first = _moments(state.d_optimizer, weights, ("exp_avg", "momentum_buffer"))
        self.second = _moments(state.d_optimizer, weights, ("exp_avg_sq", "square_avg"))
        kept = state.d_optimizer.state.get(weights[0], {}).get("step", 0.0)
        self.step = float(kept)

    def changes(self, gradients: list[Tensor]) -> list[Tensor]:
        """What to subtract from each weight; the moments move on."""
        self.step += 1
        beta1, beta2, epsilon = self.config.beta1, self.config.beta2, self.config.epsilon
        changes = []
        for k, g in enumerate(gradients):
            if issubclass(self.kind, torch.optim.SGD | EnsembleSGD):
                self.first[k] = beta1 * self.first[k] + g
                change = self.first[k]
            else:
                self.second[k] = beta2 * self.second[k] + (1 - beta2) * g.square()
                # The tiny constant keeps the root's slope finite where a gradient is zero.
                if issubclass(self.kind, torch.optim.Adam | EnsembleAdam):
                    self.first[k] = beta1 * self.first[k] + (1 - beta1) * g
                    root = (self.second[k] / (1 - beta2**self.step) + 1e-20).sqrt()
                    change = self.first[k] / (1 - beta1**self.step) / (root + epsilon)
                else:
                    change = g / ((self.second[k] + 1e-20).sqrt() + epsilon)
            changes.append(self.rates[k] * change)
        return changes


def _moments(optimizer: Optimizer, weights: list[Tensor], names: tuple[str, ...]) -> list[Tensor]:
    found = []
    for weight in weights:
        state = optimizer.state.get(weight, {})
        kept = next((state[name] for name in names if state.get(name) is not None), None)
        found.append(torch.zeros_like(weight) if kept is None else kept.detach().clone())
    return [moment.detach() for moment in found]
