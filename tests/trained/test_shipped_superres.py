"""The weights that ship: small, described, exact in tiles, and as good as their cards say."""

import os
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from skimage import data

from ganlab.evaluation.superres import Score, benchmark
from ganlab.images import tiling
from ganlab.images.methods import METHODS, checkpoint_of
from ganlab.images.picture import Picture
from ganlab.trained.upscaler_loading import load
from ganlab.trained.upscaling import UpscaleRequest, upscale

pytestmark = pytest.mark.slow
DATA = Path(os.environ.get("GANLAB_DATA", "../shared/data"))
NETWORKS = [name for name, method in METHODS.items() if not method.kernel]
needs_set5 = pytest.mark.skipif(
    not (DATA / "Set5").is_dir(), reason="the Set5 pictures are not on this machine"
)
PHOTO = np.ascontiguousarray(data.astronaut()[40:125, 100:170])


@pytest.fixture(autouse=True)
def data_folder(monkeypatch):
    monkeypatch.setenv("GANLAB_DATA", str(DATA))


@cache
def on_set5(method: str, strength: float | None = None) -> Score:
    scale = METHODS[method].scale or 4
    order = UpscaleRequest(method, strength=strength, half=False if METHODS[method].scale else None)
    return benchmark(DATA / "Set5", scale, [order])[0]


@pytest.mark.parametrize("name", NETWORKS)
def test_weights_are_small_and_say_how_they_were_made(name):
    path = checkpoint_of(name)
    assert path.stat().st_size <= 6e6
    loaded = load(path)
    assert loaded.architecture == "LeanSRResNet"
    assert loaded.upscaler.scale == METHODS[name].scale
    wanted = {"data", "loss", "steps", "seconds", "seed", "hardware", "command", "scores"}
    assert wanted <= loaded.card.keys()
    assert loaded.card["data"] == "bsds400"
    assert f"--out checkpoints/{name}.safetensors" in loaded.card["command"]


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("side", [32, 48, 33])
def test_tiled_equals_whole_exactly(name, side):
    whole = upscale(Picture(PHOTO), UpscaleRequest(name, half=False))
    tiled = upscale(Picture(PHOTO), UpscaleRequest(name, half=False, tile=side))
    np.testing.assert_array_equal(tiled.colour, whole.colour)


def test_without_a_halo_the_shipped_network_would_show_seams():
    assert tiling.seam(load(checkpoint_of("sr-x4-gan")).upscaler, PHOTO, 0) > 2.55


@pytest.mark.parametrize("name", NETWORKS)
def test_bfloat16_stays_within_two_grey_levels(name):
    deep = Picture(PHOTO.astype(np.uint16) * 257)  # 16 bits, so that rounding hides nothing
    full, half = (
        upscale(deep, UpscaleRequest(name, half=h)).colour.astype(int) for h in (False, True)
    )
    assert np.abs(full - half).max() / 257 < 2


@needs_set5
@pytest.mark.parametrize("name", NETWORKS)
def test_scores_are_those_of_the_card(name):
    card, measured = load(checkpoint_of(name)).card["scores"], on_set5(name)
    assert card["psnr"] == pytest.approx(measured.psnr, abs=0.01)
    assert card["ssim"] == pytest.approx(measured.ssim, abs=0.001)
    assert card["consistency"] == pytest.approx(measured.consistency, abs=0.1)


@needs_set5
def test_the_gan_is_nearer_than_both_in_what_it_was_not_trained_on():
    gan, psnr, bicubic = (on_set5(name) for name in ("sr-x4-gan", "sr-x4-psnr", "bicubic"))
    for measure in ("features", "texture", "spectral_gap"):
        value = getattr(gan, measure)
        assert value < getattr(psnr, measure) < getattr(bicubic, measure), measure
    assert 29 <= gan.psnr <= 30.5
    assert gan.consistency >= 40


@needs_set5
def test_strength_moves_every_score_steadily_from_one_network_to_the_other():
    way = [on_set5("sr-x4-gan", strength) for strength in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert way[0].psnr == pytest.approx(on_set5("sr-x4-psnr").psnr, abs=0.01)
    for measure in ("psnr", "features", "texture", "spectral_gap"):
        values = [getattr(one, measure) for one in way]
        assert all(a > b for a, b in pairwise(values)), (measure, values)
