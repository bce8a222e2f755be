"""FIGAN's features against scikit-learn's principal components, and its step by hand."""

import pytest
import torch
from sklearn.decomposition import PCA
from torch.nn import functional as F

from ganlab.config import Choice
from ganlab.data.pictures import to_float
from ganlab.evaluation.classifier import load_classifier
from ganlab.training.step import d_step, g_step
from ganlab.training.terms.consistency import Consistency, disagreement


@pytest.fixture
def config(tiny):
    return tiny.with_values(
        {
            "network": Choice("figan", {"width": 4, "features": 5}),
            "terms": "consistency",
            "terms.consistency.weight": 0.5,
        }
    )


def test_disagreement_is_the_mean_square_over_features():
    found, wanted = torch.tensor([[1.0, 2.0], [0.0, 0.0]]), torch.tensor([[1.0, 0.0], [0.0, 0.0]])
    assert disagreement(found, wanted).tolist() == [2.0, 0.0]


def test_conditions_are_the_standardised_principal_components_of_the_shipped_classifier(
    config, state_of, digits
):
    state = state_of(config.with_values({"precision": "float32"}))
    with torch.no_grad():
        features = torch.cat(
            [load_classifier().net(to_float(part)).features for part in digits.pictures.split(500)]
        )
    pca = PCA(5, whiten=True).fit(features.double().numpy())
    wanted = torch.from_numpy(pca.transform(features.double().numpy())).float()
    signs = (state.source.conditions * wanted).sum(0).sign()
    # The table is read in bfloat16 where that is fast: hundredths of a deviation.
    apart = (state.source.conditions - wanted * signs).abs()
    assert float(apart.mean()) < 0.03
    assert float((state.source.conditions.std(0) - 1).abs().max()) < 1e-3


def test_the_term_reaches_every_weight_of_g_but_not_the_classifier(config, state_of, move_of):
    state = state_of(config)
    before = {k: v.clone() for k, v in state.G.reader.state_dict().items()}
    gradients = torch.autograd.grad(
        Consistency.g(move_of(state)).mean(), state.g_weights, allow_unused=True
    )
    assert sum(g is not None and bool(g.abs().sum() > 0) for g in gradients) == len(gradients)
    assert not list(state.G.reader.parameters())
    d_step(state)
    g_step(state)
    after = {**state.G.reader.state_dict()}
    assert all(torch.equal(after[name], before[name]) for name in before)
    mean = state.G_mean.reader.state_dict()
    assert all(torch.equal(mean[name], before[name]) for name in before)


@pytest.mark.parametrize("transforms", ["", "augment"])
def test_two_rounds_equal_those_written_by_hand(
    config, transforms, state_of, twin_of, equal_weights
):
    state = state_of(config.with_values({"transforms": transforms}))
    twin = twin_of(state)
    D, table = twin.D, state.source.conditions
    net = load_classifier().net
    center, axes, spread = state.G.center, state.G.axes, state.G.spread

    def logits(x, wanted):
        h = x
        for layer in D.body:
            h = layer(h)
        flat = h.permute(0, 2, 3, 1).reshape(len(x), -1)
        return D.dense(flat)[:, 0] + ((flat @ D.project.weight.T) * wanted).sum(1)

    for _ in range(2):
        d_step(state)
        g_step(state)
        real, wanted = twin.source.next(twin.n)
        z = torch.randn(twin.n, twin.z_dim, generator=twin.z)
        real, fake = twin.seen(real), twin.seen(twin.G(z, wanted))
        loss = F.softplus(-logits(real, wanted)) + F.softplus(logits(fake, wanted))
        weights = list(D.parameters())
        twin.move("d", zip(weights, torch.autograd.grad(loss.mean(), weights), strict=True))
        wanted = table[torch.randint(len(table), (twin.n,), generator=twin.z)]
        z = torch.randn(twin.n, twin.z_dim, generator=twin.z)
        fake = twin.G(z, wanted)
        found = (net(fake).features - center) @ axes.T / spread
        loss = F.softplus(-logits(twin.seen(fake), wanted))
        loss = loss + 0.5 * (found - wanted).square().mean(1)
        weights = list(twin.G.parameters())
        twin.move("g", zip(weights, torch.autograd.grad(loss.mean(), weights), strict=True))
    equal_weights(state, twin)
