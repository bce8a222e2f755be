"""The smallest runs on points."""

import torch

from ganlab.config import Choice, OptimizerConfig, RunConfig
from ganlab.training.loop import Training

ADAM = OptimizerConfig(lr=1e-3, beta1=0.0, beta2=0.99)
SHAPE = {"g_width": 16, "g_depth": 2, "d_width": 16, "d_depth": 2}


def small(network=None, **values) -> RunConfig:
    """A ring of eight, learnt by networks of two layers of 16 units."""
    given = {
        "data": Choice("ring", {"std": 0.05}),
        "network": Choice("mlp", SHAPE | (network or {})),
        "z_dim": 2,
        "batch": 32,
        "d_optimizer": ADAM,
        "g_optimizer": ADAM,
        "ema": 0.9,
        "steps": 1000,
        "precision": "float32",
    }
    return RunConfig(**given | values)


def trained(config, steps=15, variants=()):
    training = Training(config, device="cpu", variants=variants)
    return training, training.advance(steps)


def weights_of(training, member=0):
    state = training.state
    nets = (state.G, state.D, state.G_mean)
    return torch.cat([w[member].detach().flatten() for net in nets for w in net.parameters()])
