"""A labelled data set of generated digits, to take home."""

import io
import zipfile

import numpy as np
import streamlit as st

from ganlab.jobs.samples import to_npz, to_png
from ganlab.trained.generator import Generator

MOST = 1_000
"""Pictures of each class that the page makes; the command line makes more."""


def panel(generator: Generator) -> None:
    """How many, from which seed, in which file."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        each = st.number_input("Pictures of each class", 1, MOST, 100, key="each")
        seed = st.number_input("Seed", 0, 10**6, 0, key="set-seed")
        kind = st.segmented_control("File", ["NPZ", "ZIP of PNGs"], default="NPZ", required=True)
    n = int(each) * generator.classes
    if st.button("Make it", type="primary", icon=":material/dataset:"):
        with st.spinner(f"Generating {n:,} pictures."):
            st.session_state["set"] = make(generator, n, int(seed), kind)
    made = st.session_state.get("set")
    if made:
        content, name = made
        st.download_button(
            f"{name} ({len(content) / 1e6:.1f} MB)",
            content,
            file_name=name,
            icon=":material/download:",
        )
    st.code(
        f"python -m ganlab sample {generator.name} --n {n} --balanced --seed {seed} "
        "--out digits.npz",
        language="bash",
        wrap_lines=True,
    )
    st.caption("The command makes the same bytes as the NPZ here.")


def make(generator: Generator, n: int, seed: int, kind: str) -> tuple[bytes, str]:
    """The file's bytes and its name, which records the seed."""
    labels = np.arange(n) % generator.classes
    pictures = generator.sample(n, labels, seed)
    name = f"{generator.name}-{n}-seed{seed}"
    if kind == "NPZ":
        return to_npz(pictures, labels=labels.astype(np.int64)), f"{name}.npz"
    out, rows = io.BytesIO(), [f"# {generator.name}, seed {seed}", "file,label"]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for i, (picture, label) in enumerate(zip(pictures, labels, strict=True)):
            file = f"{label}/{i:06d}.png"
            flat = picture[0] if len(picture) == 1 else picture.transpose(1, 2, 0)
            entry = zipfile.ZipInfo(file, date_time=(1980, 1, 1, 0, 0, 0))
            archive.writestr(entry, to_png(flat))
            rows.append(f"{file},{label}")
        entry = zipfile.ZipInfo("labels.csv", date_time=(1980, 1, 1, 0, 0, 0))
        archive.writestr(entry, "\n".join(rows) + "\n")
    return out.getvalue(), f"{name}.zip"
