"""Super-resolution as a task: losses, presets, states of before, files of weights."""

import copy
import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data

from ganlab.data.degradation import held_out, shrink
from ganlab.errors import CheckpointError, ConfigError, DataError
from ganlab.images import quality
from ganlab.images.tiling import apply, as_input, as_samples
from ganlab.jobs.superres import load_features
from ganlab.networks import perceptual_features, superres_pair
from ganlab.networks.files import weights
from ganlab.networks.perceptual_features import Features
from ganlab.networks.srgan_paper import SRGANDiscriminator, SRResNet
from ganlab.networks.superres import LeanSRResNet
from ganlab.objective.superres_losses import (
    feature_error,
    measured_on_luma,
    pixel_l1,
    pixel_mse,
    total_variation,
)
from ganlab.presets.superres import of_plan, superres_config
from ganlab.training.checkpoint import load_run, save_run
from ganlab.training.loop import Training
from ganlab.training.own_parts import own_training
from ganlab.training.superres_files import card_of, fitted, take_over
from ganlab.training.tasks import superres as task

SMALL = {"network.channels": 8, "network.blocks": 1, "batch": 2, "data.shrinkages": "1"}


@pytest.fixture
def photo(tmp_path):
    """A folder with one photograph."""
    Image.fromarray(data.astronaut()[:128, :128]).save(tmp_path / "a.png")
    return str(tmp_path)


@pytest.fixture(autouse=True)
def nothing_pretrained(monkeypatch):
    monkeypatch.setattr(task, "squeezenet_is_there", lambda: False)
    monkeypatch.setattr(task, "vgg19_is_here", lambda: False)


def small(photo, name, losses=(), **values):
    more = {"data.crop": 8} if "paper" in name else {"data.crop": 12}
    settings = SMALL | more | {"steps": 4} | values
    return superres_config(name, 4, photo, dict(losses), **settings)


def training(photo, name, losses=(), **values):
    return Training(small(photo, name, losses, **values), device="cpu")


def terms(run):
    """What the next step reports, without what is not a number."""
    return {name: v for name, v in run.advance(1).scalars.items() if not math.isnan(v)}


def stub(kind):
    """One convolution in the place of a pretrained network."""
    torch.manual_seed(0)
    return Features(torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3)), [0], kind, kind.upper())


FOLLOWED = [
    ({}, pixel_l1),
    ({"terms.sr-pixel.error": "luma"}, measured_on_luma),
    ({"terms.sr-pixel.error": "mse"}, pixel_mse),
    (
        {"terms.sr-variation.weight": 0.3},
        lambda sr, hr: pixel_l1(sr, hr) + 0.3 * total_variation(sr),
    ),
]


@pytest.mark.parametrize(
    ("values", "error"), FOLLOWED, ids=lambda one: getattr(one, "__name__", str(one))
)
def test_g_goes_down_the_error_that_is_chosen(photo, values, error):
    run = training(photo, "srresnet", g_norm_limit=0.0, precision="float32", **values)
    twin, crops = copy.deepcopy(run.state.G), copy.deepcopy(run.state.source.crops)
    lr, hr = crops.draw()
    error(twin(lr.to(memory_format=torch.channels_last)), hr).backward()
    run.advance(1)
    for mine, theirs in zip(run.state.G.parameters(), twin.parameters(), strict=True):
        torch.testing.assert_close(mine.grad, theirs.grad, rtol=1e-4, atol=1e-6)


def test_a_longer_gradient_is_shortened_to_its_limit(photo):
    run = training(photo, "srresnet", g_norm_limit=1e-3)
    run.advance(1)
    norm = torch.stack([w.grad.norm() for w in run.state.G.parameters()]).norm()
    assert float(norm) == pytest.approx(1e-3, rel=1e-3)


@pytest.mark.parametrize("name", ["srresnet-paper", "srgan-paper"])
def test_the_averaged_network_follows_the_statistics_of_batch_norm(photo, name):
    run = training(photo, name, ema=0.5)
    run.advance(4)
    mean = run.state.shown_generator
    assert isinstance(mean, SRResNet)
    assert float((mean.norm.running_var - 1).abs().min()) > 0


def test_a_flat_average_is_the_mean_of_the_weights_at_all_steps(photo):
    run = training(photo, "srresnet", ema=1.0)
    way = []
    for _ in range(4):
        run.advance(1)
        way.append([weight.detach().clone() for weight in run.state.G.parameters()])
    for mean, *steps in zip(run.state.G_mean.parameters(), *way, strict=True):
        torch.testing.assert_close(mean, torch.stack(steps).mean(0))


def with_a_blank_d(photo, **values):
    """What the first step against the paper's D tells, D's last layer being zero and fixed."""
    run = training(photo, "srgan-paper", **{"d_optimizer.lr": 0.0, "terms": "sr-pixel"} | values)
    assert isinstance(run.state.D, SRGANDiscriminator)
    for weight in run.state.D.head[-1].parameters():
        torch.nn.init.zeros_(weight)
    return terms(run)


def test_the_game_is_the_one_that_is_chosen(photo):
    standard, relativistic = (
        with_a_blank_d(photo, loss=one) for one in ("non-saturating", "ragan")
    )
    assert standard["d_loss"] == pytest.approx(math.log(4))
    assert standard["adversarial"] == pytest.approx(math.log(2))
    assert relativistic["d_loss"] == pytest.approx(math.log(2))
    assert standard["pixel"] == relativistic["pixel"]


def test_both_players_move_and_the_pretrained_features_do_not(photo, monkeypatch):
    monkeypatch.setattr(task, "squeezenet_is_there", lambda: True)
    monkeypatch.setattr(task, "squeezenet", lambda: stub("squeezenet"))
    run = training(photo, "srgan")
    players = run.state.G, run.state.D, run.state.source.features
    before = [{k: v.clone() for k, v in one.state_dict().items()} for one in players]
    found = terms(run)
    moved = [
        any(not torch.equal(one.state_dict()[k], v) for k, v in old.items())
        for one, old in zip(players, before, strict=True)
    ]
    assert moved == [True, True, False]
    wanted = {"d_loss", "pixel", "features", "matching", "adversarial", "consistency", "grid"}
    assert wanted <= found.keys()


def test_what_stands_in_for_vgg19_is_said_in_the_run_and_on_its_card(photo, monkeypatch):
    pixels = training(photo, "srgan-paper")
    found = terms(pixels)
    # Nothing pretrained is here, so the content is the pixels', as in the paper's SRGAN-MSE.
    assert {"d_loss", "pixel", "adversarial"} <= found.keys()
    assert "features" not in found
    assert "SRGAN-MSE" in pixels.state.task.remark(pixels.state)
    card = card_of(pixels.state, data="a", start=None, threads=1)
    assert card["loss"] == {"pixel": 1.0, "adversarial": 1e-3}
    assert (card["pixel"], card["features"]) == ("mse", None)
    monkeypatch.setattr(task, "squeezenet_is_there", lambda: True)
    monkeypatch.setattr(task, "squeezenet", lambda: stub("squeezenet"))
    run = training(photo, "srgan-paper")
    remark = run.state.task.remark(run.state)
    assert remark == "Without VGG19's weights: SQUEEZENET take their place."
    assert {"features", "adversarial"} <= terms(run).keys()
    card = card_of(run.state, data="a", start=None, threads=1)
    assert card["features"] == "SQUEEZENET"
    assert (card["adversarial"], card["discriminator"]) == ("standard", "paper")


def test_a_squared_error_of_features_is_the_papers():
    found, wanted = ([torch.full((1, 1, 2, 2), value)] for value in (1800.0, 5400.0))
    assert float(feature_error(found, wanted, 1800)) == pytest.approx(4)


def test_features_that_are_asked_for_must_be_there(photo, monkeypatch):
    def missing():
        raise DataError("no weights")

    known = perceptual_features.FEATURES | {"vgg19": missing}
    monkeypatch.setattr(perceptual_features, "FEATURES", known)
    with pytest.raises(DataError, match="no weights"):
        load_features(small(photo, "srgan", {"features": "vgg19"}), "srgan")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["srresnet", "srgan", "srresnet-paper", "srgan-paper"])
def test_a_training_that_was_stored_goes_on_bit_exactly(photo, name, tmp_path):
    whole, first = (training(photo, name) for _ in range(2))
    whole.advance(4)
    first.advance(2)
    save_run(tmp_path / "state.safetensors", first.state)
    second = Training(first.config, state=load_run(tmp_path / "state.safetensors", "cpu"))
    second.advance(2)
    for net in ("G", "D", "G_mean"):
        mine, theirs = (getattr(one.state, net).state_dict() for one in (second, whole))
        torch.testing.assert_close(mine, theirs, rtol=0, atol=0)


def test_a_state_that_followed_other_features_is_refused(photo):
    run = training(photo, "srgan", {"features": "none"})
    with pytest.raises(CheckpointError, match="features squeezenet, and here are none"):
        run.state.source.restore({"features": "squeezenet"})


def as_before(run):
    """A state as super-resolution's own loop stored it."""
    state = run.state
    old = {
        "network": state.G.state_dict(),
        "averaged": state.G_mean.state_dict(),
        "crops": state.source.crops.generator.get_state(),
        "step": state.step,
        "seconds": state.seconds,
    }
    whole = copy.deepcopy(state.g_optimizer.state_dict())
    if state.config.adversarial:
        d = {"d_optimiser": state.d_optimizer.state_dict(), "g_optimiser": whole}
        return old | d | {"discriminator": state.D.state_dict(), "features": "none"}
    if len(whole["param_groups"]) == 1:
        return old | {"optimisers": [whole]}
    parts = []
    for group in whole["param_groups"]:
        places = {index: place for place, index in enumerate(group["params"])}
        own = {places[k]: v for k, v in whole["state"].items() if k in places}
        parts.append({"state": own, "param_groups": [{"params": list(places.values())}]})
    return old | {"optimisers": parts}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["srresnet", "srgan", "srresnet-paper"])
def test_a_state_of_before_goes_on_as_it_would_have(photo, name):
    losses = {"features": "none"} if name == "srgan" else {}
    whole = training(photo, name, losses)
    whole.advance(2)
    old = copy.deepcopy(as_before(whole))
    whole.advance(2)
    second = training(photo, name, losses)
    take_over(second.state, old)
    assert second.step == 2
    second.advance(2)
    mine, theirs = (one.state.shown_generator.state_dict() for one in (second, whole))
    torch.testing.assert_close(mine, theirs, rtol=0, atol=0)
    with pytest.raises(CheckpointError, match="does not belong to this configuration"):
        take_over(second.state, {"network": {}})


def test_a_stored_plan_is_the_configuration_of_its_preset():
    plan = {"preset": "srgan", "scale": 2, "folder": "", "steps": 50, "seconds": 0.0, "seed": 7}
    plan |= {"threads": 1, "losses": {"features": "none", "adversarial": "standard"}}
    config = of_plan(plan)
    assert (config.steps, config.seed, config.data.values["scale"]) == (50, 7, 2)
    assert config.loss.name == "non-saturating"
    assert "sr-features" not in [one.name for one in config.terms]
    with pytest.raises(ConfigError, match="knows no colour"):
        of_plan(plan | {"colour": "blue"})


def test_choices_that_a_preset_does_not_have_are_refused():
    with pytest.raises(ConfigError, match="srresnet has no adversarial to choose"):
        superres_config("srresnet", losses={"adversarial": "standard"})
    with pytest.raises(ConfigError, match="srgan-paper follows features"):
        superres_config("srgan-paper", losses={"pixel": "l1"})
    with pytest.raises(ConfigError, match="losses may name"):
        superres_config("srresnet", losses={"rate": 1.0})
    with pytest.raises(ConfigError, match="sr-paper enlarges by 2 or 4, got 3"):
        superres_config("srresnet-paper", 3)
    with pytest.raises(ConfigError, match="D's own maps, which sr-paper has not"):
        superres_config("srgan-paper", terms="sr-matching")
    with pytest.raises(ConfigError, match="super-resolution knows no penalties"):
        superres_config("srgan", penalties="r1")
    with pytest.raises(ConfigError, match=r"adversarial must be 0 where network\.game is off"):
        superres_config("srresnet", adversarial=1.0)
    with pytest.raises(ConfigError, match="G has nothing to learn where adversarial is 0"):
        superres_config("srresnet", terms=[])
    with pytest.raises(ConfigError, match="sr-matching needs a D that judges where adversarial"):
        superres_config("srgan", adversarial=0.0)
    pixels = superres_config("srgan-paper", losses={"features": "none", "pixel": "l1"})
    assert [str(one) for one in pixels.terms] == ["sr-pixel (weight 1.0, error l1)"]


@pytest.mark.slow
def test_a_small_network_soon_beats_bicubic_on_a_photograph_it_never_saw():
    run = Training(superres_config("srresnet", steps=60), device="cpu")
    run.advance(60)
    hr = held_out().crop((100, 40, 260, 200))
    lr = np.asarray(shrink(hr, 4))
    G = run.state.shown_generator.eval()
    ours = as_samples(apply(G, as_input(lr)), np.dtype(np.uint8), False)
    theirs = np.asarray(Image.fromarray(lr).resize(hr.size, Image.Resampling.BICUBIC))
    original = np.asarray(hr)
    assert quality.psnr(ours, original, 4) > quality.psnr(theirs, original, 4) + 0.05


def test_what_is_measured_is_what_is_shown_and_bicubics_is_beside_it(photo):
    run = training(photo, "srresnet")
    (scores,) = run.ensemble.measure()
    shown = run.snapshot().arrays["fake"]
    assert shown.shape == (1, 3, 192, 192)
    assert 30 < scores["bicubic_psnr"] < 33
    assert not run.state.task.reached(run.state, scores | {"psnr": 99.0})
    run.advance(1)
    assert run.state.task.reached(run.state, scores | {"psnr": 99.0}).startswith("beats bicubic")


def test_the_papers_weights_begin_the_papers_trainings_only(photo, tmp_path):
    torch.manual_seed(0)
    paper, lean = tmp_path / "paper.safetensors", tmp_path / "lean.safetensors"
    source = SRResNet(4, 8, 2)
    source.norm.running_var.fill_(0.5)
    weights.save(paper, source, {})
    weights.save(lean, LeanSRResNet(4, 8, 1), {})
    config = fitted(small(photo, "srgan-paper"), paper)
    assert config.network.values["blocks"] == 2
    run = Training(config, device="cpu", start=paper)
    assert float(run.state.G.norm.running_var[0]) == 0.5
    two = Training(fitted(config.with_values({"data.scale": 2}), paper), device="cpu", start=paper)
    assert len(two.state.G.stages) == 1
    torch.testing.assert_close(two.state.G.stages[0].conv.weight, run.state.G.stages[0].conv.weight)
    with pytest.raises(CheckpointError, match="the paper's network were wanted, lean"):
        fitted(config, lean)
    with pytest.raises(CheckpointError, match="our own network were wanted, paper"):
        fitted(small(photo, "srgan"), paper)
    with pytest.raises(CheckpointError, match="2 blocks of 8 channels"):
        superres_pair.copy_weights(paper, SRResNet(4, 8, 1))


def test_what_begins_with_fresh_weights_takes_no_file(tmp_path):
    with pytest.raises(ConfigError, match="points begin with fresh weights"):
        Training("ring", device="cpu", start=tmp_path / "a.safetensors")


def test_what_is_only_for_super_resolution_is_refused_elsewhere():
    from ganlab.presets import preset

    for name in ("adversarial", "g_norm_limit"):
        with pytest.raises(ConfigError, match=f"{name} is for super-resolution only"):
            preset("ring").with_values({name: 0.5})
    assert replace(preset("ring")) == preset("ring")


def test_weights_that_are_not_finite_end_the_run_before_they_are_measured(photo, monkeypatch):
    def spoil(mean, *_):
        for weight in mean.parameters():
            weight.data.fill_(math.nan)

    run = training(photo, "srresnet")
    monkeypatch.setattr("ganlab.training.step.average_towards", spoil)
    tick = run.advance(1)
    assert tick.end == "diverged"
    assert tick.snapshot is not None
    assert all(bool(one.isfinite().all()) for one in run.state.shown_generator.parameters())


def test_the_game_is_reported_at_every_weight_and_what_is_shown_follows_the_averaging(photo):
    run = training(photo, "srgan", {"features": "none"}, adversarial=1.0)
    assert terms(run)["adversarial"] > 0
    averaged = task.answer(run.state)
    run.set_live("ema", 0.0)
    assert task.answer(run.state) is not averaged
    assert task.answer(run.state) is task.answer(run.state)


def test_own_photographs_keep_the_network_of_a_preset(photo):
    config = small(photo, "srresnet")
    run = own_training(config, data="photographs", steps=4, device="cpu")
    assert run.config.network == config.network
