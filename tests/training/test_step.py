"""One move of each player against the same move written by hand with plain torch.optim.Adam."""

import copy

import pytest
import torch
from torch.nn import functional as F

from ganlab.config import Choice
from ganlab.data.pictures import PictureSource
from ganlab.training.step import d_step, g_step
from ganlab.training.strategies import alternating, shared

CPU = torch.device("cpu")


class Reference:
    """The tutorial's way: two passes, targets of ones and zeros, Adam as torch ships it."""

    def __init__(self, state):
        config = state.config
        self.batch, self.z_dim = config.batch, config.z_dim
        self.G, self.D = copy.deepcopy(state.G), copy.deepcopy(state.D)
        self.source = PictureSource(state.source.set, CPU, config.seed)
        self.stream = torch.Generator()
        self.stream.set_state(state.streams.z.get_state())
        self.d_adam, self.g_adam = (
            torch.optim.Adam(net.parameters(), o.lr, (o.beta1, o.beta2), o.epsilon)
            for net, o in ((self.D, config.d_optimizer), (self.G, config.g_optimizer))
        )

    def z(self):
        return torch.randn(self.batch, self.z_dim, generator=self.stream)

    def d_step(self):
        real, _ = self.source.next(self.batch)
        real_logits, fake_logits = self.D(real), self.D(self.G(self.z()).detach())
        loss = F.binary_cross_entropy_with_logits(real_logits, torch.ones(self.batch))
        loss = loss + F.binary_cross_entropy_with_logits(fake_logits, torch.zeros(self.batch))
        self.d_adam.zero_grad()
        loss.backward()
        self.d_adam.step()
        return loss, (real_logits > 0).float().mean(), (fake_logits < 0).float().mean()

    def g_step(self):
        logits = self.D(self.G(self.z()))
        loss = F.binary_cross_entropy_with_logits(logits, torch.ones(self.batch))
        self.g_adam.zero_grad()
        loss.backward()
        self.g_adam.step()
        flat = torch.cat([weight.grad.flatten() for weight in self.G.parameters()])
        return loss, flat.norm()


@pytest.mark.parametrize("network", ["fast28", "vanilla"])
def test_three_rounds_equal_the_tutorials_loop(tiny, state_of, network):
    options = {"name": "vanilla", "dropout": 0.0} if network == "vanilla" else tiny.network
    # With Adam's usual ε its first steps are nearly signs, and the sign of a gradient that is
    # nothing but rounding differs from machine to machine.
    smooth = {"d_optimizer.epsilon": 1e-4, "g_optimizer.epsilon": 1e-4}
    state = state_of(tiny.with_values({"network": options, "d_optimizer.lr": 1e-3, **smooth}))
    reference = Reference(state)
    for _ in range(3):
        for ours, theirs in (
            (d_step(state), reference.d_step()),
            (g_step(state), reference.g_step()),
        ):
            torch.testing.assert_close(tuple(ours)[: len(theirs)], theirs, rtol=1e-4, atol=1e-5)
    for ours, theirs in ((state.G, reference.G), (state.D, reference.D)):
        torch.testing.assert_close(ours.state_dict(), theirs.state_dict(), rtol=1e-4, atol=1e-5)
    assert state.g_steps == 3


def test_d_is_frozen_while_g_moves_and_free_again_after(tiny, state_of, weights):
    state = state_of(tiny)
    d_step(state)
    before, gradients = weights(state), [w.grad.clone() for w in state.D.parameters()]
    frozen = []
    hook = state.D.register_forward_pre_hook(
        lambda *_: frozen.append(not any(w.requires_grad for w in state.D.parameters()))
    )
    g_step(state)
    hook.remove()
    assert frozen == [True]
    after = weights(state)
    moved = {name.split(".")[0] for name in after if not torch.equal(after[name], before[name])}
    assert moved == {"G", "G_mean"}
    for weight, gradient in zip(state.D.parameters(), gradients, strict=True):
        assert torch.equal(weight.grad, gradient)
    d_step(state)
    assert all(w.requires_grad for w in state.D.parameters())


def test_g_is_not_moved_by_a_move_of_d_but_for_batch_norms_memory(tiny, state_of, weights):
    state = state_of(tiny)
    before = weights(state)
    d_step(state)
    after = weights(state)
    moved = [n for n in after if n.startswith("G") and not torch.equal(after[n], before[n])]
    assert moved
    assert all("running" in n or "num_batches" in n for n in moved)
    assert all(w.grad is None for w in state.G.parameters())


def test_clipping_keeps_every_weight_of_d_within_its_limit(tiny, state_of):
    state = state_of(tiny.with_values({"loss": "wasserstein", "d_clip": 0.01}))
    d_step(state)
    largest = max(float(w.detach().abs().max()) for w in state.D.parameters())
    assert largest == pytest.approx(0.01)


def test_a_relativistic_g_meets_fresh_real_pictures(tiny, state_of):
    state = state_of(tiny.with_values({"loss": "relativistic"}))
    g_step(state)
    assert state.source.state()["position"] == tiny.batch


def test_a_learning_rate_of_zero_moves_nothing_but_statistics(tiny, state_of, weights):
    state = state_of(tiny.with_values({"d_optimizer.lr": 0, "g_optimizer.lr": 0}))
    before = weights(state)
    d_step(state)
    g_step(state)
    after = weights(state)
    assert all(
        torch.equal(after[n], before[n]) for n in after if "running" not in n and "num" not in n
    )


def test_bfloat16_moves_as_float32_does_up_to_its_precision(tiny, state_of):
    losses = []
    for precision in ("float32", "bfloat16"):
        state = state_of(tiny.with_values({"precision": precision}))
        losses.append(torch.stack([d_step(state).loss, g_step(state).loss]))
        assert all(w.dtype == torch.float32 for w in state.G.parameters())
        assert losses[-1].dtype == torch.float32
    torch.testing.assert_close(losses[1], losses[0], rtol=0.02, atol=0.02)
    assert not torch.equal(losses[1], losses[0])


SECOND_HEADS = {
    "plain": {},
    "acgan": {"network": Choice("conditional", {"width": 4, "d_labels": "auxiliary"})},
    "infogan": {
        "noise": {"name": "codes", "categories": 3, "continuous": 2},
        "network": Choice("infogan", {"width": 4}),
        "terms": "information",
    },
    "vae-gan": {"network": Choice("vae-gan", {"width": 4}), "terms": "reconstruction"},
    "figan": {"network": Choice("figan", {"width": 4, "features": 5}), "terms": "consistency"},
}


@pytest.mark.parametrize("name", SECOND_HEADS)
def test_no_graph_of_a_step_stays_on_a_module(name, tiny, state_of):
    state = state_of(tiny.with_values({"penalties": "r1", **SECOND_HEADS[name]}))
    for move in (alternating, shared):
        move(state)
        for net in (state.G, state.D, state.G_mean):
            for module in net.modules():
                kept = [*vars(module).values(), *module.buffers(recurse=False)]
                held = [one for one in kept if isinstance(one, torch.Tensor)]
                assert all(one.grad_fn is None for one in held), type(module)
