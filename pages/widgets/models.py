"""Choosing the generator that a page shows: the shipped one, a run of yours, an uploaded file."""

import hashlib
import tempfile
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ganlab.config import RunConfig
from ganlab.errors import GanlabError
from ganlab.jobs.info import RunInfo
from ganlab.paths import CHECKPOINTS
from ganlab.registry import Network, find
from ganlab.trained.generator import Generator, find_checkpoint, load
from pages.widgets.addressed import addressed_selectbox
from pages.widgets.lab import hub
from pages.widgets.messages import sentence
from pages.widgets.time_machine import choose_state, still_there

SHIPPED_MODEL = "digits-cgan"
SHIPPED_UNTOLD = "digits-r3gan"
"""Takes no labels."""
SHIPPED_POINTS = "playground-ring"
UPLOAD = "upload"
LARGEST = 64 * 2**20
"""Bytes of an uploaded checkpoint that are read."""
TITLES = {
    SHIPPED_MODEL: "Shipped digits",
    SHIPPED_UNTOLD: "Shipped digits, without labels",
    SHIPPED_POINTS: "Shipped ring of points",
    UPLOAD: "A file of yours …",
}


@st.cache_resource(max_entries=6, show_spinner="Loading the model.")
def _loaded(path: str, changed: float) -> Generator:
    del changed  # part of the key, so that a run that trained on is read again
    return load(path)


def choose_model(*, key: str, conditional: bool, notice: DeltaGenerator) -> Generator:
    """A selectbox of models and the one chosen; ends the page in one sentence if it is unusable.

    In notice it says so where the address names a model that is not there.
    """
    runs = {info.id: info for info in hub().runs() if _fits(info, conditional)}
    untold = () if conditional else (SHIPPED_UNTOLD, SHIPPED_POINTS)
    ours = (SHIPPED_MODEL, *untold)
    shipped = [name for name in ours if (CHECKPOINTS / f"{name}.safetensors").is_file()]
    name = addressed_selectbox(
        "Model",
        [*shipped, *runs, UPLOAD],
        parameter="model",
        key=key,
        title=lambda one: TITLES.get(one) or _title(runs[one]),
        help="The shipped model, a run of yours that has a checkpoint, or a file.",
        notice=notice,
    )
    try:
        if name == UPLOAD:
            path = _uploaded(key)
        else:
            path = choose_state(name, f"{key}.at.{name}") if name in runs else None
            path = path or find_checkpoint(name)
        if path is None:
            st.info("Choose a file that `ganlab runs export RUN --out model.safetensors` wrote.")
            st.stop()
        with still_there(path):
            generator = _loaded(str(path), path.stat().st_mtime)
        if conditional and not generator.classes:
            st.error(f"{generator.name} takes no labels: choose a conditional model.")
            st.stop()
    except (GanlabError, OSError) as error:
        st.error(sentence(error), icon=":material/error:")
        st.stop()
    return generator


def _fits(info: RunInfo, conditional: bool) -> bool:
    try:
        config = RunConfig.from_json(info.config)
    except GanlabError:
        return False
    labelled = find(Network, config.network.name).conditional
    return bool(info.step) and (labelled or not conditional)


def _title(info: RunInfo) -> str:
    return f"{info.title}, step {info.step:,} ({info.id})"


def _uploaded(key: str) -> Path | None:
    """The uploaded file, written aside under the digest of its bytes; None while there is none."""
    given = st.file_uploader(
        "Checkpoint", type="safetensors", key=f"{key}.file", max_upload_size=LARGEST >> 20
    )
    if given is None:
        return None
    if given.size > LARGEST:
        st.error(f"The file must be at most 64 MB, got {given.size / 2**20:.0f} MB.")
        st.stop()
    content = given.getvalue()
    digest = hashlib.sha256(content).hexdigest()[:16]
    path = Path(tempfile.gettempdir()) / f"ganlab-upload-{digest}.safetensors"
    if not path.is_file() or path.stat().st_size != len(content):
        path.write_bytes(content)
    return path
