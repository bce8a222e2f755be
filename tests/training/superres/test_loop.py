"""Training learns, resumes exactly and ends where its recipe says."""

import copy
import math
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data

from ganlab.data.degradation import Crops, pairs, shrink
from ganlab.errors import ConfigError
from ganlab.images import quality
from ganlab.images.tiling import apply, as_input, as_samples
from ganlab.networks.perceptual_features import TRAINED_ON, squeezenet
from ganlab.networks.srgan_paper import SRResNet
from ganlab.networks.superres import LeanSRResNet
from ganlab.objective.superres_losses import measured_on_luma, pixel_l1, pixel_mse, total_variation
from ganlab.training.superres.adversarial import AdversarialRecipe, AdversarialTraining
from ganlab.training.superres.loop import SCHEDULES, PixelTraining, Recipe, body_weights, decay
from ganlab.training.superres.muon import Muon, orthogonalised
from ganlab.training.superres.recipes import PRESETS, held_out, material, training

WEIGHTS = Path(os.environ.get("GANLAB_DATA", "../shared/data")) / "weights"
needs_squeezenet = pytest.mark.skipif(
    not WEIGHTS.is_dir(), reason="SqueezeNet's weights are not on this machine"
)
PHOTO = Image.fromarray(data.astronaut()[:96, :96])


def small(kind: str, steps: int) -> PixelTraining | AdversarialTraining:
    torch.manual_seed(0)
    network = SRResNet(4, 8, 1) if "paper" in kind else LeanSRResNet(4, 8, 1)
    crops = Crops(pairs([PHOTO], 4), batch=2, crop=12, seed=0)
    if kind == "pixels":
        return PixelTraining(network, crops, Recipe(steps=steps))
    if kind == "paper's pixels":
        recipe = PRESETS["srresnet-paper"].recipe
        return PixelTraining(network, crops, replace(recipe, steps=steps, averaging=0.5))
    if kind == "paper's game":
        crops.crop = 8
        recipe = PRESETS["srgan-paper"].recipe
        weights = {"pixel": 1.0, "adversarial": 1e-3}
        return AdversarialTraining(
            network, crops, replace(recipe, steps=steps, weights=weights), None
        )
    return AdversarialTraining(
        network, crops, AdversarialRecipe(steps=steps), squeezenet(TRAINED_ON)
    )


PAPERS = ["paper's pixels", "paper's game"]
KINDS = ["pixels", *PAPERS, pytest.param("adversarial", marks=needs_squeezenet)]


@pytest.fixture(autouse=True)
def data_folder(monkeypatch):
    monkeypatch.setenv("GANLAB_DATA", str(WEIGHTS.parent))


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_training_told_to_go_on_ends_as_if_it_had_never_stopped(kind, tmp_path):
    whole = small(kind, 6)
    list(whole.run(2))
    first = small(kind, 6)
    for record in first.run(2):
        if record.step == 4:
            break
    torch.save(first.state(), tmp_path / "state.pt")
    second = small(kind, 6)
    second.resume(torch.load(tmp_path / "state.pt", weights_only=True))
    list(second.run(2))
    assert second.step == whole.step == 6
    torch.testing.assert_close(
        second.averaged.state_dict(), whole.averaged.state_dict(), rtol=0, atol=0
    )


@pytest.mark.parametrize("kind", KINDS)
def test_records_tell_steps_and_every_term(kind):
    records = list(small(kind, 5).run(2))
    assert [record.step for record in records] == [2, 4, 5]
    assert records[0].scalars.keys() == set(small(kind, 1).recipe.terms)
    assert all(math.isfinite(v) for record in records for v in record.scalars.values())


FOLLOWED = [
    ({}, pixel_l1),
    ({"on_luma": True}, measured_on_luma),
    ({"pixel": "mse"}, pixel_mse),
    ({"total_variation": 0.3}, lambda sr, hr: pixel_l1(sr, hr) + 0.3 * total_variation(sr)),
]


@pytest.mark.parametrize(
    ("choice", "error"), FOLLOWED, ids=lambda one: getattr(one, "__name__", str(one))
)
def test_a_recipe_says_which_error_is_followed(choice, error):
    trainer = small("pixels", 10)
    trainer.recipe = Recipe(steps=10, clip=math.inf, **choice)
    twin = copy.deepcopy(trainer.network)
    lr, hr = Crops(pairs([PHOTO], 4), batch=2, crop=12, seed=0).draw()
    with torch.autocast("cpu", torch.bfloat16):
        made = twin(lr.to(memory_format=torch.channels_last)).float()
    error(made, hr).backward()
    next(trainer.run(1))
    for mine, theirs in zip(trainer.network.parameters(), twin.parameters(), strict=True):
        torch.testing.assert_close(mine.grad, theirs.grad)


@pytest.mark.parametrize("kind", PAPERS)
def test_the_averaged_network_has_the_statistics_of_batch_norm(kind):
    trainer = small(kind, 4)
    list(trainer.run())
    for network in (trainer.network, trainer.averaged):
        assert isinstance(network, SRResNet)
        assert int(network.norm.num_batches_tracked) == 4
        assert float((network.norm.running_var - 1).abs().min()) > 0
    kept = dict(trainer.averaged.named_buffers())
    torch.testing.assert_close(kept, dict(trainer.network.named_buffers()), rtol=0, atol=0)


def test_the_papers_rates_are_constant_and_fall_to_a_tenth_half_way():
    assert [SCHEDULES["constant"](p) for p in (0, 0.4, 1)] == [1, 1, 1]
    assert [SCHEDULES["tenth"](p) for p in (0, 0.4, 0.5, 1)] == [1, 1, 0.1, 0.1]
    assert [SCHEDULES["late"](p) for p in (0, 0.5)] == [1, 1]
    assert SCHEDULES["late"](0.75) == pytest.approx(0.5)
    trainer = small("paper's pixels", 4)
    for _ in trainer.run(1):
        assert trainer.optimisers[0].param_groups[0]["lr"] == 1e-4


def first_terms(**choices: Any) -> dict[str, float]:
    """What the first step against the paper's discriminator tells, D's last layer being zero."""
    trainer = small("paper's game", 2)
    assert isinstance(trainer, AdversarialTraining)
    trainer.recipe = replace(trainer.recipe, **choices)
    last = trainer.discriminator.head[-1]
    torch.nn.init.zeros_(last.weight)
    torch.nn.init.zeros_(last.bias)
    trainer.d_optimiser.param_groups[0]["lr"] = 0.0
    trainer.recipe = replace(trainer.recipe, d_rate=0.0)
    return next(trainer.run(1)).scalars


def test_the_game_is_the_one_that_the_recipe_names():
    standard, relativistic = (
        first_terms(adversarial=game) for game in ("standard", "relativistic")
    )
    assert standard["d_loss"] == pytest.approx(math.log(4))
    assert standard["adversarial"] == pytest.approx(math.log(2))
    assert relativistic["d_loss"] == pytest.approx(math.log(2))
    assert standard["pixel"] == relativistic["pixel"]


def test_the_pixel_error_and_total_variation_of_a_game_are_those_that_the_recipe_names():
    squared, absolute = (first_terms(pixel=pixel)["pixel"] for pixel in ("mse", "l1"))
    trainer = small("paper's game", 2)
    lr, hr = Crops(trainer.crops.pairs, batch=2, crop=8, seed=0).draw()
    with torch.autocast("cpu", torch.bfloat16):
        sr = trainer.network(lr.to(memory_format=torch.channels_last)).float().detach()
    assert squared == pytest.approx(float((sr - hr).square().mean()), rel=1e-4)
    assert absolute == pytest.approx(float((sr - hr).abs().mean()), rel=1e-4)
    smooth = first_terms(total_variation=2e-8)
    assert smooth["total_variation"] == pytest.approx(float(total_variation(sr)), rel=1e-4)
    assert "total_variation" not in first_terms()


@needs_squeezenet
def test_a_squared_error_of_features_is_the_papers_with_squeezenets_divisor():
    trainer = small("adversarial", 2)
    assert isinstance(trainer, AdversarialTraining)
    found, wanted = ([torch.full((1, 1, 2, 2), value)] for value in (1800.0, 5400.0))
    assert float(trainer._content(found, wanted)) == pytest.approx(2 / 3)
    trainer.recipe = replace(trainer.recipe, feature_error="squared")
    assert float(trainer._content(found, wanted)) == pytest.approx(4)


def test_time_ends_a_training_too():
    trainer = small("pixels", 1_000_000)
    trainer.recipe = Recipe(steps=1_000_000, seconds=0.2)
    list(trainer.run(1))
    assert trainer.progress >= 1
    assert trainer.step < 1_000_000


@needs_squeezenet
def test_both_players_move_and_only_they():
    trainer = small("adversarial", 2)
    assert isinstance(trainer, AdversarialTraining)
    before = [
        {name: value.clone() for name, value in module.state_dict().items()}
        for module in (trainer.network, trainer.discriminator, trainer.features)
    ]
    list(trainer.run())
    g, d, features = (
        module.state_dict() for module in (trainer.network, trainer.discriminator, trainer.features)
    )
    assert any(not torch.equal(g[name], value) for name, value in before[0].items())
    assert any(not torch.equal(d[name], value) for name, value in before[1].items())
    assert all(torch.equal(features[name], value) for name, value in before[2].items())
    assert all(weight.requires_grad for weight in trainer.discriminator.parameters())


@pytest.mark.slow
def test_a_small_network_soon_beats_bicubic_on_a_photograph_it_never_saw():
    trainer = training("srresnet", steps=60)
    list(trainer.run())
    hr = held_out().crop((100, 40, 260, 200))
    lr = np.asarray(shrink(hr, 4))
    ours = as_samples(apply(trainer.averaged.eval(), as_input(lr)), np.dtype(np.uint8), False)
    theirs = np.asarray(Image.fromarray(lr).resize(hr.size, Image.Resampling.BICUBIC))
    original = np.asarray(hr)
    assert quality.psnr(ours, original, 4) > quality.psnr(theirs, original, 4) + 0.05


def test_the_held_out_photograph_is_not_in_the_material():
    cat = np.asarray(held_out())
    shapes = [np.asarray(picture) for picture in material(None)]
    assert not any(p.shape == cat.shape and (p == cat).all() for p in shapes)
    assert set(PRESETS) >= {"srresnet", "srgan"}


def test_the_rate_decays_from_one_to_zero():
    assert decay(-1) == decay(0) == 1
    assert decay(0.5) == pytest.approx(0.5)
    assert decay(1) == decay(2) == pytest.approx(0)


def test_a_flat_average_is_the_mean_of_the_weights_at_all_steps():
    trainer = small("pixels", 4)
    trainer.averaging.decay = 1.0
    way = []
    for _ in trainer.run(1):
        way.append([weight.detach().clone() for weight in trainer.network.parameters()])
    assert len(way) == 4
    for mean, *steps in zip(trainer.averaged.parameters(), *way, strict=True):
        torch.testing.assert_close(mean, torch.stack(steps).mean(0))


def test_wrong_recipes_are_refused():
    with pytest.raises(ConfigError, match="steps must be at least 1, got 0"):
        Recipe(steps=0)
    with pytest.raises(ConfigError, match="averaging"):
        Recipe(averaging=1.1)
    for name in ("pixel", "schedule"):
        with pytest.raises(ConfigError, match=f"{name} must be one of .*, got 'other'"):
            replace(Recipe(), **{name: "other"})
    for name in ("adversarial", "features", "feature_error", "discriminator"):
        with pytest.raises(ConfigError, match=f"{name} must be one of .*, got 'other'"):
            replace(AdversarialRecipe(), **{name: "other"})
    with pytest.raises(ConfigError, match="total_variation must be at least 0"):
        Recipe(total_variation=-1)
    with pytest.raises(ConfigError, match="hands out no features to match"):
        AdversarialRecipe(discriminator="paper")


@pytest.mark.parametrize("shape", [(64, 576), (64, 100), (96, 27)])
def test_orthogonalising_brings_singular_values_near_one_and_keeps_directions(shape):
    matrix = torch.randn(shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    result = orthogonalised(matrix)
    values = torch.linalg.svdvals(result)
    assert float(values.min()) > 0.6
    assert float(values.max()) < 1.3
    u, _, v = torch.linalg.svd(matrix, full_matrices=False)
    nearest = u @ v
    cosine = (nearest * result).sum() / nearest.norm() / result.norm()
    assert float(cosine) > 0.97


def test_muon_moves_by_a_fifth_of_its_rate_whatever_the_gradients_size():
    weight = torch.nn.Parameter(torch.zeros(16, 16, 3, 3))
    optimiser = Muon([weight], lr=0.1)
    weight.grad = 1e-6 * torch.randn(weight.shape, generator=torch.Generator().manual_seed(0))
    optimiser.step()
    assert float(weight.detach().square().mean().sqrt()) == pytest.approx(0.02, rel=0.2)


def test_muon_gets_the_matrices_between_first_and_last_convolution():
    network = LeanSRResNet(4, 8, 2)
    chosen = {id(weight) for weight in body_weights(network)}
    names = [name for name, weight in network.named_parameters() if id(weight) in chosen]
    assert len(names) == 5
    assert all(name.startswith(("body", "merge")) for name in names)
