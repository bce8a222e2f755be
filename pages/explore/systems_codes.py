"""InfoGAN's codes on sliders: every category at once, a table of sweeps, a pad of both codes."""

from typing import Any

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganlab.evaluation.classifier import box_of, load_classifier, readable
from ganlab.evaluation.systems import Purity, purity
from ganlab.formatting import percent
from ganlab.jobs.samples import sprite, to_png
from ganlab.trained.generator import Generator
from pages.widgets.live_grid import live_grid
from pages.widgets.pad import Axis, pad

REACH = 1.5
"""Codes were drawn from -1 to 1; a little beyond shows where they lead."""
STEPS = 9
SIDE = 15


def panel(generator: Generator) -> None:
    """Sliders above a row of all categories; below, the sweeps and the pad."""
    values = generator.config.noise.values
    categories, continuous = int(values["categories"]), int(values["continuous"])
    with st.container(horizontal=True, vertical_alignment="bottom"):
        turned = [
            st.slider(f"Code {k + 1}", -REACH, REACH, 0.0, 0.05, key=f"code-{k}")
            for k in range(continuous)
        ]
        seed = st.number_input("Style (the rest of z)", 0, 10**6, 0, key="code-seed", width=170)
    row = with_codes(generator, torch.arange(categories), torch.tensor(turned), int(seed))
    pictures = generator.pictures(row)
    read = _read(generator, pictures)
    picked = live_grid(
        key="categories",
        run=f"{generator.name} {seed} {turned}",
        picture=to_png(sprite(pictures, categories)),
        step=-1,
        rows=1,
        cols=categories,
        title="Each category of the code, at these codes and in this style",
        caption="Click one to explore it below",
        labels=[f"category {k}" + (f", read as a {r}" if r else "") for k, r in enumerate(read)],
        max_width=1100,
        on_pick=lambda: None,
    )
    if picked is not None:
        st.session_state["category"] = picked
    category = min(st.session_state.get("category", 0), categories - 1)
    _say_what_is_read(generator, read)
    if not continuous:
        return
    left, right = st.columns([5, 6], gap="large")
    with left:
        _sweeps(generator, categories, continuous, int(seed))
    with right:
        if continuous > 1:
            pad(
                key="codes-pad",
                atlas=_atlas(generator.name, generator.config.hash(), category, seed, generator),
                across=Axis("code 1", -REACH, REACH),
                up=Axis("code 2", -REACH, REACH),
                label=f"Both codes of category {category}.",
                hint=f"Category {category}. Drag anywhere: the picture follows.",
                height=430,
            )


def with_codes(generator: Generator, category: Tensor, codes: Tensor, seed: int) -> Tensor:
    """One z whose codes are these, (N, z_dim): category (N,), codes (K,) or (N, K)."""
    values = generator.config.noise.values
    categories, continuous = int(values["categories"]), int(values["continuous"])
    z = generator.z(1, seed).repeat(len(category), 1)
    z[:, :categories] = torch.eye(categories)[category]
    z[:, categories : categories + continuous] = codes
    return z


def _sweeps(generator: Generator, categories: int, continuous: int, seed: int) -> None:
    names = [f"Code {k + 1}" for k in range(continuous)]
    along = st.segmented_control("Sweep", names, default=names[0], required=True, key="sweep")
    steps = torch.linspace(-REACH, REACH, STEPS)
    codes = torch.zeros(categories * STEPS, continuous)
    codes[:, names.index(along)] = steps.repeat(categories)
    z = with_codes(generator, torch.arange(categories).repeat_interleave(STEPS), codes, seed)
    live_grid(
        key="sweeps",
        run=f"{generator.name} {seed} {along}",
        picture=to_png(sprite(generator.pictures(z), STEPS)),
        step=-1,
        rows=categories,
        cols=STEPS,
        title=f"A row is a category; {along.lower()} goes from −1.5 to 1.5",
        labels=[f"category {k}, {s:+.2f}" for k in range(categories) for s in steps.tolist()],
        max_width=470,
    )


def _read(generator: Generator, pictures: NDArray[Any]) -> list[str]:
    """What the classifier reads in each; nothing where it cannot."""
    known = generator.config.data.name in readable()
    if not known or pictures.shape[1:] != load_classifier().shape:
        return []
    return [
        str(int(c))
        for c in load_classifier()
        .read(pictures, box_of(generator.config.data.name))
        .logits.argmax(1)
    ]


def _say_what_is_read(generator: Generator, read: list[str]) -> None:
    if not read:
        return
    found = _purity(generator.name, generator.config.hash(), generator)
    st.markdown(
        f"The classifier reads these as **{' '.join(read)}**. Over 1,000 draws "
        f"**{percent(found.purity)}** are read as the commonest digit of their category, and the "
        f"categories name {found.classes} different digits. No label was used in training."
    )


@st.cache_data(max_entries=8, show_spinner="Reading 1,000 digits.")
def _purity(name: str, mark: str, _generator: Generator) -> Purity:
    del name, mark
    categories = int(_generator.config.noise.values["categories"])
    z = _generator.z(1_000, 1)
    box = box_of(_generator.config.data.name)
    read = load_classifier().read(_generator.pictures(z), box).logits.argmax(1)
    return purity(z[:, :categories].argmax(1), read, categories, 10)


@st.cache_data(max_entries=12, show_spinner="Painting the pad.")
def _atlas(name: str, mark: str, category: int, seed: int, _generator: Generator) -> NDArray[Any]:
    del name, mark
    steps = torch.linspace(-REACH, REACH, SIDE)
    up, across = torch.meshgrid(steps.flip(0), steps, indexing="ij")
    values = _generator.config.noise.values
    codes = torch.zeros(SIDE**2, int(values["continuous"]))
    codes[:, 0], codes[:, 1] = across.flatten(), up.flatten()
    z = with_codes(_generator, torch.full((SIDE**2,), category), codes, seed)
    return np.asarray(_generator.pictures(z))
