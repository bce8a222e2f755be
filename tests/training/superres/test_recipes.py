"""Presets: the paper's as the paper has them, choices refused where there is nothing to choose."""

import math
from dataclasses import replace

import pytest
import torch
from PIL import Image
from skimage import data

from ganlab.errors import CheckpointError, ConfigError, DataError
from ganlab.networks.files import weights
from ganlab.networks.perceptual_features import Features
from ganlab.networks.srgan_paper import SRGANDiscriminator, SRResNet
from ganlab.networks.superres import LeanSRResNet
from ganlab.training.superres import recipes
from ganlab.training.superres.adversarial import AdversarialRecipe, AdversarialTraining
from ganlab.training.superres.cards import card_of
from ganlab.training.superres.config import Plan
from ganlab.training.superres.initial_weights import started
from ganlab.training.superres.recipes import PRESETS, recipe_of, training


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """One photograph, tiny networks, and no pretrained weights."""
    photo = Image.fromarray(data.astronaut()[:128, :128])
    monkeypatch.setattr(recipes, "material", lambda *given: [photo])
    for name in ("srgan", "srresnet-paper", "srgan-paper"):
        preset = replace(PRESETS[name], channels=8, blocks=1, batch=2, shrinkages=(1.0,))
        monkeypatch.setitem(recipes.PRESETS, name, preset)
    monkeypatch.setattr(recipes, "squeezenet_is_there", lambda: False)
    monkeypatch.setattr(recipes, "vgg19_is_here", lambda: False)


def stub(kind: str) -> Features:
    """One convolution in the place of a pretrained network."""
    torch.manual_seed(0)
    return Features(torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3)), [0], kind, kind.upper())


@pytest.mark.parametrize("scale", [2, 4])
def test_the_papers_networks_are_trained(scale):
    first = training("srresnet-paper", scale, steps=1)
    assert [*next(first.run(1)).scalars] == ["mse"]
    assert isinstance(first.network, SRResNet)
    then = training("srgan-paper", scale, start=first.averaged.requires_grad_(), steps=1)
    assert isinstance(then, AdversarialTraining)
    assert isinstance(then.discriminator, SRGANDiscriminator)
    assert then.crops.crop * scale == 96
    terms = next(then.run(1)).scalars
    # Nothing pretrained is here, so the content is the pixels', as in the paper's SRGAN-MSE.
    assert terms.keys() == {"d_loss", "pixel", "adversarial"}
    assert all(math.isfinite(value) for value in terms.values())
    assert "SRGAN-MSE" in then.remark


def test_what_stands_in_for_vgg19_is_said_and_what_is_asked_for_must_be_there(monkeypatch):
    monkeypatch.setattr(recipes, "squeezenet_is_there", lambda: True)
    monkeypatch.setattr(recipes, "squeezenet", lambda: stub("squeezenet"))
    trainer = training("srgan-paper", steps=1)
    assert isinstance(trainer, AdversarialTraining)
    assert trainer.remark == "Without VGG19's weights: SQUEEZENET take their place."
    assert next(trainer.run(1)).scalars.keys() == {"d_loss", "features", "adversarial"}
    card = card_of(trainer, data="a", start=None, threads=1)
    assert card["features"] == "SQUEEZENET"
    assert (card["adversarial"], card["discriminator"]) == ("standard", "paper")

    def missing() -> Features:
        raise DataError("no weights")

    monkeypatch.setattr(recipes, "FEATURES", {"vgg19": missing, "none": lambda: None})
    with pytest.raises(DataError, match="no weights"):
        training("srgan-paper", features="vgg19")
    monkeypatch.setattr(recipes, "FEATURES", {"vgg19-relu": lambda: stub("vgg19-relu")})
    monkeypatch.setattr(recipes, "vgg19_is_here", lambda: True)
    assert training("srgan-paper").remark == ""


def test_another_network_of_features_changes_the_term_that_is_called_so(monkeypatch):
    elsewhere = stub("vgg19")
    elsewhere.mean.fill_(0.0)
    known = {"squeezenet": lambda: stub("squeezenet"), "vgg19": lambda: elsewhere}
    monkeypatch.setattr(recipes, "FEATURES", {**known, "none": lambda: None})
    one, other, none = (
        next(training("srgan", steps=1, features=name).run(1)).scalars
        for name in ("squeezenet", "vgg19", "none")
    )
    assert one["features"] != other["features"]
    assert "features" not in none
    assert one["pixel"] == other["pixel"] == none["pixel"]


def test_features_that_nobody_looks_at_are_no_term_and_stand_in_no_card():
    for trainer in (training("srgan", steps=1), training("srgan", steps=1, features="none")):
        terms = next(trainer.run(1)).scalars
        assert set(trainer.recipe.terms) == terms.keys()
        assert card_of(trainer, data="a", start=None, threads=1)["loss"].keys() < terms.keys()


def test_a_training_does_not_go_on_with_other_features():
    first = training("srgan", steps=2, features="none")
    state = first.state() | {"features": "squeezenet"}
    with pytest.raises(CheckpointError, match="features squeezenet, and here are none"):
        first.resume(state)


def test_choices_that_a_preset_does_not_have_are_refused():
    with pytest.raises(ConfigError, match="srresnet has no adversarial to choose"):
        recipe_of("srresnet", adversarial="standard")
    with pytest.raises(ConfigError, match="srgan-paper follows features"):
        Plan("srgan-paper", losses={"pixel": "l1"})
    assert recipe_of("srgan-paper", features="none", pixel="l1").terms == (
        "d_loss",
        "pixel",
        "adversarial",
    )
    with pytest.raises(ConfigError, match="losses may name"):
        Plan(losses={"rate": 1.0})
    with pytest.raises(ConfigError, match="srresnet-paper enlarges by 2 or 4, got 3"):
        Plan("srresnet-paper", 3)
    with pytest.raises(ConfigError, match="enlarges by 2 or 4, got 3"):
        training("srgan-paper", 3)


def test_a_plan_keeps_its_losses_through_json():
    plan = Plan("srgan", losses={"adversarial": "standard", "total_variation": 1e-3})
    assert Plan.from_json(plan.to_json()) == plan
    assert plan.recipe.terms[-1] == "total_variation"
    assert isinstance(plan.recipe, AdversarialRecipe)
    assert plan.recipe.adversarial == "standard"


def test_the_papers_weights_begin_the_papers_trainings_only(tmp_path):
    torch.manual_seed(0)
    paper, lean = tmp_path / "paper.safetensors", tmp_path / "lean.safetensors"
    source = SRResNet(4, 8, 2)
    source.norm.running_var.fill_(0.5)
    weights.save(paper, source, {})
    weights.save(lean, LeanSRResNet(4, 8, 1), {})
    same, two = (started(paper, scale, "srgan-paper") for scale in (4, 2))
    assert isinstance(same, SRResNet)
    assert same.training
    assert float(same.norm.running_var[0]) == 0.5
    assert len(two.stages) == 1
    torch.testing.assert_close(two.stages[0].conv.weight, same.stages[0].conv.weight)
    with pytest.raises(CheckpointError, match="the paper's network were wanted, lean"):
        started(lean, 4, "srgan-paper")
    with pytest.raises(CheckpointError, match="our own network were wanted, paper"):
        started(paper, 4, "srgan")
