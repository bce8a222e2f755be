"""One step of each preset of the literature against the same step by hand, in plain torch."""

import copy

import pytest
import torch
from torch.nn import functional as F

from ganlab.data.pictures import PictureSet, PictureSource
from ganlab.presets import preset
from ganlab.training.state import build_state
from ganlab.training.step import d_step, g_step
from ganlab.training.strategies import shared

CPU = torch.device("cpu")


def slope(D, x):
    x = x.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(D(x).sum(), x, create_graph=True)
    return gradient.flatten(1)


def log_losses(r, f):
    ones, zeros = torch.ones_like(r), torch.zeros_like(r)
    bce = F.binary_cross_entropy_with_logits
    return bce(r, ones) + bce(f, zeros), bce(f, ones)


def r1_r2(D, x, y, _):
    # γ = 1, and four times as strong in every fourth step, the first of which is the first.
    return 4 * 0.5 * sum(slope(D, one).square().sum(1).mean() for one in (x, y))


def wgan_gp(D, x, y, alpha):
    norm = slope(D, alpha * x + (1 - alpha) * y).norm(dim=1)
    return 10 * (norm - 1).square().mean()


def ralsgan(r, f):
    """Jolicoeur-Martineau 2018: what D minimises, and with both sides exchanged what G does."""

    def loss(up, down):
        return F.mse_loss(up - down.mean(), torch.ones(4)) + F.mse_loss(
            down - up.mean(), -torch.ones(4)
        )

    return loss(r, f), loss(f, r)


RULES = {
    "dcgan-mnist": (log_losses, None),
    "vanilla-mnist": (log_losses, None),
    "dcgan-cifar10": (log_losses, None),
    "wgan": (lambda r, f: ((f - r).mean(), -f.mean()), None),
    "wgan-gp": (lambda r, f: ((f - r).mean(), -f.mean()), wgan_gp),
    "lsgan": (lambda r, f: (((r - 1) ** 2 / 2 + f**2 / 2).mean(), ((f - 1) ** 2 / 2).mean()), None),
    "sngan": (log_losses, None),
    "hinge": (lambda r, f: ((1 - r).clamp(0).mean() + (1 + f).clamp(0).mean(), -f.mean()), None),
    "sagan": (lambda r, f: ((1 - r).clamp(0).mean() + (1 + f).clamp(0).mean(), -f.mean()), None),
    "transgan": (log_losses, None),
    "ralsgan": (ralsgan, None),
    "r3gan": (lambda r, f: (-F.logsigmoid(r - f).mean(), -F.logsigmoid(f - r).mean()), r1_r2),
}


def adam(d_rate, g_rate, *betas, **more):
    return torch.optim.Adam, *({"lr": lr, "betas": betas, **more} for lr in (d_rate, g_rate))


OPTIMIZERS = {
    "wgan": (torch.optim.RMSprop, *2 * ({"lr": 5e-5, "alpha": 0.99},)),
    "wgan-gp": adam(1e-4, 1e-4, 0.0, 0.9),
    "sagan": adam(4e-4, 1e-4, 0.0, 0.9),
    "transgan": adam(5e-4, 5e-4, 0.0, 0.99),
    "r3gan": adam(1e-3, 2e-3, 0.0, 0.99),
    "dcgan-mnist": adam(1e-4, 1e-4, 0.9, 0.999, eps=1e-7),
}
PAIRED = ("ralsgan", "r3gan")
"""Where only differences of scores count, and G sees real samples too."""
USUAL = adam(2e-4, 2e-4, 0.5, 0.999)


def small_state(name):
    """The preset with a batch of 4, in float32, without dropout or augmentation, on noise."""
    values = {"batch": 4, "precision": "float32", "transforms": ""}
    values |= {"data": "cifar10"} if name == "transgan" else {}
    values |= {"network.dropout": 0.0} if "dropout" in preset(name).network.values else {}
    config = preset(name).with_values(values)
    shape = {"dcgan-cifar10": (3, 64, 64), "transgan": (3, 32, 32)}.get(name, (1, 28, 28))
    generator = torch.Generator().manual_seed(5)
    pictures = torch.randint(0, 256, (9, *shape), dtype=torch.uint8, generator=generator)
    noise = PictureSet(pictures, torch.zeros(9, dtype=torch.int64), ("x",), "noise")
    return build_state(config, CPU, source=PictureSource(noise, CPU, 0))


@pytest.mark.parametrize("name", RULES)
def test_the_first_step_is_the_one_written_by_hand(name):
    losses, penalty = RULES[name]
    state = small_state(name)
    config = state.config
    skipped = ("qkv.bias",) if name == "transgan" else ()
    G, D = copy.deepcopy(state.G), copy.deepcopy(state.D)
    kind, d_options, g_options = OPTIMIZERS.get(name, USUAL)
    d_optimizer = kind(D.parameters(), **d_options)
    g_optimizer = kind(G.parameters(), **g_options)
    luck = torch.Generator()
    luck.set_state(state.streams.z.get_state())
    chance = torch.Generator()
    chance.set_state(state.streams.chance.get_state())
    real = PictureSource(state.source.set, CPU, 0).next(4)[0]
    z = torch.randn(4, config.z_dim, generator=luck)
    alpha = torch.rand(4, 1, 1, 1, generator=chance)
    if config.strategy.name == "shared":
        report = shared(state)
        fake = G(z)
        d_loss, _ = losses(D(real), D(fake.detach()))
        _, g_loss = losses(D(real), D(fake))
        g_loss.backward()  # before D moves, for both gradients are those of one point
        D.zero_grad()
        d_loss.backward()
        d_optimizer.step()
        g_optimizer.step()
        reported = (report.d.loss, report.g.loss)
    else:
        d_report = d_step(state)
        fake = G(z).detach()
        real_logits, fake_logits = (D(real), D(fake)) if mixes(D) else halves(D, real, fake)
        d_loss, _ = losses(real_logits, fake_logits)
        total = d_loss + (penalty(D, real, fake, alpha) if penalty else 0)
        D.zero_grad()
        total.backward()
        d_optimizer.step()
        if name == "wgan":
            with torch.no_grad():
                for weight in D.parameters():
                    weight.copy_(weight.clip(-0.01, 0.01))
        # Pairs do not see a bias that both scores share: its gradient is nothing but rounding.
        compare(state.D, D, skip=("dense.bias",) if name in PAIRED else skipped)
        g_report = g_step(state)
        z = torch.randn(4, config.z_dim, generator=luck)
        if name in PAIRED:  # the relativistic G compares with a fresh real batch
            source = PictureSource(state.source.set, CPU, 0)
            source.next(4)
            real = source.next(4)[0]
            real_logits, fake_logits = halves(D, real, G(z))
        else:
            fake_logits = D(G(z))
            real_logits = fake_logits.detach()
        _, g_loss = losses(real_logits, fake_logits)
        G.zero_grad()
        g_loss.backward()
        g_optimizer.step()
        reported = (d_report.loss, g_report.loss)
    torch.testing.assert_close(reported, (d_loss.detach(), g_loss.detach()), rtol=1e-4, atol=1e-5)
    # A key's bias lifts all scores of a place alike, which softmax does not see: rounding again.
    compare(state.G, G, skip=skipped)
    if config.strategy.name == "shared":
        compare(state.D, D)


def mixes(D):
    return getattr(D, "mixes_batch", False)


def halves(D, real, fake):
    """One pass for both: where the weight is normalised each pass is one power iteration."""
    return D(torch.cat([real, fake])).chunk(2)


def compare(ours, theirs, skip=()):
    """The gradients, whose scale Adam's first step forgets, and the weights that it moved."""
    wanted = dict(theirs.named_parameters())
    for name, weight in ours.named_parameters():
        given, by_hand = weight.grad, wanted[name].grad
        near = 1e-4 * float(by_hand.abs().max()) + 1e-6
        torch.testing.assert_close(given, by_hand, rtol=1e-3, atol=near, msg=name)
        if name.endswith(skip):
            continue
        # Adam's first step is the gradient's sign, near 0 a matter of rounding: few may differ.
        close = torch.isclose(weight, wanted[name], rtol=1e-4, atol=2e-6)
        assert close.float().mean() > 0.995, name
