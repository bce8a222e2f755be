"""VAE/GAN's two further loss terms: KL to the prior, and reconstruction error in D's features.

Larsen et al. 2016, algorithm 1: the encoder minimises prior and likeness, G likeness and its part
of the game, and D plays against reconstructions as against draws. All in one sum, in which the
encoder does not see the game.
"""

import torch
from torch import Tensor

from ganlab.device import autocast
from ganlab.networks.vae_gan import Discriminator, Generator
from ganlab.registry import Parameter, term
from ganlab.training.step import Move, shown_to_d


def prior_divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(N(mean, variance) ‖ N(0, I)), (N, D) -> (N,). Kingma & Welling 2014, appendix B."""
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1)


def likeness(real: Tensor, reconstructed: Tensor) -> Tensor:
    """½‖a - b‖² over all but the first axis, (N,): -log p(a | b) of unit variance, but a constant.

    Larsen et al. 2016, equation 6, on the features of both pictures.
    """
    return 0.5 * (real - reconstructed).square().flatten(1).sum(1)


def encode(move: Move) -> tuple[Tensor, Tensor, Tensor]:
    """A draw of z for each real picture, its mean and its log variance, float32."""
    state, chance = move.state, move.state.streams.chance
    assert isinstance(state.G, Generator)
    assert isinstance(chance, torch.Generator)
    with autocast(state.device, state.config.precision):
        mean, log_variance = (part.float() for part in state.G.encoder(move.batch.clean))
    noise = torch.randn(mean.shape, generator=chance, device=state.device)
    return mean + (0.5 * log_variance).exp() * noise, mean, log_variance


def decode(move: Move, z: Tensor) -> Tensor:
    """G(z) as it is, in float32."""
    with autocast(move.state.device, move.state.config.precision):
        return move.state.G(z).float()


@term(
    "reconstruction",
    summary="An encoder's z must give the picture back, as D's own features see it.",
    formula=r"\gamma\,(\|D_\ell(x)-D_\ell(G(E(x)))\|^2+\beta\,\mathrm{KL}(E(x)\,\|\,p(z)))",
    source="Larsen et al. 2016, algorithm 1",
    parameters={
        "weight": Parameter(20.0, "γ: likeness against style.", 0.0, 100.0),
        "prior": Parameter(0.0001, "β: how strongly codes are drawn to N(0, I).", 0.0, 10.0),
    },
    needs="an encoder",
    sees_real=True,
)
class Reconstruction:
    """Likeness, prior and the reconstructions' part of the game."""

    @staticmethod
    def d(move: Move, weight: float = 20.0, prior: float = 1e-4) -> Tensor:
        """D's loss on reconstructions, (N,), as on draws: real pictures count against each of both.

        The paper's sum counts them once against two, by which D's neutral score would leave zero.
        """
        del weight, prior
        state = move.state
        with torch.no_grad():
            reconstructed = shown_to_d(state, decode(move, encode(move)[0]))
        with autocast(state.device, state.config.precision):
            logits = state.D(reconstructed).float()
        return state.objective.d_loss(move.real_logits, logits)

    @staticmethod
    def g(move: Move, weight: float = 20.0, prior: float = 1e-4) -> Tensor:
        """γ (likeness + β KL) and G's loss on reconstructions, (N,).

        Likeness is taken a feature, so that γ and β mean the same at any width of D. It compares
        pictures as they are: two that were moved or cut each its own way are not similar. Only the
        game shows reconstructions to D as it shows draws.
        """
        state = move.state
        assert isinstance(state.D, Discriminator)
        z, mean, log_variance = encode(move)
        reconstructed = decode(move, z)
        again = shown_to_d(state, decode(move, z.detach()))
        with autocast(state.device, state.config.precision):
            wanted = state.D.features(move.batch.clean).float().detach()
            alike = likeness(wanted, state.D.features(reconstructed).float()) / wanted[0].numel()
            logits = state.D(again).float()
        style = state.objective.g_loss(move.real_logits, logits)
        return weight * (alike + prior * prior_divergence(mean, log_variance)) + style
