import pytest
import torch

from ganlab.config import Choice, RunConfig
from ganlab.errors import ConfigError
from ganlab.networks import conditional as m
from ganlab.networks.judgement import Judgement
from ganlab.networks.shape import Shape
from ganlab.objective.penalties import squared_gradient
from ganlab.training.loop import Training
from ganlab.training.step import g_gradient, judged, label_loss

WAYS = [(g, d) for g in ("norm", "concat") for d in ("projection", "concat", "auxiliary")]


@pytest.mark.parametrize("ways", WAYS)
@pytest.mark.parametrize(("size", "channels", "classes"), [(28, 1, 10), (32, 3, 4), (28, 3, 1)])
def test_both_players_fit_any_size_channels_and_number_of_classes(size, channels, classes, ways):
    torch.manual_seed(0)
    G, D = m.build(Shape(12, channels, size, classes), 4, 1, *ways)
    labels = torch.arange(6) % classes
    x = G(torch.randn(6, 12), labels)
    assert x.shape == (6, channels, size, size)
    assert x.abs().max() <= 1
    assert D(x, labels).shape == (6,)


@pytest.mark.parametrize("ways", [ways for ways in WAYS if ways[1] != "auxiliary"])
def test_a_label_changes_the_picture_and_the_judgement(ways):
    torch.manual_seed(1)
    G, D = m.build(Shape(8, classes=10), 4, 0, *ways)
    G.eval()
    z, x = torch.randn(1, 8), torch.randn(1, 1, 28, 28)
    with torch.no_grad():
        pictures = [G(z, torch.tensor([c])) for c in (3, 8)]
        logits = [D(x, torch.tensor([c])) for c in (3, 8)]
    assert not torch.equal(*pictures)
    assert not torch.equal(*logits)


def test_a_mixture_with_all_its_weight_on_one_class_is_that_class():
    torch.manual_seed(2)
    G, _ = m.build(Shape(8, classes=3), 4)
    G.eval()
    z, labels = torch.randn(3, 8), torch.tensor([2, 0, 1])
    with torch.no_grad():
        torch.testing.assert_close(G(z, labels), G(z, torch.eye(3)[labels]))


def test_conditional_norm_is_batch_norm_until_it_has_learned_and_affine_in_the_code_after():
    torch.manual_seed(3)
    layer, x, code = m.ConditionalNorm(5, 4), torch.randn(7, 5, 6, 6), torch.randn(7, 4)
    plain = torch.nn.functional.batch_norm(x, None, None, training=True)
    torch.testing.assert_close(layer(x, code), plain)
    torch.nn.init.normal_(layer.modulate.weight)
    gain, shift = (code @ layer.modulate.weight.T).chunk(2, dim=1)
    expected = plain * (1 + gain)[..., None, None] + shift[..., None, None]
    torch.testing.assert_close(layer(x, code), expected)


def test_projection_adds_the_inner_product_of_the_labels_row_with_the_features():
    torch.manual_seed(4)
    _, D = m.build(Shape(8, classes=10), 4)
    x, labels = torch.randn(5, 1, 28, 28), torch.tensor([0, 3, 3, 9, 7])
    features = D.body(x).permute(0, 2, 3, 1).flatten(1)
    rows = D.project.weight[labels]
    expected = (features * (D.dense.weight + rows)).sum(1) + D.dense.bias
    torch.testing.assert_close(D(x, labels), expected)


def test_no_samples_logit_depends_on_another_so_gradient_penalties_hold():
    torch.manual_seed(5)
    _, D = m.build(Shape(8, classes=10), 4, 1)
    x, labels = torch.randn(4, 1, 28, 28), torch.arange(4)
    whole = squared_gradient(lambda s: D(s, labels), x)
    each = [
        squared_gradient(lambda s, k=k: D(s, labels[k : k + 1]), x[k : k + 1]) for k in range(4)
    ]
    torch.testing.assert_close(whole, torch.cat(each))


def test_data_without_labels_or_of_an_odd_size_are_refused():
    with pytest.raises(ConfigError, match="labels"):
        m.build(Shape(8, classes=0))
    with pytest.raises(ConfigError, match="got 30"):
        m.build(Shape(8, size=30, classes=2))


def test_a_short_training_moves_both_players_and_repeats_itself():
    config = RunConfig(
        data=Choice("digits"), network=Choice("conditional", {"width": 4}), batch=16, steps=3
    )
    first, second = (Training(config, device="cpu") for _ in range(2))
    for training in (first, second):
        training.advance(3)
    for a, b in zip(first.state.G.parameters(), second.state.G.parameters(), strict=True):
        assert torch.equal(a, b)
    assert all(w.grad is not None for w in first.state.G.parameters())
    assert first.snapshot().arrays["fake"].shape == (64, 1, 28, 28)


def auxiliary(**more):
    values = {"width": 4, "d_labels": "auxiliary"}
    return RunConfig(
        data=Choice("digits"), network=Choice("conditional", values), batch=16, steps=3, **more
    )


def test_acgans_term_is_the_cross_entropy_of_real_and_of_fake():
    state = Training(auxiliary(precision="float32"), device="cpu").state
    x, labels = torch.randn(8, 1, 28, 28), torch.arange(4)
    D = state.D
    read = D.classify(D.body(x).permute(0, 2, 3, 1).flatten(1)).detach()
    of_real, of_fake = judged(state, x[:4], x[4:], labels)
    real, fake = label_loss(of_real, labels), label_loss(of_fake, labels)
    expected = -read.log_softmax(1)[torch.arange(8), labels.repeat(2)]
    torch.testing.assert_close(torch.cat([real, fake]).detach(), expected)
    logits = torch.cat([of_real.logits, of_fake.logits])
    torch.testing.assert_close(logits, D(x, labels.repeat(2)))
    assert label_loss(Judgement(of_real.logits), labels) == label_loss(of_real, None) == 0.0


@pytest.mark.parametrize("loss", ["non-saturating", "relativistic"])
def test_acgans_second_head_learns_and_g_is_pulled_by_it(loss):
    training = Training(auxiliary(loss=Choice(loss), penalties=(Choice("r1"),)), device="cpu")
    head = training.state.D.classify.weight
    before = head.detach().clone()
    tick = training.advance(3)
    assert not torch.equal(before, head.detach())
    assert all(v == v for v in tick.scalars.values())
    # With a loss of D alone set aside, what is left of G's gradient comes from the second head.
    state = training.state
    state.D.dense.weight.data.zero_()
    state.D.requires_grad_(False)
    assert float(g_gradient(state).gradient) > 0
