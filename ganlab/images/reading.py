"""Reading any picture that people have, or saying in one sentence why not."""

import io
import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from ganlab.errors import PictureError
from ganlab.images.deep_files import is_deep, only_tifffile_reads, read_deep
from ganlab.images.orientation import UPRIGHT
from ganlab.images.picture import MOST_INPUT, Picture, Samples, check_size
from ganlab.images.profiles import deep_to_srgb, to_srgb

FORMATS = ["PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF"]

ORIENTATION = 0x0112
EXIF_IFD, GPS_IFD = 0x8769, 0x8825
SIZE_BOUND = {0xA002, 0xA003, 0xA005, 0x927C}  # sizes in pixels, interoperability, maker's note


def read(source: Path | str | bytes, name: str = "") -> Picture:
    """A picture from a file or its bytes, upright and in sRGB; PictureError in one sentence.

    The size is checked in the header, before anything is decoded.
    """
    if isinstance(source, bytes):
        data, name = source, name or "the picture"
    else:
        name = name or Path(source).name
        try:
            data = Path(source).read_bytes()
        except OSError as error:
            raise PictureError(f"{name} could not be opened: {error.strerror}") from error
    try:
        if picture := only_tifffile_reads(data, name):
            return picture
        return _decoded(_opened(data, name), data)
    except PictureError:
        raise
    except Exception as error:  # decoders raise what they like on a damaged file
        raise PictureError(
            f"{name} is cut off or damaged, so it cannot be decoded: export or download it again"
        ) from error


def _opened(data: bytes, name: str) -> Image.Image:
    if not data:
        raise PictureError(f"{name} is empty (0 bytes): choose another file")
    start = data[:512].lstrip().lower()
    if start.startswith((b"<svg", b"<?xml")) or b"<svg" in start:
        raise PictureError(
            f"{name} is an SVG drawing, which has no pixels: render it at the size needed"
        )
    formats = ", ".join(FORMATS[:-1]) + " or " + FORMATS[-1]
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        claimed = int(re.findall(r"\d+", str(error))[0])
        raise PictureError(
            f"{name} claims {claimed / 1e6:,.0f} million pixels, the limit is "
            f"{MOST_INPUT / 1e6:.0f} million: shrink or cut it first"
        ) from error
    except UnidentifiedImageError as error:
        raise PictureError(f"{name} is not a picture in {formats}: save it as PNG") from error
    except Exception as error:  # decoders raise what they like on a damaged header
        raise PictureError(f"{name} has a damaged header: export or download it again") from error
    check_size(*image.size, MOST_INPUT, name, "shrink or cut it first")
    return image


def _decoded(image: Image.Image, data: bytes) -> Picture:
    notices: list[str] = []
    frames = getattr(image, "n_frames", 1)
    if frames > 1:
        notices.append(f"it has {frames} frames, of which the first was taken")
        image.seek(0)
    image.load()
    exif = image.getexif()  # after load: TIFF files have been turned upright by it
    orientation = exif.get(ORIENTATION, 1)
    colour, alpha, more = _samples(image, data)
    turn = UPRIGHT.get(orientation, UPRIGHT[1])
    return Picture(
        colour=np.ascontiguousarray(turn(colour)),
        alpha=None if alpha is None else np.ascontiguousarray(turn(alpha)),
        exif=_kept(exif),
        notices=(*notices, *more),
    )


def _samples(image: Image.Image, data: bytes) -> tuple[Samples, Samples | None, tuple[str, ...]]:
    """Colour and alpha of a loaded picture and what was done to them."""
    deep, profile = read_deep(image, data), image.info.get("icc_profile")
    if deep is None and image.mode.startswith("I;16"):
        deep = np.asarray(image).astype(np.uint16), None
    if deep is not None:
        return deep_to_srgb(*deep, profile)
    if image.mode in ("I", "F"):
        wide, notices = _stretched(np.asarray(image))
        colour, alpha, more = deep_to_srgb(wide, None, profile)
        return colour, alpha, notices + more
    if is_deep(image, data):
        return _eight_bit(image, ("its 16-bit samples were read with 8 bits",))
    return _eight_bit(image, ())


def _eight_bit(
    image: Image.Image, notices: tuple[str, ...]
) -> tuple[Samples, Samples | None, tuple[str, ...]]:
    if image.mode == "1":
        image = image.convert("L")
    transparent = "transparency" in image.info or image.mode in ("LA", "La", "PA", "RGBA", "RGBa")
    profile = image.info.get("icc_profile")
    alpha = None
    if transparent:
        image = image.convert("LA" if image.mode in ("L", "LA", "La") else "RGBA")
        alpha = np.asarray(image.getchannel("A"))
        image = image.convert(image.mode.removesuffix("A"))
    elif image.mode not in ("L", "RGB", "CMYK"):
        image = image.convert("RGB")
    if profile:
        image.info["icc_profile"] = profile
    image, more = to_srgb(image)
    return np.asarray(image), alpha, notices + more


def _stretched(values: NDArray) -> tuple[Samples, tuple[str, ...]]:
    """Samples of 32 bits as 16: whole numbers up to 65535 and fractions up to 1 as they are."""
    finite = np.nan_to_num(values.astype(np.float64))
    low, high = float(finite.min()), float(finite.max())
    if values.dtype.kind in "iu" and low >= 0 and high <= 65535:
        return finite.astype(np.uint16), ()
    if values.dtype.kind == "f" and low >= 0 and high <= 1:
        return np.round(finite * 65535).astype(np.uint16), ()
    scaled = (finite - low) / max(high - low, 1e-12)
    note = f"its values from {low:g} to {high:g} were stretched from black to white"
    return np.round(scaled * 65535).astype(np.uint16), (note,)


def _kept(exif: Image.Exif) -> Image.Exif | None:
    """The metadata that stays true of an upright, enlarged copy."""
    kept = Image.Exif()
    pointers = {ORIENTATION, EXIF_IFD, GPS_IFD, 0xA005}
    structure = set(range(0x00FE, 0x0112)) | {
        0x0115,
        0x0116,
        0x0117,
        0x011C,
        0x0140,
        0x0142,
        0x0143,
    }
    structure |= {0x0144, 0x0145, 0x014A, 0x0152, 0x0153, 0x015B, 0x0201, 0x0202, 0x02BC, 0x8773}
    structure -= {0x010E, 0x010F, 0x0110}  # description, maker and model are worth keeping
    for tag, value in exif.items():
        if tag not in pointers | structure:
            kept[tag] = value
    for ifd in (EXIF_IFD, GPS_IFD):
        values = {tag: v for tag, v in exif.get_ifd(ifd).items() if tag not in SIZE_BOUND}
        if values:
            kept.get_ifd(ifd).update(values)
    return kept if len(kept) or kept.get_ifd(EXIF_IFD) or kept.get_ifd(GPS_IFD) else None
