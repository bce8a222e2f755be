"""What is asked for: methods, scale or size, strength, a region, memory."""

from typing import NamedTuple

import numpy as np
import streamlit as st
from PIL import Image, ImageDraw

from ganlab.superres.pictures import Picture
from ganlab.superres.upscaling import Order, Region
from pages.explore.superres_methods import Offer, dropped_in, offered, scale_choice

USUAL = ("bicubic", "sr-x4-psnr", "sr-x4-gan")
THUMBNAIL = 260
MEGABYTES = (128, 256, 512, 1024, 2048)


class Wanted(NamedTuple):
    """The choices of the left column."""

    orders: list[Order]
    scale: int
    part: Region | None
    size: tuple[int, int] | None


def choose_orders(picture: Picture, original: bool) -> Wanted:
    """The controls, from methods to memory."""
    offers = offered()
    names = st.pills(
        "Methods",
        list(offers),
        selection_mode="multi",
        default=[name for name in USUAL if name in offers],
        format_func=lambda name: offers[name].label,
        help="\n".join(f"- **{one.label}**: {one.summary}" for one in offers.values())
        + "\n\nNone of them knows faces or treats them apart.",
    )
    scale = scale_choice("sr_scale")
    strength = _strength(offers, names)
    part = _region(picture, scale if original else 1)
    size = None
    if not original and part is None and st.toggle("To a size instead of a scale"):
        width = int(st.number_input("Width in pixels", 1, 8 * picture.width, 2 * picture.width))
        size = (width, max(1, round(picture.height * width / picture.width)))
    file = dropped_in()
    budget = _budget()
    orders = [
        Order(
            name,
            None if size else scale,
            size,
            strength=strength if name in offers and offers[name].base else None,
            base=offers[name].base if name in offers and strength is not None else "",
            region=part,
            budget=budget,
        )
        for name in [*names, *filter(None, [file])]
    ]
    return Wanted(orders, scale, part, size)


def _strength(offers: dict[str, Offer], names: list[str]) -> float | None:
    if not any(offers[name].base for name in names):
        return None
    return st.slider(
        "Strength α",
        0.0,
        1.0,
        1.0,
        0.05,
        help="0 is the network towards the pixels, 1 the GAN that went on from it; between them "
        "their weights are blended.",
    )


def _region(picture: Picture, shrinkage: int) -> Region | None:
    """A part to try first, in pixels of what will be enlarged, shown on a small copy."""
    width, height = picture.width // shrinkage, picture.height // shrinkage
    if not st.toggle("A region first", help="See a part in about a second before the whole."):
        return None
    most = min(width, height)
    sides = [side for side in (32, 64, 128, 256) if side < most] or [most]
    side = sides[-1]
    if len(sides) > 1:
        start = min(128, sides[-1])
        side = st.select_slider("Its side in pixels", sides, start, key=f"sr_side.{most}")
    left = _place("From the left", width - side)
    top = _place("From the top", height - side)
    st.image(_marked(picture, left, top, side, shrinkage), caption="The region")
    return Region(left, top, side, side)


def _place(label: str, room: int) -> int:
    """Where the region begins, from 0 to the room that there is."""
    if room < 1:
        return 0
    return st.slider(label, 0, room, room // 2, key=f"sr.{label}.{room}")


def _marked(picture: Picture, left: int, top: int, side: int, shrinkage: int) -> Image.Image:
    """A small copy of the picture with the region framed."""
    image = Image.fromarray(np.ascontiguousarray(picture.rgb()))
    image.thumbnail((THUMBNAIL, THUMBNAIL))
    factor = shrinkage * image.width / picture.width
    box = [round(v * factor) for v in (left, top, left + side, top + side)]
    pen = ImageDraw.Draw(image)
    pen.rectangle(box, outline=(16, 14, 24), width=4)
    pen.rectangle(box, outline=(255, 255, 255), width=2)
    return image


def _budget() -> int:
    with st.expander("Memory", icon=":material/memory:"):
        megabytes = st.select_slider(
            "For a tile (MB)",
            MEGABYTES,
            512,
            help="Large pictures are cut into tiles whose activations fit. Tiles overlap by what "
            "the network sees, so they leave no seam. It changes the memory, not the picture.",
        )
    return megabytes * 2**20
