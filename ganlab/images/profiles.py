"""Colour profiles: whatever a file was meant in becomes sRGB, which is what networks were fed."""

import io
from functools import cache, lru_cache

import numpy as np
from PIL import Image, ImageCms

from ganlab.images.picture import Picture, Samples

DAMAGED = "its colour profile is damaged or of another kind, so sRGB was assumed"
CONVERTED = "its colours were converted from the profile '{}' to sRGB"
FEWER_BITS = "its 16-bit samples became 8 bits because they need another profile"
ROUNDING = 2
"""Grey levels by which versions of sRGB differ: some hold its curve as a table."""


@cache
def srgb_bytes() -> bytes:
    """An sRGB profile to embed."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def to_srgb(image: Image.Image) -> tuple[Image.Image, tuple[str, ...]]:
    """A loaded picture in L, RGB or CMYK as L or RGB in sRGB, and what was done about it.

    Without a profile sRGB is assumed, and for CMYK Pillow's plain conversion.
    """
    profile = image.info.get("icc_profile")
    words = effect_of(profile, image.mode)
    if words in ("", DAMAGED):
        plain = image.convert("RGB") if image.mode == "CMYK" else image
        return plain, (words,) if words else ()
    assert profile is not None
    return _converted(image, ImageCms.ImageCmsProfile(io.BytesIO(profile))), (words,)


def deep_to_srgb(
    colour: Samples, alpha: Samples | None, profile: bytes | None
) -> tuple[Samples, Samples | None, tuple[str, ...]]:
    """Samples of 16 bits in sRGB, and what was done about it; converted ones have 8 bits."""
    words = effect_of(profile, "L" if colour.ndim == 2 else "RGB")
    if words in ("", DAMAGED):
        return colour, alpha, (words,) if words else ()
    eight = Picture(colour, alpha).eight_bits()
    image = Image.fromarray(eight.colour)
    image.info["icc_profile"] = profile
    converted, notices = to_srgb(image)
    return np.asarray(converted), eight.alpha, (FEWER_BITS, *notices)


@lru_cache(maxsize=16)
def effect_of(profile: bytes | None, mode: str) -> str:
    """What a profile does to samples in L, RGB or CMYK, in words; nothing where they are sRGB.

    What it makes of colours is compared, and not its name, which says what its writer pleases.
    """
    if not profile:
        return ""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        name = ImageCms.getProfileDescription(source).strip()
        before = _colours(mode)
        after = _converted(before, source)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return DAMAGED
    if mode != "CMYK":
        moved = np.abs(np.asarray(after).astype(int) - np.asarray(before))
        if moved.max() <= ROUNDING:
            return ""
    return CONVERTED.format(name)


def _converted(image: Image.Image, source: ImageCms.ImageCmsProfile) -> Image.Image:
    """The picture through the profile; grey stays grey, under a profile for colours too."""
    if image.mode != "L":
        return _transformed(image, source)
    levels = _colours("L")
    if str(getattr(source.profile, "xcolor_space", "")).strip() == "RGB":
        levels = levels.convert("RGB")
    # Unabridged: lcms draws a straight curve through so few points that dark greys are 10 off.
    found = _transformed(levels, source, ImageCms.Flags.NOOPTIMIZE)
    return image.point(list(found.getchannel("G").tobytes()))  # grey gives equal channels


def _transformed(
    image: Image.Image,
    source: ImageCms.ImageCmsProfile,
    flags: ImageCms.Flags = ImageCms.Flags.NONE,
) -> Image.Image:
    target = ImageCms.createProfile("sRGB")
    done = ImageCms.profileToProfile(image, source, target, outputMode="RGB", flags=flags)
    assert done is not None
    return done


def _colours(mode: str) -> Image.Image:
    """Every grey, or colours from the whole cube: enough to see what a profile does."""
    if mode == "L":
        return Image.fromarray(np.arange(256, dtype=np.uint8)[None])
    levels = np.linspace(0, 255, 16).astype(np.uint8)
    cube = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(64, 64, 3)
    return Image.fromarray(cube).convert(mode)
