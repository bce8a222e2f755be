"""Panel: one picture, several methods, seen closely and measured."""

from dataclasses import astuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ganlab.images.picture import Picture
from pages.explore.enlarged import Result, as_png, results_of
from pages.explore.picture_choice import Source, choose_picture, is_original, made_small
from pages.explore.picture_download import offer_download
from pages.explore.picture_measures import measure
from pages.explore.upscale_request import Methods, choose_orders
from pages.widgets.compare_view import Shown, compare_view
from pages.widgets.messages import sentence

VIEWED = 12_000_000
"""Pixels that a browser is sent of a picture; of a larger one it gets the middle."""
MIDDLE = 3000
"""Pixels that a side of the middle has."""


def panel(dark: bool) -> None:
    """Controls on the left, the comparison on the right, measures and downloads below."""
    controls, view = st.columns([1, 2.7], gap="large")
    with controls:
        source = choose_picture()
        if source is None:
            st.info("Choose a picture to begin.", icon=":material/image:")
            return
        original = is_original()
        methods = choose_orders(source.picture, original)
    hr = None
    if original:
        hr, source = made_small(source, methods.scale)
    _enlarged(source, hr, methods, view, dark)


def _enlarged(
    source: Source, hr: Picture | None, methods: Methods, view: DeltaGenerator, dark: bool
) -> None:
    lr, name = source.picture, source.name
    if methods.part is not None:
        lr, name = lr.region(*astuple(methods.part)), f"{name}/{methods.part}"
        if hr is not None:
            hr = hr.region(*(methods.scale * value for value in astuple(methods.part)))
    size = methods.size or (lr.width * methods.scale, lr.height * methods.scale)
    with view:
        facts = [f"{lr.width}×{lr.height} → {size[0]}×{size[1]} pixels, ×{size[0] / lr.width:.3g}"]
        facts += [f":material/info: {sentence(notice)}" for notice in source.picture.notices]
        st.caption(" · ".join(facts))
        if not methods.labels:
            st.info("Choose at least one method.", icon=":material/image:")
            return
        results = results_of(source, methods.labels)
        if not results:
            return
        _compare(results, hr, name)
        parts = [f"{r.label} {r.seconds:.2f} s{r.pieces}" for r in results]
        st.caption(":material/timer: " + " · ".join(parts))
    measure(results, lr, hr, name, methods.scale, dark)
    offer_download(results)


def _compare(results: list[Result], hr: Picture | None, name: str) -> None:
    # A method stays the same one to the viewer when its strength, and so its label, changes.
    pictures = [(r.order.method, r.label, r.name, r.picture) for r in results]
    first = results[0].picture
    if hr is not None and (hr.width, hr.height) == (first.width, first.height):
        pictures.insert(0, ("original", "Original", name, hr))
    wide, tall = first.width, first.height
    if wide * tall > VIEWED:
        wide, tall = min(wide, MIDDLE), min(tall, MIDDLE)
        st.caption(
            f":material/crop_free: {first.width}×{first.height} pixels are too many for the "
            f"screen: the middle, {wide}×{tall}, is shown. Measures and downloads are of the whole."
        )
    corner = ((first.width - wide) // 2, (first.height - tall) // 2)
    shown = [
        Shown(label, as_png(known_by, one.region(*corner, wide, tall)), f"{wide}×{tall}", identity)
        for identity, label, known_by, one in pictures
    ]
    compare_view(
        key="sr_view",
        run="superres",
        pictures=shown,
        left=1 if pictures[0][0] == "original" and len(shown) > 2 else 0,
        right=-1,
    )
