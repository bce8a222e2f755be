"""Copies of a state's parts, for steps that a test writes by hand beside the lab's own."""

import copy

import pytest
import torch

from ganlab.data.pictures import PictureSource
from ganlab.objective.augmentation import augment
from ganlab.training.step import Move, generate, judged, shown_to_d

CPU = torch.device("cpu")


class Twin:
    """The networks, the luck and the data of a state, at the same place, and plain Adam."""

    def __init__(self, state):
        config = state.config
        self.n, self.z_dim = config.batch, config.z_dim
        self.augments = bool(config.transforms)
        self.G, self.D = copy.deepcopy(state.G), copy.deepcopy(state.D)
        self.G.train()
        for net in (self.G, self.D):
            net.requires_grad_(True)
        self.source = PictureSource(state.source.set, CPU, config.seed)
        self.source.conditions = state.source.conditions
        self.z, self.chance = torch.Generator(), torch.Generator()
        self.z.set_state(state.streams.z.get_state())
        self.chance.set_state(state.streams.chance.get_state())
        self.d_adam, self.g_adam = (
            torch.optim.Adam(net.parameters(), o.lr, (o.beta1, o.beta2), o.epsilon)
            for net, o in ((self.D, config.d_optimizer), (self.G, config.g_optimizer))
        )

    def seen(self, x):
        """What D is shown of x: as it is, or augmented by the same luck."""
        return augment(x, self.chance) if self.augments else x

    def move(self, who, gradients):
        """One move of Adam along gradients by parameter."""
        for weight, gradient in gradients:
            weight.grad = gradient
        getattr(self, f"{who}_adam").step()


@pytest.fixture
def twin_of():
    return Twin


@pytest.fixture
def move_of():
    """What a term sees in G's move of a state, drawn as the step draws it."""

    def draw(state):
        batch = state.task.draw_batch(state)
        clean = generate(state, batch)
        fake = shown_to_d(state, clean)
        of_real, of_fake = judged(state, batch.real, fake, batch.labels)
        return Move(state, batch, clean, fake, of_real.logits, of_fake.logits, of_fake.codes)

    return draw


@pytest.fixture
def equal_weights():
    """Asserts that both networks of a state are those of its twin."""

    def compare(state, twin):
        for ours, theirs in ((state.G, twin.G), (state.D, twin.D)):
            torch.testing.assert_close(ours.state_dict(), theirs.state_dict(), rtol=2e-4, atol=2e-5)

    return compare
