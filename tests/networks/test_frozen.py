"""A carried network against itself."""

import torch

from ganlab.networks.classifier import Classifier
from ganlab.networks.frozen import Frozen


def test_it_computes_as_its_network_does_and_has_nothing_to_train():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        net = Classifier()
        x = torch.randn(3, 1, 28, 28)
    frozen = Frozen(net)
    assert not list(frozen.parameters())
    torch.testing.assert_close(frozen.train()(x).features, net.eval()(x).features)


def test_it_is_stored_and_read_with_what_carries_it_and_passes_gradients():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        one, other = Frozen(Classifier()), Frozen(Classifier())
        x = torch.randn(2, 1, 28, 28, requires_grad=True)
    assert not torch.equal(one(x).logits, other(x).logits)
    other.load_state_dict(one.state_dict())
    torch.testing.assert_close(one(x).logits, other(x).logits)
    one(x).logits.sum().backward()
    assert float(x.grad.abs().sum()) > 0


def test_the_network_inside_is_shown_with_the_weights_that_are_used():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        one, other = Frozen(Classifier()), Frozen(Classifier())
        x = torch.randn(2, 1, 28, 28)
    other.load_state_dict(one.state_dict())
    torch.testing.assert_close(other.net(x).logits, one(x).logits)
