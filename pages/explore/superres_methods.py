"""The methods that the super-resolution page offers: shipped, trained in runs, dropped in."""

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from ganlab.runs import superres
from ganlab.superres.methods import METHODS, shipped
from pages.widgets.lab import hub
from pages.widgets.words import counted

NEWEST = 6
"""Runs that are offered; older ones are there as files."""


@dataclass(frozen=True)
class Offer:
    """One method as people see it."""

    label: str
    summary: str
    base: str = ""
    """The weights of the same lineage that it can be blended with."""
    kernel: bool = False


def offered() -> dict[str, Offer]:
    """Every method by the name that an Order takes: the shipped ones, then the trained runs."""
    offers = {
        name: Offer(METHODS[name].label, METHODS[name].summary, kernel=METHODS[name].kernel)
        for name in shipped()
    }
    if {"sr-x4-gan", "sr-x4-psnr"} <= offers.keys():
        gan = METHODS["sr-x4-gan"]
        offers["sr-x4-gan"] = Offer(gan.label, gan.summary, gan.partner)
    runs = superres.with_networks(hub().store, hub().runs())
    for path, info in list(runs.items())[:NEWEST]:
        start = superres.start_of(hub().store.open(info.id))
        offers[str(path)] = Offer(
            f"{info.title} ({info.id[-4:]})",
            f"Your run: {info.preset} ×{info.config['scale']}, {counted(info.step, 'step')}.",
            str(start) if start.is_file() else "",
        )
    return offers


def dropped_in() -> str:
    """The path of a file of weights that the viewer has dropped, or nothing."""
    with st.expander("Bring your own network", icon=":material/upload_file:"):
        file = st.file_uploader(
            "Weights",
            type=["safetensors", "pth", "ckpt"],
            help="Our own networks, RRDB (ESRGAN), SRVGGCompact and MSRResNet; with "
            "`pip install spandrel` some forty architectures more. Files are read without "
            "running anything that they hold.",
        )
    return "" if file is None else str(_kept(file.name, file.getvalue()))


def _kept(name: str, content: bytes) -> Path:
    """An uploaded file of weights as a file, named after its content."""
    folder = Path(tempfile.gettempdir()) / "ganlab-networks"
    folder.mkdir(exist_ok=True)
    stem = hashlib.sha1(content, usedforsecurity=False).hexdigest()[:16]
    path = folder / f"{stem}{Path(name).suffix.lower()}"
    if not path.exists():
        path.write_bytes(content)
    return path


def label_of(method: str, strength: float | None = None) -> str:
    """What a person reads for a method, with its strength where it is not whole."""
    known = offered().get(method)
    label = known.label if known else "Your network"
    return label if strength in (None, 1.0) else f"{label}, α = {strength:g}"


def scale_choice(key: str) -> int:
    """×2, ×3 or ×4."""
    chosen = st.segmented_control(
        "Scale", [2, 3, 4], default=4, required=True, format_func="×{}".format, key=key
    )
    return int(chosen)
