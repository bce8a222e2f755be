import numpy as np
import pytest
import torch

from ganlab.config import Choice, RunConfig
from ganlab.trained.generator import Generator
from ganlab.training.tasks.pictures import build_networks


@pytest.fixture
def make():
    def made(network):
        config = RunConfig(data=Choice("digits"), network=Choice(network, {"width": 4}), z_dim=6)
        torch.manual_seed(0)
        return Generator("some", config, build_networks(config)[0])

    return made


def test_without_labels_a_conditional_generator_takes_each_class_in_turn(make):
    G = make("conditional")
    np.testing.assert_array_equal(G.sample(12), G.sample(12, np.arange(12) % 10))


def test_pictures_are_given_each_class_in_turn_or_nothing(make):
    assert make("conditional").conditions(4, 8).tolist() == [8, 9, 0, 1]
    assert make("fast28").conditions(4) is None
    pictures, labels = torch.zeros(2, 1, 28, 28, dtype=torch.uint8), torch.tensor([3, 4])
    assert make("conditional").conditions_of(pictures, labels).tolist() == [3, 4]
    assert make("fast28").conditions_of(pictures, labels) is None


def test_features_given_to_pictures_are_gs_examples_and_those_of_real_ones_what_it_reads(make):
    G = make("figan")
    G.net.examples.copy_(torch.randn(512, 16))
    torch.testing.assert_close(G.conditions(3, 511), G.net.examples[[511, 0, 1]])
    pictures = torch.randint(256, (5, 1, 28, 28)).to(torch.uint8)
    read = G.net.read(pictures / 127.5 - 1)
    torch.testing.assert_close(G.conditions_of(pictures, torch.arange(5)), read)
