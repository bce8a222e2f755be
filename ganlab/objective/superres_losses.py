"""What a super-resolution generator can be asked for, each term a scalar with a gradient.

Pictures are (N, 3, H, W) in [0, 1]. A popular repository's content loss builds a new tensor from
numbers and so has no gradient at all; `tests/objective/test_superres_losses.py` guards ours.
"""

from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor
from torch.nn import functional as F


def pixel_l1(sr: Tensor, hr: Tensor) -> Tensor:
    """Mean |sr - hr|: sharper than the square, and what the modern recipes start from."""
    return (sr - hr).abs().mean()


def pixel_mse(sr: Tensor, hr: Tensor) -> Tensor:
    """Mean (sr - hr)², which maximises PSNR. Ledig et al. 2017, equation 4."""
    return (sr - hr).square().mean()


PIXEL: Mapping[str, Callable[[Tensor, Tensor], Tensor]] = {"l1": pixel_l1, "mse": pixel_mse}
"""Name of a pixel error to its function of (sr, hr)."""


def measured_on_luma(sr: Tensor, hr: Tensor, structure: float = 2.5, colour: float = 10) -> Tensor:
    """What the usual protocol measures, as a loss: log MSE of each luma, 1 - SSIM, and a little L1.

    The mean log MSE is a mean PSNR turned round: a picture counts by its own error, not by its
    share of all errors, as in Chen et al. 2021 (HINet), section 3.3. L1 keeps the colours, which
    luma does not see. Errors below 40 dB's, which JPEG leaves anyway, hardly count.
    """
    errors = (_luma(sr) - _luma(hr)).square().mean((1, 2, 3))
    accuracy = (errors + 1e-4).log().mean()
    return accuracy + structure * (1 - structural_similarity(sr, hr)) + colour * pixel_l1(sr, hr)


def structural_similarity(sr: Tensor, hr: Tensor) -> Tensor:
    """Mean SSIM of the luma, at most 1. Wang et al. 2004, equation 13, with their Gaussian window.

    Luma is BT.601 in studio range and windows lie within the picture, as in `quality.ssim`. As a
    loss, 1 - SSIM beside a pixel term: Zhao et al. 2017.
    """
    x, y = _luma(sr), _luma(hr)
    mean_x, mean_y, xx, yy, xy = (_windowed(one) for one in (x, y, x.square(), y.square(), x * y))
    c1, c2 = 0.01**2, 0.03**2
    close = (2 * mean_x * mean_y + c1) / (mean_x.square() + mean_y.square() + c1)
    variances = xx - mean_x.square() + yy - mean_y.square()
    alike = (2 * (xy - mean_x * mean_y) + c2) / (variances + c2)
    return (close * alike).mean()


def _luma(picture: Tensor) -> Tensor:
    weights = picture.new_tensor([65.481, 128.553, 24.966]).view(3, 1, 1) / 255
    return (picture * weights).sum(1, keepdim=True) + 16 / 255


def _windowed(picture: Tensor, sigma: float = 1.5, radius: int = 5) -> Tensor:
    """Gaussian means of (N, 1, H, W) over windows that lie within: (N, 1, H - 10, W - 10)."""
    down, across = (_window(side, sigma, radius, picture) for side in picture.shape[-2:])
    # As two products of matrices: convolutions of one channel take three times as long.
    return down @ picture @ across.T


def _window(side: int, sigma: float, radius: int, like: Tensor) -> Tensor:
    """The windows' weights along one side, a row each: (side - 2·radius, side)."""
    places = torch.arange(side, dtype=like.dtype, device=like.device)
    away = places - places[: side - 2 * radius, None] - radius
    weights = torch.exp(-away.square() / (2 * sigma**2)) * (away.abs() <= radius)
    return weights / weights.sum(1, keepdim=True)


def feature_distance(sr: Sequence[Tensor], hr: Sequence[Tensor]) -> Tensor:
    """Mean over layers of |sr - hr| / |hr|: every layer counts alike, whatever its size.

    For a perceptual loss (Ledig et al. 2017, equation 5; L1 as in Wang et al. 2018) and for
    matching what the discriminator sees (Wang et al. 2018, pix2pixHD, equation 2).
    """
    assert len(sr) == len(hr)
    terms = [
        (ours - theirs.detach()).abs().mean() / (theirs.detach().abs().mean() + 1e-6)
        for ours, theirs in zip(sr, hr, strict=True)
    ]
    return torch.stack(terms).mean()


def feature_error(sr: Sequence[Tensor], hr: Sequence[Tensor], divisor: float = 1.0) -> Tensor:
    """Mean over layers of the mean (sr - hr)² of maps divided by `divisor`.

    Ledig et al. 2017, equation 5; they divide VGG's maps by 12.75, to come to the size of an MSE.
    """
    assert len(sr) == len(hr)
    terms = [
        ((ours - theirs.detach()) / divisor).square().mean()
        for ours, theirs in zip(sr, hr, strict=True)
    ]
    return torch.stack(terms).mean()


def total_variation(sr: Tensor) -> Tensor:
    """Mean |difference| between neighbours, down and across. Ledig et al. 2017, table 4, VGG22."""
    down = (sr[..., 1:, :] - sr[..., :-1, :]).abs().mean()
    across = (sr[..., 1:] - sr[..., :-1]).abs().mean()
    return down + across


def downscaled(sr: Tensor, scale: int) -> Tensor:
    """The picture shrunk by the kernel that made the input, differentiably."""
    size = (sr.shape[-2] // scale, sr.shape[-1] // scale)
    return F.interpolate(sr.float(), size=size, mode="bicubic", antialias=True)


def grid_pattern(sr: Tensor, hr: Tensor, scale: int, window: int = 6) -> Tensor:
    """Mean |local mean of sr - hr at one place of the scale×scale grid|, over its places.

    A PixelShuffle writes every place of the grid by a filter of its own, and where texture is
    invented their means drift apart: a pattern that repeats with the grid. Averaged over `window`
    cells texture cancels out and the pattern stays.
    """
    places = F.pixel_unshuffle(sr - hr, scale)
    return F.avg_pool2d(places, window, stride=window // 2).abs().mean()


def consistency(sr: Tensor, lr: Tensor, scale: int) -> Tensor:
    """Mean |shrunk sr - lr|: an invented detail must vanish where the input was measured."""
    return (downscaled(sr, scale) - lr).abs().mean()
