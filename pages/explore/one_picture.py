"""Panel: one picture, several methods, seen closely and measured."""

from dataclasses import astuple

import streamlit as st

from ganlab.superres.benchmark import shrunk
from ganlab.superres.pictures import Picture
from pages.explore.enlarged import Result, as_png, digest_of, results_of
from pages.explore.enlarging_order import choose_orders
from pages.explore.picture_choice import choose_picture, is_original
from pages.explore.picture_download import offer_download
from pages.explore.picture_measures import measure
from pages.widgets.compare_view import Shown, compare_view
from pages.widgets.words import sentence

VIEWED = 12_000_000


def panel(dark: bool) -> None:
    """Controls on the left, the comparison on the right, measures and downloads below."""
    controls, view = st.columns([1, 2.7], gap="large")
    hr = None
    with controls:
        picture = choose_picture()
        if picture is None:
            st.info("Choose a picture to begin.", icon=":material/image:")
            return
        original = is_original()
        wanted = choose_orders(picture, original)
    if original:
        hr, picture = shrunk(picture, wanted.scale)
    lr = picture if wanted.part is None else picture.region(*astuple(wanted.part))
    if hr is not None and wanted.part is not None:
        hr = hr.region(*(wanted.scale * value for value in astuple(wanted.part)))
    size = wanted.size or (lr.width * wanted.scale, lr.height * wanted.scale)
    with view:
        told = [f"{lr.width}×{lr.height} → {size[0]}×{size[1]} pixels, ×{size[0] / lr.width:.3g}"]
        told += [f":material/info: {sentence(notice)}" for notice in picture.notices]
        st.caption(" · ".join(told))
        results = results_of(picture, wanted.orders)
        if not results:
            return
        _compare(results, hr)
        parts = [f"{r.label} {r.seconds:.2f} s{r.pieces}" for r in results]
        st.caption(":material/timer: " + " · ".join(parts))
    measure(results, lr, hr, wanted.scale, dark)
    offer_download(results)


def _compare(results: list[Result], hr: Picture | None) -> None:
    pictures = [(result.label, result.picture) for result in results]
    first = results[0].picture
    if hr is not None and (hr.width, hr.height) == (first.width, first.height):
        pictures.insert(0, ("Original", hr))
    if first.width * first.height > VIEWED:
        wide, tall = min(first.width, 3000), min(first.height, 3000)
        corner = ((first.width - wide) // 2, (first.height - tall) // 2)
        st.caption("Too large for the screen: the middle is shown.")
        pictures = [(label, p.region(*corner, wide, tall)) for label, p in pictures]
    shown = [
        Shown(label, as_png(digest_of(p), p), f"{p.width}×{p.height}") for label, p in pictures
    ]
    compare_view(
        key="sr_view",
        run="superres",
        pictures=shown,
        left=1 if pictures[0][0] == "Original" and len(shown) > 2 else 0,
        right=-1,
    )
