"""The systems' own scores against tables counted by hand and runs of one step."""

import pytest
import torch

from ganlab.config import Choice, RunConfig
from ganlab.judge.quality import run_quality
from ganlab.judge.systems import purity
from ganlab.training.loop import Training


def test_purity_counts_each_category_by_its_commonest_class():
    category = torch.tensor([0, 0, 0, 1, 1, 2])
    read = torch.tensor([4, 4, 1, 4, 4, 0])
    found = purity(category, read, 3, 5)
    assert found.purity == pytest.approx(5 / 6)
    assert found.classes == 2


def test_categories_that_mean_nothing_are_as_pure_as_the_commonest_class():
    read = torch.arange(10_000) % 10
    category = torch.randint(10, (10_000,), generator=torch.Generator().manual_seed(0))
    assert 0.1 < purity(category, read, 10, 10).purity < 0.14


@pytest.mark.parametrize(
    ("values", "names"),
    [
        (
            {"network": "infogan", "noise": "codes", "z_dim": 12},
            {"code_purity": (0.1, 1.0), "code_classes": (1, 10)},
        ),
        (
            {"network": "vae-gan"},
            {
                "reconstruction_error": (0.0, 1.0),
                "reconstruction_of_mean": (0.02, 0.1),
                "reconstruction_class": (0.0, 1.0),
            },
        ),
        ({"network": "figan"}, {"feature_agreement": (-100.0, 1.0)}),
        ({"network": "fast28"}, {}),
    ],
)
def test_a_run_ends_with_the_scores_of_its_system(values, names):
    base = RunConfig(batch=4, precision="float32", network=Choice("fast28"))
    training = Training(base.with_values({**values, "network.width": 4}), device="cpu")
    training.advance(1)
    scores = run_quality(training.state, n=100)
    own = {k for k in scores if k.startswith(("code_", "reconstruction_", "feature_"))}
    assert own == set(names)
    for name, (low, high) in names.items():
        assert low <= scores[name] <= high
