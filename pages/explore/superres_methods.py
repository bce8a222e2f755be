"""The methods that the super-resolution page offers: shipped, trained in runs, dropped in."""

import hashlib
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import streamlit as st

from ganlab.images.methods import INSTALL, METHODS, shipped
from ganlab.jobs import superres
from pages.widgets.lab import hub
from pages.widgets.messages import counted

NEWEST = 6
"""Runs that are offered; older ones are there as files."""


@dataclass(frozen=True)
class Offer:
    """One method as people see it."""

    label: str
    summary: str
    base: str = ""
    """The weights of the same lineage that it can be blended with."""
    scale: int | None = None
    """That its network was trained for; None where any will do or nobody has said."""


def offered() -> dict[str, Offer]:
    """Every method by the name that an Order takes: the shipped ones, then the trained runs."""
    offers = {
        name: Offer(METHODS[name].label, METHODS[name].summary, scale=METHODS[name].scale)
        for name in shipped()
    }
    if {"sr-x4-gan", "sr-x4-psnr"} <= offers.keys():
        gan = METHODS["sr-x4-gan"]
        offers["sr-x4-gan"] = Offer(gan.label, gan.summary, gan.partner, gan.scale)
    runs = superres.with_networks(hub().store, hub().runs())
    for path, info in list(runs.items())[:NEWEST]:
        start = hub().store.open(info.id).start
        offers[str(path)] = Offer(
            f"{info.title} ({info.id[-4:]})",
            f"Your run: {info.preset} ×{superres.scale_of(info)}, {counted(info.step, 'step')}.",
            str(start) if start.is_file() else "",
        )
    return offers


def usual(offers: Mapping[str, Offer], scale: int, sharpest: bool = False) -> list[str]:
    """The methods that are chosen at first: bicubic, and the shipped networks made for the scale.

    Where no network was made for it, those for ×4, whose results are then shrunk. `sharpest`
    leaves the last of them alone.
    """
    made_for = [name for name in METHODS if name in offers and offers[name].scale == scale]
    networks = made_for or [name for name in METHODS if name in offers and offers[name].scale == 4]
    names = ["bicubic", *networks]
    return names[-1:] if sharpest else names


def dropped_in() -> dict[str, Offer]:
    """The files of weights that the viewer has dropped, by their paths."""
    with st.expander("Bring your own networks", icon=":material/upload_file:"):
        files = st.file_uploader(
            "Weights",
            type=["safetensors", "pth", "ckpt"],
            accept_multiple_files=True,
            help="Our own networks, RRDB (ESRGAN), SRVGGCompact and MSRResNet; with "
            f"`{INSTALL}` some forty architectures more. Files are read without "
            "running anything that they hold, and go when you leave.",
            key="sr_weights",
        )
    offers: dict[str, Offer] = {}
    for file in files:
        path = kept_in(Path(private_folder().name), file.name, file.getvalue())
        label = _distinct(path.name, {offer.label for offer in offers.values()})
        offers.setdefault(str(path), Offer(label, "Your own file."))
    return offers


@st.cache_resource(scope="session", show_spinner=False, on_release=lambda folder: folder.cleanup())
def private_folder() -> tempfile.TemporaryDirectory:
    """A folder that this session alone may read, gone when it ends."""
    return tempfile.TemporaryDirectory(prefix="ganlab-networks-")


def kept_in(folder: Path, name: str, content: bytes) -> Path:
    """An uploaded file of weights as a file under its own name, beside others of that name."""
    digest = hashlib.sha1(content, usedforsecurity=False).hexdigest()[:16]
    plain = PurePosixPath(name.replace("\\", "/").replace("\0", "")).name
    stem, suffix = Path(plain).stem[:80] or "weights", Path(plain).suffix.lower()
    path = folder / digest / f"{stem}{suffix}"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    return path


def _distinct(label: str, taken: Collection[str]) -> str:
    """The label, with a number if another file has it."""
    number, found = 2, label
    while found in taken:
        found, number = f"{label} ({number})", number + 1
    return found


def label_of(offer: Offer, strength: float | None) -> str:
    """What a person reads for a method, with its strength where it is not whole."""
    return offer.label if strength in (None, 1.0) else f"{offer.label}, α = {strength:g}"


def scale_choice(key: str) -> int:
    """×2, ×3 or ×4."""
    chosen = st.segmented_control(
        "Scale", [2, 3, 4], default=4, required=True, format_func="×{}".format, key=key
    )
    return int(chosen)
