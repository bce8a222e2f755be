import subprocess
import sys

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ganlab.objective.losses import by_autograd, functions_of
from ganlab.registry import Loss, find, table
from ganlab.theory import loss_shapes
from ganlab.theory.loss_shapes import d_curve, g_curve

logit = st.floats(-80, 80).filter(lambda x: min(abs(x - 1), abs(x + 1)) > 1e-6)  # hinge's corners


@pytest.mark.parametrize("name", table(Loss))
@given(real=logit, fake=logit)
def test_curves_are_what_autograd_finds_of_the_loss_that_trains(name, real, fake):
    functions = functions_of(find(Loss, name), {})
    r, f = (torch.tensor([x], dtype=torch.float64) for x in (real, fake))
    drawn = [*d_curve(name, real, fake), *g_curve(name, real, fake)]
    wanted = [functions.d(r, f), *by_autograd(functions.d, r, f)]
    wanted += [functions.g(r, f), by_autograd(functions.g, r, f)[1]]
    np.testing.assert_allclose(drawn, [one.item() for one in wanted], rtol=1e-9, atol=1e-8)


@pytest.mark.parametrize("name", table(Loss))
def test_formulas_of_both_players_stand_beside_each_loss_of_the_lab(name):
    record = find(Loss, name)
    assert all(record.d_formula)
    assert all(record.g_formula)


def test_curves_broadcast():
    drawn = d_curve("relativistic", 0.0, np.linspace(-3, 3, 7))
    assert drawn.loss.shape == drawn.by_fake.shape == drawn.by_real.shape == (7,)
    assert g_curve("relativistic", 0.0, np.linspace(-3, 3, 7)).by_fake.shape == (7,)


def test_a_loss_that_knows_tensors_only_is_drawn_through_them(monkeypatch):
    class Soft:
        @staticmethod
        def d(real_logits, fake_logits):
            return torch.nn.functional.softplus(fake_logits - real_logits)

        @staticmethod
        def g(real_logits, fake_logits):
            return (fake_logits - real_logits).square()

    monkeypatch.setattr(loss_shapes, "find", lambda *_: Loss("soft", thing=Soft))
    r = np.linspace(-2, 2, 5)
    np.testing.assert_allclose(d_curve("soft", r, 0.0).loss, np.log1p(np.exp(-r)))
    np.testing.assert_allclose(d_curve("soft", r, 0.0).by_real, -1 / (1 + np.exp(r)))
    np.testing.assert_allclose(g_curve("soft", 0.0, r).by_fake, 2 * r)


def test_drawing_the_losses_of_the_lab_loads_no_torch():
    code = (
        "import sys; from ganlab.registry import Loss, table; "
        "from ganlab.theory.loss_shapes import d_curve, g_curve; "
        "[(d_curve(name, 0.0, 1.0), g_curve(name, 0.0, 1.0)) for name in table(Loss)]; "
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
