import pytest
import torch

from ganlab.config import Choice, RunConfig
from ganlab.errors import ConfigError
from ganlab.latent import walks as j
from ganlab.trained.generator import Generator
from ganlab.training.tasks.pictures import build_networks


def generator(network, data="digits"):
    config = RunConfig(data=Choice(data), network=Choice(network, {"width": 4}), z_dim=6)
    torch.manual_seed(0)
    return Generator("some", config, build_networks(config)[0])


def test_a_conditional_walk_mixes_labels_whose_weights_add_up_to_one():
    way = j.between_classes(generator("conditional"), 1, 5, 7, "slerp", seed=3)
    assert way.labels is not None
    torch.testing.assert_close(way.labels.sum(1), torch.ones(7))
    assert way.labels[0].argmax() == 1
    assert way.labels[-1].argmax() == 5
    torch.testing.assert_close(way.z[[0, -1]], generator("conditional").z(2, 3))


def test_between_draws_the_class_stays():
    way = j.between_draws(generator("conditional"), 5, "lerp", seed=4)
    assert way.labels is not None
    assert way.labels.argmax(1).tolist() == [4] * 5
    assert j.between_draws(generator("fast28"), 5, "lerp").labels is None


@pytest.mark.parametrize("classes", [(-1, 3), (2, 10)])
def test_a_class_outside_is_refused(classes):
    with pytest.raises(ConfigError, match="between 0 and 9"):
        j.between_classes(generator("conditional"), *classes, 5, "slerp")


def test_a_generator_that_writes_no_such_digit_says_so():
    # Untrained: whatever the classifier makes of grey noise, it is not every digit.
    G = generator("fast28")
    read = set(j.load_classifier().read(G.sample(j.CANDIDATES)).logits.argmax(1).tolist())
    missing = min(set(range(10)) - read)
    with pytest.raises(ConfigError, match=f"wrote no {missing}"):
        j.between_classes(G, missing, missing, 5, "slerp")
