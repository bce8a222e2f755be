import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ganlab.catalogue.losses import LOSSES
from ganlab.catalogue.spec import Spec
from ganlab.theory.loss_shapes import (
    FORMULAS,
    TWINS,
    curve,
    drawable,
    generator_gradient,
    targets,
)

ALL = sorted({target for spec in LOSSES.values() for target in targets(spec).values()})
logit = st.floats(-80, 80).filter(lambda x: min(abs(x - 1), abs(x + 1)) > 1e-6)  # hinge's corners


def test_every_loss_of_the_catalogue_can_be_drawn():
    assert drawable() == list(LOSSES)
    assert set(ALL) <= set(FORMULAS)


@pytest.mark.parametrize("target", ALL)
@given(real=logit, fake=logit)
def test_twins_agree_with_autograd(target, real, fake):
    r = torch.tensor([real], dtype=torch.float64, requires_grad=True)
    f = torch.tensor([fake], dtype=torch.float64, requires_grad=True)
    loss = Spec(target=target, summary="").load()(r, f)
    gradients = torch.autograd.grad(loss.sum() + 0 * (r + f).sum(), (r, f))
    twin = TWINS[target](np.array([real]), np.array([fake]))
    expected = [loss.detach(), *gradients]
    for found, wanted in zip((twin.loss, twin.by_real, twin.by_fake), expected, strict=True):
        np.testing.assert_allclose(found, wanted.numpy(), rtol=1e-9, atol=1e-8)


@pytest.mark.parametrize("name", [n for n, s in LOSSES.items() if "g_level" in s.traits])
def test_levels_of_the_catalogue_are_the_losses_at_a_draw(name):
    undecided = 0.5 if name == "least-squares" else 0.0
    traits = LOSSES[name].traits
    assert curve(name, "D", undecided, undecided).loss == pytest.approx(traits["d_level"])
    assert curve(name, "G", undecided, undecided).loss == pytest.approx(traits["g_level"])


def test_the_saturating_gradient_dies_where_the_other_lives():
    assert generator_gradient("non-saturating", -50.0) == pytest.approx(-1)
    assert abs(generator_gradient("minimax", -50.0)) < 1e-20


@given(fake=st.floats(-15, 15))
def test_saturating_and_non_saturating_gradients_add_up_to_one(fake):
    total = generator_gradient("minimax", fake) + generator_gradient("non-saturating", fake)
    assert total == pytest.approx(-1)


def test_curves_broadcast():
    drawn = curve("relativistic", "G", 0.0, np.linspace(-3, 3, 7))
    assert drawn.loss.shape == drawn.by_fake.shape == drawn.by_real.shape == (7,)
