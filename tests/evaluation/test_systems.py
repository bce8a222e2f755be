"""The systems' own scores against tables counted by hand and runs of one step."""

import pytest
import torch

from ganlab.config import Choice, RunConfig
from ganlab.data.pictures import PictureSet, PictureSource
from ganlab.evaluation import quality
from ganlab.evaluation.feature_networks import FeatureExtractor
from ganlab.evaluation.quality import run_quality
from ganlab.evaluation.systems import purity
from ganlab.networks.classifier import Reading
from ganlab.training.loop import Training
from ganlab.training.state import build_state

CPU = torch.device("cpu")


def test_purity_counts_each_category_by_its_commonest_class():
    category = torch.tensor([0, 0, 0, 1, 1, 2])
    read = torch.tensor([4, 4, 1, 4, 4, 0])
    found = purity(category, read, 3, 5)
    assert found.purity == pytest.approx(5 / 6)
    assert found.classes == 2


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


@pytest.mark.parametrize(
    ("data", "values", "names"),
    [
        (
            "fashion-mnist",
            {"network": "vae-gan"},
            {"reconstruction_error", "reconstruction_of_mean"},
        ),
        ("fashion-mnist", {"network": "infogan", "noise": "codes", "z_dim": 12}, set()),
        ("fashion-mnist", {"network": "figan", "network.features": 4}, {"feature_agreement"}),
        ("cifar10", {"network": "figan", "network.features": 4}, {"feature_agreement"}),
    ],
)
def test_what_nobody_has_to_read_is_scored_on_pictures_of_all_kinds(
    data, values, names, monkeypatch
):
    size, channels = (32, 3) if data == "cifar10" else (28, 1)
    luck = torch.Generator().manual_seed(0)
    pictures = torch.randint(256, (200, channels, size, size), generator=luck).to(torch.uint8)
    known = PictureSet(pictures, torch.arange(200) % 10, tuple("abcdefghij"), data)
    config = RunConfig(batch=4, precision="float32").with_values(
        {"data": data, **values, "network.width": 4}
    )
    state = build_state(config, CPU, source=PictureSource(known, CPU, 0))

    def glance(pictures):
        means = pictures.float().flatten(1)[:, ::49]
        return Reading(means, means.new_empty(len(means), 0))

    monkeypatch.setattr(
        quality, "extractor_for", lambda config, device: FeatureExtractor("means", glance, ())
    )
    found = quality.run_quality(state, n=100)
    assert {k for k in found if k.startswith(("code_", "reconstruction_", "feature_"))} == names
    if "reconstruction_error" in names:
        x = known.pictures.float() / 127.5 - 1
        G = state.shown_generator.eval()
        with torch.no_grad():
            apart = (G(G.encode(x)) - x) / 2
        assert found["reconstruction_error"] == pytest.approx(float(apart.pow(2).mean()), rel=1e-3)
