"""Colour profiles: whatever a file was meant in becomes sRGB, which is what networks were fed."""

import io
from functools import cache

from PIL import Image, ImageCms

DAMAGED = "its colour profile is damaged, so sRGB was assumed"
CONVERTED = "its colours were converted from the profile '{}' to sRGB"


@cache
def srgb_bytes() -> bytes:
    """An sRGB profile to embed."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def to_srgb(image: Image.Image) -> tuple[Image.Image, tuple[str, ...]]:
    """A loaded picture in L, RGB or CMYK as L or RGB in sRGB, and what was done about it.

    Without a profile sRGB is assumed, and for CMYK Pillow's plain conversion.
    """
    profile = image.info.get("icc_profile")
    plain = image.convert("RGB") if image.mode == "CMYK" else image
    if not profile:
        return plain, ()
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        name = ImageCms.getProfileDescription(source).strip()
        if "srgb" in name.lower() and image.mode != "CMYK":
            return plain, ()
        target = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return plain, (DAMAGED,)
    assert converted is not None
    if image.mode == "L":
        converted = converted.getchannel("G")  # a grey profile gives equal channels
    return converted, (CONVERTED.format(name),)


def is_srgb(profile: bytes | None) -> bool:
    """Whether samples under this profile can be taken as sRGB as they are."""
    if not profile:
        return True
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return "srgb" in ImageCms.getProfileDescription(source).lower()
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return True
