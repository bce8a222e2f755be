"""Every term gives the generator a gradient, and equals its formula where one can be computed."""

import math
import os
from pathlib import Path

import pytest
import torch
from PIL import Image, ImageFilter
from skimage import data

from ganlab.data.degradation import as_tensor, shrink
from ganlab.images import quality
from ganlab.networks.perceptual_features import TRAINED_ON, squeezenet
from ganlab.networks.srgan_paper import SRResNet
from ganlab.networks.superres import LeanSRResNet
from ganlab.networks.superres_discriminator import PatchDiscriminator
from ganlab.objective import superres_losses
from ganlab.objective.losses import LogisticRelativisticAverage as RaGAN
from ganlab.objective.losses import NonSaturating

BLUR = ImageFilter.GaussianBlur(2)
WHOLE = quality.Protocol(cut=False)
WEIGHTS = Path(os.environ.get("GANLAB_DATA", "../shared/data")) / "weights"
needs_squeezenet = pytest.mark.skipif(
    not WEIGHTS.is_dir(), reason="SqueezeNet's weights are not on this machine"
)


@pytest.fixture(autouse=True)
def data_folder(monkeypatch):
    monkeypatch.setenv("GANLAB_DATA", str(WEIGHTS.parent))


def crops():
    generator = torch.Generator().manual_seed(0)
    hr = torch.rand(2, 3, 64, 64, generator=generator)
    return torch.nn.functional.avg_pool2d(hr, 4), hr


TERMS = {
    "pixel_l1": lambda sr, hr, lr, D: superres_losses.pixel_l1(sr, hr),
    "pixel_mse": lambda sr, hr, lr, D: superres_losses.pixel_mse(sr, hr),
    "structural": lambda sr, hr, lr, D: 1 - superres_losses.structural_similarity(sr, hr),
    "measured": lambda sr, hr, lr, D: superres_losses.measured_on_luma(sr, hr),
    "matching": lambda sr, hr, lr, D: superres_losses.feature_distance(D(sr)[1], D(hr)[1]),
    "adversarial": lambda sr, hr, lr, D: NonSaturating.g(D(hr)[0], D(sr)[0]).mean(),
    "relativistic": lambda sr, hr, lr, D: RaGAN.g(D(hr)[0], D(sr)[0]).mean(),
    "total_variation": lambda sr, hr, lr, D: superres_losses.total_variation(sr),
    "consistency": lambda sr, hr, lr, D: superres_losses.consistency(sr, lr, 4),
    "grid": lambda sr, hr, lr, D: superres_losses.grid_pattern(sr, hr, 4),
    "features": lambda sr, hr, lr, D: superres_losses.feature_distance(
        squeezenet(TRAINED_ON)(sr), squeezenet(TRAINED_ON)(hr)
    ),
}


@pytest.mark.parametrize(
    "term", [pytest.param(n, marks=needs_squeezenet) if n == "features" else n for n in TERMS]
)
@pytest.mark.parametrize("build", [lambda: LeanSRResNet(4, 8, 2), lambda: SRResNet(4, 8, 2)])
def test_every_term_gives_the_generator_a_gradient_that_is_not_zero(term, build):
    torch.manual_seed(0)
    generator, discriminator = build(), PatchDiscriminator(8).requires_grad_(False)
    lr, hr = crops()
    TERMS[term](generator(lr), hr, lr, discriminator).backward()
    for name, weight in generator.named_parameters():
        assert weight.grad is not None, name
        assert bool(torch.isfinite(weight.grad).all()), name
    assert float(generator.tail.weight.grad.abs().sum()) > 0
    assert float(generator.head.weight.grad.abs().sum()) > 0


def test_structural_similarity_is_what_the_measure_finds_with_skimage():
    photo = as_tensor(Image.fromarray(data.astronaut()[60:140, 90:190]))
    blurred = as_tensor(Image.fromarray(data.astronaut()[60:140, 90:190]).filter(BLUR))
    measured = quality.ssim(*(p.permute(1, 2, 0).numpy() for p in (blurred, photo)), 4, WHOLE)
    found = superres_losses.structural_similarity(blurred[None] / 255, photo[None] / 255)
    assert float(found) == pytest.approx(measured, abs=1e-4)
    assert float(superres_losses.structural_similarity(photo[None] / 255, photo[None] / 255)) == 1


def test_the_measured_loss_is_psnr_turned_round_with_ssim_and_colour_beside_it():
    photo = as_tensor(Image.fromarray(data.astronaut()[60:140, 90:190]))[None] / 255
    noise = 0.1 * torch.randn(photo.shape, generator=torch.Generator().manual_seed(0))
    pictures, twins = torch.cat([photo + noise, photo + 3 * noise]), torch.cat([photo, photo])
    weights = torch.tensor([65.481, 128.553, 24.966]).view(3, 1, 1) / 255
    errors = [
        float(((p - t) * weights).sum(0).square().mean())
        for p, t in zip(pictures, twins, strict=True)
    ]
    accuracy = sum(math.log(e + 1e-4) for e in errors) / 2
    structure = 1 - float(superres_losses.structural_similarity(pictures, twins))
    colour = float((pictures - twins).abs().mean())
    found = float(superres_losses.measured_on_luma(pictures, twins))
    assert found == pytest.approx(accuracy + 2.5 * structure + 10 * colour, rel=1e-5)


@pytest.mark.parametrize("error", [superres_losses.feature_distance, superres_losses.feature_error])
def test_no_gradient_reaches_the_original(error):
    lr, hr = crops()
    hr.requires_grad_()
    found = error([lr.requires_grad_()], [hr[..., :16, :16]])
    found.backward()
    assert hr.grad is None


def test_the_relativistic_average_is_half_of_the_papers_formula():
    real, fake = torch.tensor([1.0, 3.0]), torch.tensor([0.5, -2.0])
    real_over_fake = torch.sigmoid(real - fake.mean())
    fake_over_real = torch.sigmoid(fake - real.mean())
    equation_1 = -real_over_fake.log().mean() - (1 - fake_over_real).log().mean()
    equation_2 = -(1 - real_over_fake).log().mean() - fake_over_real.log().mean()
    d, g = (game(real, fake).mean() for game in (RaGAN.d, RaGAN.g))
    torch.testing.assert_close(d, equation_1 / 2)
    torch.testing.assert_close(g, equation_2 / 2)


def test_the_grid_term_sees_a_pattern_and_hardly_sees_noise():
    generator = torch.Generator().manual_seed(0)
    hr = torch.rand(1, 3, 96, 96, generator=generator)
    pattern = torch.zeros(4, 4)
    pattern[0, 0], pattern[2, 2] = 0.1, -0.1
    tiled = pattern.repeat(24, 24)
    noise = tiled.flatten()[torch.randperm(96 * 96, generator=generator)].view(96, 96)
    seen, hidden = (
        float(superres_losses.grid_pattern(hr + extra, hr, 4)) for extra in (tiled, noise)
    )
    assert seen == pytest.approx(0.1 * 2 / 16, rel=1e-3)
    assert hidden < seen / 2


def test_total_variation_of_a_ramp_is_its_slope():
    ramp = torch.arange(5.0).expand(1, 3, 4, 5)
    assert float(superres_losses.total_variation(ramp)) == pytest.approx(1)


def test_shrinking_differentiably_agrees_with_pillow():
    from skimage import data

    picture = Image.fromarray(data.astronaut()[:64, :96])
    ours = superres_losses.downscaled(as_tensor(picture)[None].float(), 4)[0]
    theirs = as_tensor(shrink(picture, 4)).float()
    assert float((ours.clamp(0, 255) - theirs).abs().max()) < 1.5
    assert float((ours - theirs).abs().mean()) < 0.4


def test_feature_distance_counts_every_layer_alike():
    a, b = torch.ones(1, 2, 3, 3), torch.full((1, 2, 3, 3), 2.0)
    assert float(superres_losses.feature_distance([a, 100 * a], [b, 100 * b])) == pytest.approx(0.5)


@needs_squeezenet
def test_features_are_torchvisions_own():
    from safetensors.torch import load_file
    from torchvision.models import squeezenet1_0

    network = squeezenet1_0()
    network.load_state_dict(load_file(WEIGHTS / "squeezenet1_0_imagenet.safetensors"))
    _, hr = crops()
    mean = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
    deviation = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)
    expected = network.eval().features[:5]((hr - mean) / deviation)
    torch.testing.assert_close(squeezenet(("relu1", "fire3"))(hr)[1], expected.detach())
