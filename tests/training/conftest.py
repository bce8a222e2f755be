"""Small runs on the embedded digits, in float32 unless a test wants otherwise."""

import pytest
import torch

from ganlab.config import Choice, RunConfig
from ganlab.data import embedded
from ganlab.data.pictures import PictureSource
from ganlab.training.loop import Training
from ganlab.training.state import build_state

CPU = torch.device("cpu")

TINY = RunConfig(
    network=Choice("fast28", {"width": 4}),
    z_dim=8,
    batch=8,
    steps=1000,
    ema=0.9,
    precision="float32",
)


@pytest.fixture(scope="session")
def digits():
    return embedded.load_digits()


@pytest.fixture
def tiny():
    return TINY


@pytest.fixture
def state_of(digits):
    """Builds a state of a configuration on the CPU without reading the digits again."""

    def build(config):
        return build_state(config, CPU, source=PictureSource(digits, CPU, config.seed))

    return build


@pytest.fixture
def training_of(state_of):
    """Builds a Training of a configuration on the CPU."""

    def build(config, **options):
        return Training(config, state=state_of(config), **options)

    return build


def weights_of(state):
    """Every weight and buffer of the three networks by name, copied."""
    nets = {"G": state.G, "D": state.D, "G_mean": state.G_mean}
    return {
        f"{who}.{key}": value.detach().clone()
        for who, net in nets.items()
        for key, value in net.state_dict().items()
    }


@pytest.fixture
def weights():
    return weights_of


@pytest.fixture
def same():
    """Whether two dictionaries of tensors are equal bit for bit."""

    def equal(one, other):
        return one.keys() == other.keys() and all(torch.equal(one[k], other[k]) for k in one)

    return equal
