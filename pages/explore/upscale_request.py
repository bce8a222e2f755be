"""What is asked for: methods, scale or size, strength, a region, memory."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import streamlit as st
from PIL import Image, ImageDraw

from ganlab.images.picture import Picture
from ganlab.trained.upscaling import Region, UpscaleRequest
from pages.explore.superres_methods import (
    Offer,
    dropped_in,
    label_of,
    offered,
    scale_choice,
    usual,
)

LEAN = (
    "Lean networks are the paper's idea in a smaller body: no batch norm, and only what bicubic "
    "misses is learned. None of the methods knows faces or treats them apart."
)
THUMBNAIL = 260
MEGABYTES = (128, 256, 512, 1024, 2048)


class Methods(NamedTuple):
    """The choices of the left column."""

    labels: dict[UpscaleRequest, str]
    """Every order with what a person reads for it."""
    scale: int
    part: Region | None = None
    size: tuple[int, int] | None = None
    width: int = 0
    """Pixels across that any picture is to have, instead of a scale."""


def choose_orders(picture: Picture, original: bool) -> Methods:
    """The controls for one picture, from scale to memory."""
    methods = _methods()
    part = _region(picture, methods.scale if original else 1)
    size = None
    if not original and part is None and _to_a_size():
        width = int(st.number_input("Width in pixels", 1, 8 * picture.width, 2 * picture.width))
        size = (width, max(1, round(picture.height * width / picture.width)))
    budget = _budget()
    labels = {
        replace(
            order, scale=None if size else methods.scale, size=size, region=part, budget=budget
        ): label
        for order, label in methods.labels.items()
    }
    return methods._replace(labels=labels, part=part, size=size)


def choose_for_many(original: bool) -> Methods:
    """The same for any number of pictures, which have no region in common."""
    methods = _methods(sharpest=True)
    width = 0
    if not original and _to_a_size():
        width = int(st.number_input("Width in pixels", 1, 20_000, 1920, key="sr_many_width"))
    budget = _budget()
    labels = {replace(order, budget=budget): label for order, label in methods.labels.items()}
    return methods._replace(labels=labels, width=width)


def _methods(sharpest: bool = False) -> Methods:
    """Scale, methods, strength, and networks of one's own."""
    scale = scale_choice("sr_scale")
    offers = offered()
    # A new scale begins with the networks that were made for it.
    names = st.pills(
        "Methods",
        list(offers),
        selection_mode="multi",
        wrap=True,
        default=usual(offers, scale, sharpest),
        format_func=lambda name: offers[name].label,
        help="\n".join(f"- **{one.label}**: {one.summary}" for one in offers.values())
        + f"\n\n{LEAN}",
        key=f"sr_methods.{scale}.{'many' if sharpest else 'one'}",
    )
    strength = _strength(offers, names)
    chosen = {name: offers[name] for name in names} | dropped_in()
    return Methods(
        {_order(*one, scale, strength): _label(one[1], strength) for one in chosen.items()}, scale
    )


def _order(name: str, offer: Offer, scale: int, strength: float | None) -> UpscaleRequest:
    if strength is None or not offer.base:
        return UpscaleRequest(name, scale)
    return UpscaleRequest(name, scale, strength=strength, base=offer.base)


def _label(offer: Offer, strength: float | None) -> str:
    return label_of(offer, strength if offer.base else None)


def _to_a_size() -> bool:
    return st.toggle("To a size instead of a scale", key="sr_to_size")


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
    most = min(width, height)
    if most < 1:  # too small to be shrunk, which is said where it is tried
        return None
    if not st.toggle("A region first", help="See a part in about a second before the whole."):
        return None
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
