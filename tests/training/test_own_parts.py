"""`ganlab.train` with data, networks and a loss from Python."""

import gc

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

import ganlab
from ganlab.errors import ConfigError, DataError
from ganlab.objective.losses import NonSaturating
from ganlab.registry import KINDS, table
from ganlab.training.own_parts import own_training


def circle(n=400):
    angles = torch.linspace(0, 6.283, n)
    return torch.stack([angles.cos(), angles.sin()], dim=1)


def pair(inside, outside):
    torch.manual_seed(0)
    return (
        nn.Sequential(nn.Linear(inside, 16), nn.ReLU(), nn.Linear(16, outside)),
        nn.Sequential(nn.Flatten(1), nn.Linear(outside, 16), nn.ReLU(), nn.Linear(16, 1)),
    )


def names():
    return {kind: [one for one in table(kind) if one.startswith("own-")] for kind in KINDS}


SHIPPED = names()
"""What begins with the same word and was not given here."""


def test_points_networks_and_loss_of_ones_own_train_where_they_are():
    G, D = pair(3, 2)
    before = [w.detach().clone() for w in (*G.parameters(), *D.parameters())]

    def d(real_logits, fake_logits):
        return F.softplus(-real_logits) + F.softplus(fake_logits)

    def g(real_logits, fake_logits):
        return F.softplus(-fake_logits)

    ticks = list(ganlab.train(data=circle(), G=G, D=D, loss=(d, g), z_dim=3, steps=30))
    assert ticks[-1].end == "finished"
    assert ticks[-1].step == 30
    assert all(np.isfinite(ticks[-1].scalars[one]) for one in ("d_loss", "g_loss"))
    after = (*G.parameters(), *D.parameters())
    assert all(not torch.equal(old, new) for old, new in zip(before, after, strict=True))


def test_a_loss_given_as_functions_trains_as_the_lab_does_with_the_same_formula():
    def weights(loss):
        training = own_training(
            data="ring", loss=loss, network="mlp", z_dim=2, steps=5, device="cpu"
        )
        list(training)
        return [w.detach() for w in training.state.g_weights]

    given = weights((NonSaturating.d, NonSaturating.g))
    torch.testing.assert_close(given, weights("non-saturating"))


@pytest.mark.parametrize("bytes_", [True, False])
def test_pictures_as_a_tensor_train_with_ones_own_networks_or_with_the_labs(bytes_):
    pictures = torch.rand(40, 3, 8, 8) * 2 - 1
    if bytes_:
        pictures = (pictures * 127.5 + 127.5).to(torch.uint8)
    G, D = pair(5, 3 * 64)
    G.append(nn.Unflatten(1, (3, 8, 8)))
    training = own_training(data=pictures, G=G, D=D, z_dim=5, batch=8, steps=3, device="cpu")
    *_, last = training
    assert last.snapshot is not None
    assert training.state.source.next(2)[0].shape == (2, 3, 8, 8)
    with pytest.raises(ConfigError, match="none of the lab's networks makes pictures of 8×8"):
        own_training(data=pictures)
    lab = own_training(data=torch.rand(40, 1, 28, 28), batch=8, steps=1, device="cpu")
    assert next(iter(lab)).end == "finished"


def test_what_was_given_is_forgotten_with_the_training():
    training = own_training(data=circle(), steps=1, device="cpu")
    assert training.config.data.name in names()["data"]
    list(training)
    del training
    gc.collect()
    assert names() == SHIPPED


def test_what_does_not_fit_is_said_and_leaves_nothing_behind():
    G, _ = pair(2, 2)
    with pytest.raises(ConfigError, match="give both networks"):
        own_training(data=circle(), G=G)
    with pytest.raises(DataError, match=r"got \(4, 3\)"):
        own_training(data=torch.zeros(4, 3))
    with pytest.raises(ConfigError, match="no setting"):
        own_training(data=circle(), stepps=3)
    gc.collect()
    assert names() == SHIPPED
