"""VAE/GAN's terms against torch's own divergence, and its step against the paper's algorithm 1."""

import pytest
import torch
from torch.distributions import Normal, kl_divergence
from torch.nn import functional as F

from ganlab.config import Choice
from ganlab.training.step import d_step, g_step
from ganlab.training.terms.reconstruction import Reconstruction, likeness, prior_divergence


@pytest.fixture
def config(tiny):
    return tiny.with_values(
        {
            "network": Choice("vae-gan", {"width": 4}),
            "terms": "reconstruction",
            "terms.reconstruction.weight": 3.0,
            "terms.reconstruction.prior": 0.02,
        }
    )


def test_the_divergence_is_torchs():
    luck = torch.Generator().manual_seed(0)
    mean, log_variance = (torch.randn(5, 3, generator=luck) for _ in range(2))
    wanted = kl_divergence(Normal(mean, (0.5 * log_variance).exp()), Normal(0.0, 1.0)).sum(1)
    torch.testing.assert_close(prior_divergence(mean, log_variance), wanted)
    assert prior_divergence(torch.zeros(1, 4), torch.zeros(1, 4)).item() == 0


def test_likeness_is_half_the_squared_distance():
    a, b = torch.zeros(2, 1, 2, 2), torch.tensor([[[[1.0, 2.0], [0.0, 2.0]]], [[[0.0] * 2] * 2]])
    assert likeness(a, b).tolist() == [4.5, 0.0]


def test_the_term_reaches_encoder_and_decoder(config, state_of, move_of):
    state = state_of(config)
    gradients = torch.autograd.grad(Reconstruction.g(move_of(state)).mean(), state.g_weights)
    assert all(bool(gradient.isfinite().all()) for gradient in gradients)
    assert sum(bool(g.abs().sum() > 0) for g in gradients) == len(gradients)


@pytest.mark.parametrize("transforms", ["", "augment"])
def test_two_rounds_equal_the_papers_algorithm_written_by_hand(
    config, transforms, state_of, twin_of, equal_weights
):
    """Each of the three networks is given the gradient of its own loss, as in the paper.

    Where pictures are augmented before D, the encoder and the likeness still see them whole.
    """
    state = state_of(config.with_values({"transforms": transforms}))
    twin = twin_of(state)
    G, D = twin.G, twin.D

    def draw(x):
        mean, log_variance = G.encoder(x)
        noise = torch.randn(mean.shape, generator=twin.chance)
        return mean + noise * torch.sqrt(log_variance.exp()), mean, log_variance

    def features(x):
        return D.body(x)

    for _ in range(2):
        d_step(state)
        g_step(state)
        x, _ = twin.source.next(twin.n)
        prior = torch.randn(twin.n, twin.z_dim, generator=twin.z)
        shown = twin.seen(x)
        with torch.no_grad():
            drawn = twin.seen(G(prior))
            rebuilt = twin.seen(G(draw(x)[0]))
        loss = 2 * F.softplus(-D(shown)) + F.softplus(D(drawn)) + F.softplus(D(rebuilt))
        weights = list(D.parameters())
        twin.move("d", zip(weights, torch.autograd.grad(loss.mean(), weights), strict=True))

        x, _ = twin.source.next(twin.n)
        prior = torch.randn(twin.n, twin.z_dim, generator=twin.z)
        twin.seen(x)  # D is asked about it although this loss does not look
        drawn = twin.seen(G(prior))
        z, mean, log_variance = draw(x)
        rebuilt, again = G(z), twin.seen(G(z))  # batch norm remembers both passes
        apart = 0.5 * (features(x).detach() - features(rebuilt)).flatten(1).square().mean(1)
        divergence = -0.5 * (1 + log_variance - mean**2 - log_variance.exp()).sum(1)
        game = F.softplus(-D(drawn)) + F.softplus(-D(again))
        encoder = list(G.encoder.parameters())
        mine = {id(weight) for weight in encoder}
        decoder = [w for w in G.parameters() if id(w) not in mine]
        of_encoder = torch.autograd.grad(
            3.0 * (apart + 0.02 * divergence).mean(), encoder, retain_graph=True
        )
        of_decoder = torch.autograd.grad((3.0 * apart + game).mean(), decoder)
        pairs = [*zip(encoder, of_encoder, strict=True), *zip(decoder, of_decoder, strict=True)]
        twin.move("g", pairs)
    equal_weights(state, twin)
