"""A tick of every task on an accelerator: nothing is mixed, and nothing waits in between."""

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data

from ganlab.data import embedded
from ganlab.data.degradation import Crops, Pairs, pairs
from ganlab.data.pictures import PictureSource
from ganlab.device import choose_device, generator_on
from ganlab.evaluation import classifier
from ganlab.evaluation.report import evaluate
from ganlab.images.picture import Picture
from ganlab.networks.perceptual_features import Features
from ganlab.presets import preset
from ganlab.trained import upscaler_loading
from ganlab.trained.generator import Generator
from ganlab.trained.upscaling import UpscaleRequest, Upscaling
from ganlab.training.loop import Pace, Training
from ganlab.training.state import build_state
from ganlab.training.tasks.superres import PhotoSource, features_in
from tests.fake_accelerator import DEVICE, Mixed, Waited, fake_accelerator

QUIET = Pace(tick=1e9, snapshot=1e9, rollback=1e9)
TICK = {
    "training/loop.py:summed_up": "the losses of a tick are read once, at its end",
    "training/loop.py:snapshot": "what people see goes to the CPU, some times a second",
    "training/ensemble.py:keep": "whether weights are finite: every two seconds, before scores",
}
STEPS = 3


def of_a_tick(book, readers=("training/loop.py:summed_up",)):
    """Whether a tick computed there and read its losses at its end only."""
    assert book.operations > 100
    return set(book.read) <= set(readers)


# --- the accelerator itself -----------------------------------------------------------------------


def test_what_lies_on_two_devices_is_refused():
    with fake_accelerator():
        here, there = torch.ones(3), torch.ones(3, device=DEVICE)
        for act in (
            lambda: there + here,
            lambda: torch.cat([there, here]),
            lambda: there[torch.arange(2)],
            lambda: torch.rand(2, generator=generator_on(DEVICE, 1)),
            lambda: torch.rand(2, generator=torch.Generator(), device=DEVICE),
            lambda: here.add_(there.sum()),
            lambda: there.numpy(),
        ):
            with pytest.raises(Mixed):
                act()
        assert (there + torch.tensor(1.0)).device == DEVICE


def test_what_makes_the_host_wait_is_refused():
    with fake_accelerator():
        there = torch.ones(3, device=DEVICE)
        for act in (
            lambda: there.sum().item(),
            lambda: float(there[0]),
            lambda: int(there[0]),
            lambda: bool(there.sum() > 0),
            there.tolist,
            there.cpu,
            lambda: there.to("cpu"),
            lambda: there[there > 0],
            there.nonzero,
            lambda: torch.equal(there, there),
        ):
            with pytest.raises(Waited):
                act()


def test_values_and_gradients_are_those_of_the_cpu():
    net = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2), torch.nn.Tanh())
    x = torch.rand(2, 1, 6, 6)
    net(x).square().sum().backward()
    expected = [weight.grad.clone() for weight in net.parameters()]
    net.zero_grad()
    with fake_accelerator({}) as book:
        net.to(DEVICE)
        loss = net(x.to(DEVICE)).square().sum()
        loss.backward()
        found = [weight.grad for weight in net.parameters()]
        assert {one.device for one in (loss, *found)} == {DEVICE}
        assert not book.read
    for mine, theirs in zip(found, expected, strict=True):
        torch.testing.assert_close(mine, theirs)


# --- points ---------------------------------------------------------------------------------------

SMALL = {f"network.{who}_{size}": n for who in "gd" for size, n in (("width", 8), ("depth", 2))}
SMALL |= {"batch": 16, "steps": 100}
OF_POINTS = [
    {},
    *({"penalties": name} for name in ("r1", "r2", "r1-r2", "wgan-gp", "zero-centred", "dragan")),
    {"penalties": "consensus", "strategy": "simultaneous"},
    *({"strategy": name} for name in ("g-twice", "shared", "optimistic", "extragradient")),
    *({"loss": name, "penalties": ""} for name in ("wasserstein", "hinge", "least-squares")),
    {"loss": "relativistic-average"},
    {"transforms": "instance-noise"},
    {"transforms": "packing"},
    *(
        {"d_optimizer.name": name, "g_optimizer.name": name, "ema": 0.9}
        for name in ("adam", "rmsprop", "sgd")
    ),
    {"d_clip": 0.1, "loss": "wasserstein", "penalties": ""},
    {"network.d_batch_feature": "stddev"},
    {"network.d_batch_feature": "discrimination"},
    {"network.d_norm": "spectral"},
    {"network.g_norm": "batch"},
    {"network.d_dropout": 0.3},
    {"precision": "bfloat16"},
    {"precision": "float32"},
    {"data": "sine"},
    {"d_warmup": 2},
]


def tick(training):
    training.advance(STEPS)


@pytest.mark.parametrize("values", OF_POINTS, ids=str)
@pytest.mark.parametrize("members", [1, 3])
def test_a_tick_on_points_reads_its_losses_once(values, members):
    config = preset("ring").with_values(SMALL | values)
    rates = [{"seed": k, "d_optimizer.lr": 1e-3 / (k + 1)} for k in range(members)]
    with fake_accelerator(TICK) as book:
        training = Training(config, variants=rates if members > 1 else (), pace=QUIET)
        training.advance(1)
        book.read.clear()
        tick(training)
        assert of_a_tick(book)
        assert training.state.step == 1 + STEPS


def test_a_tick_of_unrolled_steps_reads_how_often_d_has_moved():
    config = preset("ring").with_values(SMALL | {"strategy": "unrolled", "penalties": ""})
    reader = "training/unrolled.py:__init__"
    allowed = TICK | {reader: "Adam's count is a number in the bias correction that is unrolled"}
    with fake_accelerator(allowed) as book:
        tick(Training(config, pace=QUIET))
        assert of_a_tick(book, (reader, *TICK))


def test_a_tick_of_a_comparison_reads_each_group_once():
    variants = [{}, {"loss": "hinge"}, {"network.d_depth": 3}, {"transforms": "packing"}]
    config = preset("ring").with_values(SMALL)
    with fake_accelerator(TICK | {"training/loop.py:_tick": "losses of a tick"}) as book:
        race = Training(config, variants, pace=QUIET)
        race.advance(1)
        book.read.clear()
        race.advance(STEPS)
        assert of_a_tick(book)


# --- pictures -------------------------------------------------------------------------------------

OF_PICTURES = [
    ("digits", {}),
    *(
        ("digits", {"penalties": name})
        for name in ("r1", "r2", "r1-r2", "wgan-gp", "zero-centred", "dragan", "consensus")
    ),
    *(("digits", {"transforms": name}) for name in ("augment", "instance-noise", "packing")),
    *(
        ("digits", {"d_optimizer.name": name, "g_optimizer.name": name, "ema": 0.9})
        for name in ("adam", "rmsprop", "sgd")
    ),
    *(
        ("digits", {"strategy": name})
        for name in ("g-twice", "simultaneous", "shared", "optimistic", "extragradient")
    ),
    ("digits-collapse", {}),
    ("dcgan-mnist", {"data": "digits"}),
    ("cgan-digits", {}),
    ("vae-gan", {}),
    ("infogan", {}),
    ("figan", {}),
    ("transgan", {}),
    ("wgan", {"data": "digits"}),
    ("sngan", {"data": "digits"}),
    ("sagan", {"data": "digits"}),
    ("r3gan", {"data": "digits"}),
    ("digits", {"precision": "float32"}),
]


@pytest.fixture(scope="module")
def digits():
    whole = embedded.load_digits()
    return type(whole)(whole.pictures[:256], whole.labels[:256], whole.classes, whole.name)


@pytest.mark.parametrize(("name", "values"), OF_PICTURES, ids=str)
def test_a_tick_on_pictures_reads_its_losses_once(name, values, digits):
    config = preset(name)
    width = 32 if name == "transgan" else 4
    small = {key: width for key in config.network.values if key.endswith("width")}
    config = config.with_values({f"network.{key}": size for key, size in small.items()})
    config = config.with_values({"batch": 8, "steps": 100} | values)
    setting_up = TICK | {
        "networks/figan.py:take_axes": "the principal axes are found once, before the first step",
        "evaluation/figan_features.py:prepare": "the classifier is read before the first step",
    }
    with fake_accelerator(setting_up) as book:
        device = choose_device()
        source = PictureSource(digits, device, config.seed)
        training = Training(config, state=build_state(config, device, source=source), pace=QUIET)
        training.advance(1)
        book.read.clear()
        tick(training)
        assert of_a_tick(book)
        assert training.snapshot().arrays["fake"].dtype == np.uint8


# --- super-resolution -----------------------------------------------------------------------------

PHOTO = Image.fromarray(data.astronaut()[:96, :96])


def features():
    """Two layers that stand for a pretrained network."""
    layers = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3, padding=1), torch.nn.ReLU())
    return Features(layers, [0, 1], "squeezenet", "two layers")


SMALL_NETWORKS = {"network.channels": 8, "network.blocks": 1, "data.crop": 8, "batch": 2}
OF_PAIRS = [
    ("srresnet", {"terms.sr-variation.weight": 0.1}),
    ("srresnet", {"terms.sr-pixel.error": "luma"}),
    ("srgan", {"terms.sr-variation.weight": 0.1}),
    ("srgan", {"loss": "non-saturating", "strategy": "alternating"}),
    ("srgan", {"precision": "bfloat16"}),
    ("srresnet-paper", {"ema": 0.5, "g_norm_limit": 1.0}),
    ("srgan-paper", {"ema": 1.0, "terms": "sr-pixel"}),
]


@pytest.mark.parametrize(("name", "values"), OF_PAIRS, ids=str)
def test_a_tick_of_super_resolution_reads_its_losses_once(name, values):
    config = preset(name).with_values(SMALL_NETWORKS | {"steps": 100} | values)
    with fake_accelerator(TICK) as book:
        device = choose_device()
        whole = "paper" in name or not config.adversarial
        crops = Crops(pairs([PHOTO], 4), batch=2, crop=8, seed=0).to(device)
        eyes = features().to(device) if features_in(config) else None
        source = PhotoSource(Pairs(crops.pairs), crops, eyes, whole)
        training = Training(config, state=build_state(config, device, source=source), pace=QUIET)
        training.advance(1)
        book.read.clear()
        tick(training)
        assert of_a_tick(book)
        assert training.state.step == 1 + STEPS
        assert {one.device for one in training.state.shown_generator.parameters()} == {DEVICE}


# --- what is trained, in use ----------------------------------------------------------------------


@pytest.fixture(autouse=True)
def nothing_loaded():
    """What is kept in memory belongs to one accelerator."""

    def forget():
        for kept in (classifier.load_classifier, upscaler_loading._load):
            kept.cache_clear()

    forget()
    yield
    forget()


@pytest.mark.parametrize("request_", [{}, {"strength": 0.5}, {"size": (50, 40)}, {"tile": 12}])
def test_enlarging_reads_each_tile_once(request_):
    colour = np.ascontiguousarray(data.astronaut()[:20, :30])
    tiles = {
        "images/tiling.py:apply": "whether a tile is finite is asked once",
        "images/tiling.py:as_samples": "a tile comes back as samples",
    }
    with fake_accelerator(tiles) as book:
        work = Upscaling(Picture(colour), UpscaleRequest(**request_))
        assert work.half
        count = [progress.total for progress in work][-1]
        assert set(book.read.values()) == {count}
        assert work.result is not None
    here = Upscaling(Picture(colour), UpscaleRequest(**request_, half=True, device="cpu"))
    assert list(here)
    assert here.result is not None
    apart = np.abs(here.result.colour.astype(int) - work.result.colour).max()
    assert apart <= 1


READING = {
    "trained/generator.py:pictures": "a batch of pictures is handed out",
    "evaluation/classifier.py:read": "features and logits are handed out",
}


def test_evaluating_computes_on_the_accelerator_what_the_cpu_computes():
    config = preset("digits").with_values({"network.width": 4})
    state = build_state(config, torch.device("cpu"))
    expected = evaluate(Generator("a run", config, state.shown_generator), n=100)
    with fake_accelerator(READING) as book:
        generator = Generator("a run", config, state.shown_generator.to(choose_device()))
        assert generator.device == DEVICE
        found = evaluate(generator, n=100)
        assert set(book.read) == set(READING)
    assert found["frechet"] == pytest.approx(expected["frechet"], rel=1e-3)
    assert found["classes"] == expected["classes"]
