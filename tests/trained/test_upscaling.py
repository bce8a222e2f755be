"""One order, one picture: sizes, depth, alpha, regions, strength and what is refused."""

import re

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data

from ganlab.errors import CheckpointError, ConfigError, PictureError
from ganlab.images.picture import Picture
from ganlab.images.resize import resized
from ganlab.networks.files import weights
from ganlab.networks.srgan_paper import SRResNet
from ganlab.networks.superres import LeanSRResNet
from ganlab.trained.upscaler_loading import blended, load
from ganlab.trained.upscaling import Region, UpscaleRequest, Upscaling, upscale

PHOTO = data.astronaut()[:40, :52]
GREY = PHOTO[..., 0].copy()
DEEP = PHOTO.astype(np.uint16) * 257


@pytest.fixture(autouse=True)
def small_networks(tmp_path, monkeypatch):
    """Three small networks in the place of the shipped ones."""
    monkeypatch.setenv("GANLAB_CHECKPOINTS", str(tmp_path))
    for seed, (name, scale) in enumerate([("x4-psnr", 4), ("x4-gan", 4), ("x2-psnr", 2)]):
        torch.manual_seed(seed)
        weights.save(tmp_path / f"sr-{name}.safetensors", LeanSRResNet(scale, 16, 1), {})
    return tmp_path


def nearly(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.abs(a.astype(float) - b).max())


@pytest.mark.parametrize("method", ["nearest", "bicubic", "lanczos"])
def test_kernels_are_pillows(method):
    kernel = getattr(Image.Resampling, method.upper())
    expected = np.asarray(Image.fromarray(PHOTO).resize((104, 80), kernel))
    np.testing.assert_array_equal(
        upscale(Picture(PHOTO), UpscaleRequest(method, 2)).colour, expected
    )


@pytest.mark.parametrize("method", ["nearest", "bicubic", "lanczos", "sr-x4-gan", "sr-x2-psnr"])
@pytest.mark.parametrize("colour", [PHOTO, GREY, DEEP], ids=["colour", "grey", "deep"])
@pytest.mark.parametrize("scale", [2, 3, 4])
def test_every_method_gives_size_depth_and_channels(method, colour, scale):
    result = upscale(Picture(colour), UpscaleRequest(method, scale, half=False))
    assert (result.width, result.height) == (52 * scale, 40 * scale)
    assert result.colour.dtype == colour.dtype
    assert result.grey == (colour.ndim == 2)
    assert (
        nearly(result.eight_bits().colour[::scale, ::scale], Picture(colour).eight_bits().colour)
        < 160
    )


@pytest.mark.parametrize("method", ["bicubic", "sr-x4-gan"])
@pytest.mark.parametrize("size", [(1, 1), (1, 50), (3, 2), (7, 129)])
def test_the_smallest_pictures_pass(method, size):
    picture = Picture(np.full((*size, 3), 99, np.uint8))
    assert upscale(picture, UpscaleRequest(method)).colour.shape == (4 * size[0], 4 * size[1], 3)


def test_a_target_size_is_met_and_the_detour_said():
    result = upscale(Picture(PHOTO), UpscaleRequest("sr-x4-psnr", size=(100, 77)))
    assert (result.width, result.height) == (100, 77)
    assert "×4, which was shrunk" in result.notices[0]
    result = upscale(Picture(PHOTO), UpscaleRequest("sr-x2-psnr", scale=4))
    assert "×2, which was enlarged further" in result.notices[0]
    assert upscale(Picture(PHOTO), UpscaleRequest("sr-x4-psnr")).notices == ()


def test_a_constant_alpha_is_kept_exactly_and_an_edge_stays_clean():
    half = np.full((40, 52), 77, np.uint8)
    result = upscale(Picture(PHOTO, half), UpscaleRequest("sr-x4-gan"))
    assert result.alpha is not None
    assert result.alpha.shape == (160, 208)
    assert (result.alpha == 77).all()
    # A white disc on transparent black must not get a dark fringe.
    rows, columns = np.mgrid[:40, :52]
    disc = ((rows - 20) ** 2 + (columns - 26) ** 2 < 150).astype(np.uint8) * 255
    white = np.repeat(disc[..., None], 3, axis=2)
    result = upscale(Picture(white, disc), UpscaleRequest("bicubic"))
    assert result.alpha is not None
    assert result.colour[result.alpha > 0].min() == 255


def test_a_region_equals_the_same_part_of_the_whole():
    whole = upscale(Picture(PHOTO), UpscaleRequest("sr-x4-gan", half=False))
    part = upscale(
        Picture(PHOTO), UpscaleRequest("sr-x4-gan", half=False, region=Region(9, 5, 20, 11))
    )
    np.testing.assert_array_equal(part.colour, whole.colour[20:64, 36:116])
    for method in ("nearest", "bicubic", "lanczos"):
        whole = upscale(Picture(PHOTO), UpscaleRequest(method))
        part = upscale(Picture(PHOTO), UpscaleRequest(method, region=Region(9, 5, 20, 11)))
        assert nearly(part.colour, whole.colour[20:64, 36:116]) <= 1
    with pytest.raises(PictureError, match="a region inside 52×40"):
        upscale(Picture(PHOTO), UpscaleRequest("bicubic", region=Region(50, 0, 9, 9)))


def test_strength_goes_from_one_network_to_the_other():
    results = {
        strength: upscale(
            Picture(PHOTO), UpscaleRequest("sr-x4-gan", strength=strength, half=False)
        ).colour.astype(float)
        for strength in (0.0, 0.5, 1.0)
    }
    psnr = upscale(Picture(PHOTO), UpscaleRequest("sr-x4-psnr", half=False)).colour
    gan = upscale(Picture(PHOTO), UpscaleRequest("sr-x4-gan", half=False)).colour
    np.testing.assert_array_equal(results[0.0], psnr)
    np.testing.assert_array_equal(results[1.0], gan)
    assert nearly(results[0.5], results[0.0]) > 0
    assert nearly(results[0.5], results[1.0]) > 0


def test_tiles_change_nothing():
    whole = upscale(Picture(PHOTO), UpscaleRequest("sr-x4-gan", half=False))
    tiled = upscale(Picture(PHOTO), UpscaleRequest("sr-x4-gan", half=False, tile=17))
    np.testing.assert_array_equal(tiled.colour, whole.colour)


def test_half_precision_differs_by_less_than_two_grey_levels():
    full = upscale(Picture(PHOTO), UpscaleRequest("sr-x4-gan", half=False))
    half = upscale(Picture(PHOTO), UpscaleRequest("sr-x4-gan", half=True))
    assert nearly(full.colour, half.colour) < 2


def test_progress_is_told_and_can_be_left():
    work = Upscaling(Picture(PHOTO), UpscaleRequest("sr-x4-gan", tile=20))
    for progress in work:
        assert progress.total == 6
        break
    assert work.result is None
    heard = []
    upscale(Picture(PHOTO), UpscaleRequest("sr-x4-gan", tile=20), heard.append)
    assert [p.done for p in heard] == [1, 2, 3, 4, 5, 6]


def test_a_dropped_in_network_works_and_says_its_seams(small_networks):
    torch.manual_seed(0)
    network = LeanSRResNet(3, 4, 80)
    with torch.no_grad():
        for weight in network.body.parameters():
            weight.mul_(10)
    torch.save(network.state_dict(), small_networks / "mine.pth")
    order = UpscaleRequest(str(small_networks / "mine.pth"), tile=30)
    result = upscale(Picture(PHOTO), order)
    assert (result.width, result.height) == (156, 120)
    assert "differ at their seams" in result.notices[0]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"scale": 0.5}, "scale must be between 1 and 8, got 0.5"),
        ({"scale": 9}, "scale must be between 1 and 8"),
        ({"strength": 1.5}, "alpha must be between 0 and 1"),
        ({"method": "bicubic", "strength": 0.5}, "alpha blends only sr-x4-gan"),
        ({"tile": 1}, "tile must be at least 8 pixels, .* got 1"),
        ({"size": (0, 5)}, "at least 1×1"),
        ({"method": "magic"}, "method must be one of nearest, .* or a file of weights"),
    ],
)
def test_wrong_orders_are_refused_in_one_sentence(options, sentence):
    with pytest.raises(ConfigError, match=sentence):
        upscale(Picture(PHOTO), UpscaleRequest(**options))


def test_too_large_is_refused_with_numbers_and_an_offer():
    huge = Picture(np.broadcast_to(np.uint8(0), (4320, 7680, 3)))
    with pytest.raises(PictureError, match=r"30720×17280 = 531 million.*choose ×2"):
        Upscaling(huge, UpscaleRequest("bicubic"))
    with pytest.raises(PictureError, match="what one row of the result is made of"):
        Upscaling(huge, UpscaleRequest("sr-x4-gan", size=(100, 1)))


@pytest.mark.parametrize("size", [(4320, 7680), (3000, 4000), (6000, 6600), (5000, 8000)])
@pytest.mark.parametrize("method", ["bicubic", "sr-x4-gan", "sr-x2-psnr"])
def test_what_a_refusal_offers_is_accepted(size, method):
    huge = Picture(np.broadcast_to(np.uint8(0), (*size, 3)))
    with pytest.raises(PictureError, match="choose ×") as caught:
        Upscaling(huge, UpscaleRequest(method, 5))
    (offer,) = re.findall(r"choose ×([\d.]+)", str(caught.value))
    work = Upscaling(huge, UpscaleRequest(method, float(offer)))
    assert work.size == (round(size[1] * float(offer)), round(size[0] * float(offer)))
    Upscaling(huge, UpscaleRequest(method, region=Region(0, 0, 1000, 1000)))


@pytest.mark.parametrize(
    "options",
    [
        {"scale": 2},
        {"scale": 3},
        {"scale": 2, "region": Region(7, 5, 40, 31)},
        {"size": (51, 39)},
        {"method": "sr-x2-psnr", "scale": 3},
    ],
)
@pytest.mark.parametrize("colour", [PHOTO, DEEP, GREY], ids=["colour", "deep", "grey"])
def test_a_result_made_of_bands_is_the_result_of_the_whole(colour, options, monkeypatch):
    order = UpscaleRequest(**({"method": "sr-x4-gan"} | options), half=False)
    whole = upscale(Picture(colour), order)
    monkeypatch.setattr("ganlab.images.bands.HELD", 9_000)
    made = []
    monkeypatch.setattr("ganlab.images.bands.resized", watched(made))
    heard = []
    result = upscale(Picture(colour), order, heard.append)
    assert len(made) > 1
    assert max(made) <= 12_000
    assert [p.done for p in heard] == list(range(1, heard[-1].total + 1))
    assert result.notices == whole.notices
    if order.scale == 2:
        np.testing.assert_array_equal(result.colour, whole.colour)
    else:  # thirds of a pixel are rounded, and the odd grey level with them
        levels = [p.eight_bits().colour for p in (result, whole)]
        assert nearly(*levels) <= 1


def watched(made: list[int]):
    """`resized`, which tells how many pixels it was given."""

    def resize(samples, *arguments):
        made.append(samples.shape[0] * samples.shape[1])
        return resized(samples, *arguments)

    return resize


def test_shrinking_is_pillows_lanczos_of_what_the_network_made():
    native = upscale(Picture(PHOTO), UpscaleRequest("sr-x4-psnr", half=False)).colour
    expected = Image.fromarray(native).resize((104, 80), Image.Resampling.LANCZOS)
    result = upscale(Picture(PHOTO), UpscaleRequest("sr-x4-psnr", 2, half=False))
    np.testing.assert_array_equal(result.colour, np.asarray(expected))


def test_a_region_computes_its_own_tiles_only():
    heard = []
    part = Region(20, 15, 8, 8)
    order = UpscaleRequest("sr-x4-gan", region=part, tile=8, half=False)
    result = upscale(Picture(PHOTO), order, heard.append)
    assert [p.total for p in heard] == [1]
    whole = upscale(Picture(PHOTO), UpscaleRequest("sr-x4-gan", half=False))
    np.testing.assert_array_equal(result.colour, whole.colour[60:92, 80:112])


def test_missing_weights_are_named(small_networks):
    (small_networks / "sr-x4-gan.safetensors").unlink()
    with pytest.raises(CheckpointError, match=r"weights of sr-x4-gan are missing"):
        upscale(Picture(PHOTO), UpscaleRequest("sr-x4-gan"))


def test_the_papers_networks_blend_weight_by_weight_their_statistics_too(tmp_path):
    names = ("psnr", "gan")
    for seed, name in enumerate(names):
        torch.manual_seed(seed)
        network = SRResNet(4, channels=4, blocks=1)
        network.train()(torch.rand(2, 3, 8, 8))  # batch norm has something to remember
        weights.save(tmp_path / f"{name}.safetensors", network.eval(), {})
    psnr, gan = (load(tmp_path / f"{name}.safetensors") for name in names)
    picture = torch.rand(1, 3, 6, 6)
    with torch.no_grad():
        ends = [blended(psnr, gan, strength)(picture) for strength in (0.0, 1.0)]
        torch.testing.assert_close(ends[0], psnr.network(picture))
        torch.testing.assert_close(ends[1], gan.network(picture))
    mixed = blended(psnr, gan, 0.5)
    assert isinstance(mixed, SRResNet)
    half = mixed.state_dict()
    for name, ours in psnr.network.state_dict().items():
        if ours.is_floating_point():
            torch.testing.assert_close(half[name], (ours + gan.network.state_dict()[name]) / 2)
