"""The quality of a run as it is measured: what it holds, and that no part of it can lie."""

import math

import pytest
import torch

from ganlab.data.pictures import PictureSet, PictureSource
from ganlab.errors import DataError
from ganlab.evaluation import quality as q
from ganlab.evaluation.feature_networks import FeatureExtractor
from ganlab.networks.classifier import Reading
from ganlab.presets import preset
from ganlab.training.loop import Training


def fresh(name="digits"):
    return Training(preset(name).with_values({"network.width": 4}), device="cpu")


@pytest.mark.parametrize(("name", "conditional"), [("cgan-digits", True), ("digits", False)])
def test_a_run_on_digits_has_scores_that_a_fresh_g_fails(name, conditional):
    training = fresh(name)
    before = training.state.streams.state()
    found = q.run_quality(training.state, n=100)
    assert ("accuracy" in found) == conditional
    assert found.get("accuracy", 0.0) < 0.4
    assert (found["features"], found["n"], found["k"]) == ("ganlab-mnist-cnn v1", 100, 5)
    assert found["frechet"] > 5 * found["frechet_floor"]
    assert found["kid"] > 20 * abs(found["kid_floor"])
    assert (found["kid_subsets"], found["kid_size"]) == (20, 50)
    assert found["coverage"] < 0.3 < 0.8 < found["coverage_floor"]
    assert found["density"] < found["density_floor"]
    assert found["class_entropy"] < found["class_entropy_real"] <= 1.0
    assert 0 <= found["duplicates"] <= 100 * 99 / 2
    after = training.state.streams.state()
    assert all(torch.equal(before[key], after[key]) for key in before)
    assert training.state.G.training


def test_a_g_that_is_shown_as_it_trains_goes_on_in_training_mode():
    config = preset("digits").with_values({"network.width": 4, "ema": 0.0})
    state = Training(config, device="cpu").state
    assert state.shown_generator is state.G
    q.run_quality(state, n=100)
    assert all(module.training for module in state.G.modules())


def test_both_histograms_are_shares_of_named_classes_and_give_the_entropy():
    found = q.run_quality(fresh().state, n=120)
    assert found["class_names"] == list("0123456789")
    for name, entropy in (("classes", "class_entropy"), ("real_classes", "class_entropy_real")):
        assert sum(found[name]) == pytest.approx(1.0)
        by_hand = -sum(p * math.log(p) for p in found[name] if p) / math.log(10)
        assert found[entropy] == pytest.approx(by_hand)


def test_the_numbers_of_a_quality_are_its_scores_with_n_as_judged():
    found = q.run_quality(fresh().state, n=100)
    told = q.numbers(found)
    assert told["judged"] == 100.0
    assert told["kid_deviation"] == found["kid_deviation"]
    assert not {"n", "k", "step", "kid_size", "kid_subsets", "classes", "features"} & set(told)
    assert all(isinstance(value, float) and math.isfinite(value) for value in told.values())
    assert q.numbers({}) == {}
    assert q.numbers({"step": 3, "words": "Not measured."}) == {}


def test_a_g_that_draws_the_real_pictures_scores_the_floor(monkeypatch):
    # Its "pictures" are real ones that neither side of the floor holds.
    training = fresh()
    source = training.state.source
    whole, _ = source.sample(1200, seed=training.config.seed + 1)
    spare = iter(whole[800:].split(q.BATCH))
    monkeypatch.setattr(q, "to_bytes", lambda made: next(spare)[: len(made)])
    found = q.run_quality(training.state, n=400)
    assert found["frechet"] == pytest.approx(found["frechet_floor"], rel=0.5)
    assert abs(found["kid"]) < 3 * found["kid_deviation_floor"]
    assert found["coverage"] == pytest.approx(found["coverage_floor"], abs=0.06)


def test_a_g_that_is_slow_is_measured_on_fewer_pictures_and_n_says_so(monkeypatch):
    monkeypatch.setattr(q, "SECONDS", 0.0)
    found = q.run_quality(fresh("cgan-digits").state, n=400)
    assert found["n"] == q.FEWEST
    assert q.numbers(found)["judged"] == q.FEWEST


def test_a_g_that_is_told_features_is_told_those_of_pictures_all_over_the_data():
    training = Training(preset("figan").with_values({"network.width": 4}), device="cpu")
    G, told = training.state.shown_generator, []
    draw = type(G).forward

    def listen(z, labels=None):
        told.append(labels)
        return draw(G, z, labels)

    G.forward = listen
    q.run_quality(training.state, n=400)
    features = torch.cat([one for one in told if one is not None])[:400]
    known = training.state.source.conditions
    assert (features[:, None] == known).all(2).any(1).all()
    assert len(features.unique(dim=0)) > 300


def test_progress_goes_from_nothing_to_all_and_never_back():
    shares = []
    q.run_quality(fresh().state, lambda words, share: shares.append(share), n=300)
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert len(shares) > 5


def test_a_run_on_points_has_no_quality():
    training = fresh()
    training.state.source = object()
    assert q.run_quality(training.state) == {}


def few(count: int) -> Training:
    """A run whose real pictures are that many of noise."""
    training = fresh()
    chance = torch.Generator().manual_seed(0)
    pictures = torch.randint(256, (count, 1, 28, 28), generator=chance).to(torch.uint8)
    known = PictureSet(pictures, torch.zeros(count, dtype=torch.int64), ("all",), "folder")
    training.state.source = PictureSource(known, training.state.device, 0)
    return training


def test_too_few_real_pictures_are_told_before_anything_is_loaded(monkeypatch):
    monkeypatch.setattr(
        q, "extractor_for", lambda config, device: pytest.fail("nobody has to look")
    )
    with pytest.raises(DataError, match=r"199 real pictures are too few .*: 200 are wanted"):
        q.run_quality(few(199).state)


def test_eyes_without_classes_give_distances_and_no_histogram(monkeypatch):
    def read(pictures):
        means = pictures.float().view(len(pictures), -1)[:, ::49] / 255
        return Reading(means, means.new_empty(len(means), 0))

    monkeypatch.setattr(
        q, "extractor_for", lambda config, device: FeatureExtractor("means", read, ())
    )
    found = q.run_quality(few(300).state)
    assert (found["features"], found["n"]) == ("means", 150)
    assert found["frechet"] > found["frechet_floor"]
    assert not {"classes", "class_entropy", "duplicates", "accuracy_real"} & set(found)
