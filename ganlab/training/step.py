"""One step of D and one step of G: the whole algorithm of Goodfellow et al. 2014 on a page.

Pictures are (N, C, H, W) with logits (N,); points of an ensemble are (E, N, 2) with logits (E, N).
Losses are averaged over the last axis, the batch, and summed over members, whose gradients do not
meet; so one text serves both.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

import ganlab.fast_cpu as fast_cpu
from ganlab.device import autocast
from ganlab.networks.judgement import Judgement, judge
from ganlab.training.averaging import average_towards
from ganlab.training.optimizers import move, tune
from ganlab.training.state import Batch, State
from ganlab.training.step_report import DReport, GReport, d_report, gradient_norm


class Move(NamedTuple):
    """What a player's loss is made from: samples and D's output for them."""

    state: State
    batch: Batch
    clean: Tensor
    """G(z) as it is, undistorted, as `batch.clean` holds the real samples."""
    fake: Tensor
    """G(z) as D sees it, as `batch.real` holds the real samples."""
    real_logits: Tensor
    """Zeros in G's move where nothing that G minimises looks at real samples."""
    fake_logits: Tensor
    fake_codes: Tensor | None = None
    """The codes that D's second head predicts from fake, (N, ...); None without such a head."""
    real_maps: Sequence[Tensor] = ()
    """D's own maps of real, where it hands them out; of no gradient in G's move."""
    fake_maps: Sequence[Tensor] = ()
    shown: dict[str, Tensor] | None = None
    """Where a term puts what is to be reported of it, () by the name of its column."""

    def show(self, name: str, value: Tensor) -> None:
        """Report the value () of a term, as it is before its weight."""
        if self.shown is not None:
            self.shown[name] = value.detach()


class Drawn(NamedTuple):
    """A batch, and what G has made of it."""

    batch: Batch
    clean: Tensor
    fake: Tensor


def draw(state: State) -> Drawn:
    """The next batch as G's move needs it, with what G makes of it and what D will see of that."""
    batch = state.task.draw_for_g(state)
    clean = generate(state, batch)
    return Drawn(batch, clean, shown_to_d(state, clean))


def generate(state: State, batch: Batch) -> Tensor:
    """G's samples of the batch as they are, in float32."""
    return state.task.generate(state, batch)


def shown_to_d(state: State, fake: Tensor) -> Tensor:
    """Fake samples as D will see them."""
    return state.task.seen_by_d(state, fake)


def judged(
    state: State, real: Tensor, fake: Tensor, labels: Tensor | None
) -> tuple[Judgement, Judgement]:
    """D's output for real and for fake, float32, in one pass unless its samples see each other."""
    D = state.D
    if getattr(D, "mixes_batch", False):
        return judged_alone(state, real, labels), judged_alone(state, fake, labels)
    both = torch.cat([real, fake], dim=1 if real.ndim == 3 else 0)
    twice = None if labels is None else torch.cat([labels, labels])
    return judged_alone(state, both, twice).halves()


def judged_alone(state: State, x: Tensor, labels: Tensor | None) -> Judgement:
    """D's output for x, float32."""
    with autocast(state.device, state.config.precision):
        return judge(state.D, x, labels).float()


def label_loss(judgement: Judgement, labels: Tensor | None) -> Tensor | float:
    """The cross-entropy of the classes that D predicts, (N,).

    The second term of ACGAN (Odena et al. 2017, equation 3), which both players minimise; 0 for a
    D that predicts no classes and for samples without labels.
    """
    if judgement.classes is None or labels is None:
        return 0.0
    return F.cross_entropy(judgement.classes, labels, reduction="none")


class LabelledD:
    """A D that is given the labels of its samples: once, or once each half of real and fake."""

    def __init__(self, D: nn.Module, labels: Tensor) -> None:
        self.D, self.labels = D, labels
        self.mixes_batch = getattr(D, "mixes_batch", False)

    def __call__(self, x: Tensor) -> Tensor:
        """Logits of x."""
        return self.D(x, torch.cat([self.labels] * (len(x) // len(self.labels))))


def penalised(state: State, labels: Tensor | None) -> Callable[[Tensor], Tensor]:
    """D as a function of samples alone, as penalties call it; with labels if it takes them."""
    if labels is None or not state.task.takes_labels(state):
        return state.D
    return LabelledD(state.D, labels)


def d_total(move: Move, reading: Tensor | float) -> tuple[Tensor, Tensor]:
    """D's loss by sample (N,) or (E, N), and all that D minimises, () or (E,).

    reading is what is added by labels, see `label_loss`. Penalties on both players are left out.
    """
    state = move.state
    losses = state.objective.d_loss(move.real_logits, move.fake_logits)
    added = sum(one.d(move, **one.values) for one in state.objective.terms)
    D = penalised(state, move.batch.labels)
    penalty = state.penalty(D, move.batch.real, move.fake)
    return losses, (losses + reading + added + penalty).mean(-1)


def g_total(move: Move, reading: Tensor | float) -> tuple[Tensor, Tensor]:
    """G's loss by sample (N,) or (E, N), and all that G minimises, () or (E,); see `d_total`."""
    losses = move.state.objective.g_loss(move.real_logits, move.fake_logits)
    added = sum(one.g(move, **one.values) for one in move.state.objective.terms)
    counted, weight = losses, move.state.config.adversarial
    if not weight:  # there is no game: what G loses is what it is asked for
        total = torch.as_tensor(reading + added).mean()
        return total.detach(), total
    if move.state.task.terms:
        move.show("adversarial", losses.mean())
    if weight != 1:
        counted = weight * losses
    return losses, (counted + reading + added).mean(-1)


def by_hand(state: State) -> bool:
    """Whether `fast_cpu` computes the gradients, as it can where no penalty ties both players."""
    return state.by_hand and not state.objective.game_penalties


def d_step(state: State) -> DReport:
    """Move D once, on a fresh batch of real samples and a fresh z."""
    report = d_gradient(state)
    d_move(state)
    return report


def d_gradient(state: State, drawn: Drawn | None = None) -> DReport:
    """Leave in D's weights the gradient of its loss and penalties; G is not touched.

    It is that of a fresh batch unless one is given.
    """
    if by_hand(state):
        return d_report(state.objective, *fast_cpu.d_gradient(state))
    unfreeze(state.d_weights, True)
    if drawn is None:
        batch = state.task.draw_batch(state)
        with torch.set_grad_enabled(bool(state.objective.game_penalties)):
            clean = generate(state, batch)
            drawn = Drawn(batch, clean, shown_to_d(state, clean))
    batch, clean, fake = drawn
    of_real, of_fake = judged(state, batch.real, fake, batch.labels)
    real_logits, fake_logits = of_real.logits, of_fake.logits
    reading = label_loss(of_real, batch.labels) + label_loss(of_fake, batch.labels)
    seen = Move(state, batch, clean, fake, real_logits, fake_logits, of_fake.codes)
    losses, total = d_total(seen, reading)
    if state.objective.game_penalties:
        total = total + game_penalty(state, losses, real_logits, fake_logits)
    leave_gradients(state.d_weights, total)
    return d_report(state.objective, losses, real_logits, fake_logits)


def shared_gradients(state: State) -> tuple[DReport, GReport]:
    """Leave in both players' weights the gradients at one batch: G and D make one pass for both."""
    unfreeze(state.d_weights, True)
    batch = state.task.draw_batch(state)
    clean = generate(state, batch)
    fake = shown_to_d(state, clean)
    # Apart, for G's gradient runs through the fakes' pass alone.
    of_real = judged_alone(state, batch.real, batch.labels)
    of_fake = judged_alone(state, fake, batch.labels)
    real_logits, fake_logits = of_real.logits, of_fake.logits
    g_reading = label_loss(of_fake, batch.labels)
    reading = label_loss(of_real, batch.labels) + g_reading
    seen = Move(state, batch, clean, fake, real_logits, fake_logits, of_fake.codes)
    d_losses, total = d_total(seen, reading)
    leave_gradients(state.d_weights, total, keep_graph=True)
    g_losses, total = g_total(seen._replace(real_logits=real_logits.detach()), g_reading)
    gradients = leave_gradients(state.g_weights, total)
    g_report = GReport(g_losses.mean(-1).detach(), gradient_norm(gradients, total))
    return d_report(state.objective, d_losses, real_logits, fake_logits), g_report


def d_move(state: State) -> None:
    """Move D along the gradient that its weights hold, and clip it where the run wants that."""
    tune_d(state)
    move(state.d_optimizer)
    clip_d(state)


def tune_d(state: State) -> None:
    """Give D's optimiser the learning rates of this step."""
    configs = [one.d_optimizer for one in state.members]
    tune(state.d_optimizer, configs, state.progress, state.step)


def clip_d(state: State) -> None:
    """Clip D's weights where the run wants that."""
    limits = [one.d_clip or torch.inf for one in state.members]
    if min(limits) < torch.inf:
        clip_weights(state.d_weights, limits)


def g_step(state: State) -> GReport:
    """Move G once against the present D."""
    report = g_gradient(state)
    g_move(state)
    return report


def g_gradient(state: State, drawn: Drawn | None = None) -> GReport:
    """Leave in G's weights the gradient of its loss; D is frozen, its own is not even computed.

    It is that of a fresh batch unless one is given with G's pass.
    """
    if by_hand(state):
        loss = fast_cpu.g_gradient(state).mean(-1)
        gradients = [w.grad for w in state.g_weights if w.grad is not None]
        return GReport(loss, gradient_norm(gradients, loss))
    playing = bool(state.objective.game_penalties)
    unfreeze(state.d_weights, playing)
    batch, clean, fake = drawn or draw(state)
    of_real, of_fake = seen_by_g(state, batch, fake, playing)
    real_logits, fake_logits = of_real.logits, of_fake.logits
    maps = of_real.features, of_fake.features
    seen = Move(state, batch, clean, fake, real_logits, fake_logits, of_fake.codes, *maps, {})
    losses, total = g_total(seen, label_loss(of_fake, batch.labels))
    if playing:
        d_losses = state.objective.d_loss(real_logits, fake_logits)
        total = total + game_penalty(state, d_losses, real_logits, fake_logits)
    gradients = leave_gradients(state.g_weights, total)
    return GReport(losses.mean(-1).detach(), gradient_norm(gradients, total), seen.shown or {})


def seen_by_g(
    state: State, batch: Batch, fake: Tensor, playing: bool
) -> tuple[Judgement, Judgement]:
    """D's output for real and for fake as G's move needs it.

    playing says that real samples take part in a gradient; else they are looked at without one, or
    not at all. Zeros stand for what is not asked, and for all where the game counts for nothing.
    """
    if playing or (state.objective.g_sees_real and state.task.from_noise):
        return judged(state, batch.real, fake, batch.labels)
    if not state.config.adversarial:
        nothing = Judgement(fake.new_zeros(len(fake)))
        return nothing, nothing
    if state.objective.g_sees_real:
        with torch.no_grad():
            of_real = judged_alone(state, batch.real, batch.labels)
        return of_real, judged_alone(state, fake, batch.labels)
    of_fake = judged_alone(state, fake, batch.labels)
    return Judgement(torch.zeros_like(of_fake.logits)), of_fake


def g_move(state: State) -> None:
    """Move G along the gradient that its weights hold, and the averaged G after it."""
    config = state.config
    tune_g(state)
    if config.g_norm_limit:
        nn.utils.clip_grad_norm_(state.g_weights, config.g_norm_limit)
    move(state.g_optimizer)
    state.g_steps += 1
    if config.ema:
        average_towards(state.G_mean, state.G, config.ema, state.g_steps)


def tune_g(state: State) -> None:
    """Give G's optimiser the learning rates of this step."""
    configs = [one.g_optimizer for one in state.members]
    tune(state.g_optimizer, configs, state.progress, state.step)


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


def unfreeze(weights: Sequence[nn.Parameter], learning: bool) -> None:
    """Say whether these weights take gradients."""
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
