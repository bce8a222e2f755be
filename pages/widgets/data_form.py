"""What a run on pictures learns from: a data set that fits the preset, or one's own pictures."""

import io
from typing import Any

import streamlit as st

from ganlab.catalogue import NETWORKS
from ganlab.catalogue.networks import makes_size
from ganlab.catalogue.pictures import PICTURES, picture_shape
from ganlab.config import RunConfig
from ganlab.errors import ConfigError, DataError
from pages.widgets.words import sentence

TITLES = {
    "digits": "Digits, no download",
    "mnist": "MNIST",
    "fashion-mnist": "Fashion-MNIST",
    "kmnist": "KMNIST, cursive characters",
    "cifar10": "CIFAR-10, colour photographs",
    "folder": "Your own pictures",
}
TYPES = ["zip", "png", "jpg", "jpeg", "webp", "bmp", "gif", "tif", "tiff"]


def data_form(config: RunConfig, key: str) -> RunConfig | None:
    """Draw the choice of data; config with it, or None while own pictures are missing."""
    fitting = {name: one for name in PICTURES if (one := with_data(config, name)) is not None}
    own = config.data.name
    names = list(fitting)
    name = st.selectbox(
        "Data",
        names,
        names.index(own),
        format_func=lambda one: TITLES.get(one, str(one)),
        key=f"{key}.data",
    )
    chosen = fitting[name]
    if name != own:
        st.caption(PICTURES[name].summary)
    if name != "folder":
        return chosen
    return _own_pictures(chosen, key)


def with_data(config: RunConfig, name: str) -> RunConfig | None:
    """Config on another data set, sized for its network; None if the two do not fit."""
    if name == config.data.name:
        return config
    network = NETWORKS[config.network.name]
    sizes = [picture_shape(*_choice(config)).size, PICTURES[name].traits["size"]]
    sizes = [size for size in sizes if makes_size(network, size)]
    if "size" not in PICTURES[name].parameters:
        fixed = PICTURES[name].traits["size"]
        return config.with_values({"data": name}) if fixed in sizes else None
    return config.with_values({"data": {"name": name, "size": sizes[0]}}) if sizes else None


def _choice(config: RunConfig) -> tuple[str, Any]:
    return config.data.name, config.data.values


def _own_pictures(config: RunConfig, key: str) -> RunConfig | None:
    # Only here does the page need torch, and only this page's readers pay for it.
    from ganlab.data.own_pictures import as_data, kept_facts, kept_names

    names = kept_names()
    if names:
        kept = st.selectbox(
            "Which pictures",
            ["", *names],
            format_func=lambda one: one or "Upload new ones",
            key=f"{key}.kept",
        )
        if kept:
            facts = kept_facts(kept)
            _say(facts["words"])
            return config.with_values({"data": as_data(kept, facts["classes"], config)})
    whole = st.segmented_control(
        "Upload", ["ZIP or pictures", "Folder"], default="ZIP or pictures", key=f"{key}.how"
    )
    files = st.file_uploader(
        "Your pictures, or one ZIP of them. Folders inside become classes.",
        TYPES,
        accept_multiple_files="directory" if whole == "Folder" else True,
        key=f"{key}.upload.{whole}",
    )
    colour = st.segmented_control("Keep", ["colour", "grey"], default="colour", key=f"{key}.colour")
    config = config.with_values({"data.colour": colour or "colour"})
    if not files:
        st.caption("16 to 100,000 pictures: PNG, JPEG, WebP, BMP, GIF or TIFF.")
        return None
    try:
        name, classes, words = _kept(files, config, key)
    except (DataError, ConfigError) as error:
        st.error(sentence(error), icon=":material/error:")
        return None
    _say(words)
    return config.with_values({"data": as_data(name, classes, config)})


def _kept(files: list[Any], config: RunConfig, key: str) -> tuple[str, list[str], str]:
    """Name, classes and a sentence of uploaded pictures; each upload is read once."""
    from ganlab.data.archives import uploaded_entries, zip_entries
    from ganlab.data.gathering import gather
    from ganlab.data.own_pictures import keep

    shape, colour = picture_shape(*_choice(config)), str(config.data.values["colour"])
    upload = (*(file.file_id for file in files), shape.size, colour)
    known = st.session_state.get(f"{key}.known")
    if known and known[0] == upload:
        return known[1]
    archives = [file for file in files if file.name.lower().endswith(".zip")]
    if archives and len(files) > 1:
        raise DataError("give one ZIP file, or pictures, not both")
    if archives:
        title = archives[0].name
        entries = zip_entries(io.BytesIO(archives[0].getvalue()), title)
    else:
        title = files[0].name.split("/")[0] if "/" in files[0].name else "pictures"
        entries = uploaded_entries(((file.name, file.getvalue()) for file in files), title)
    bar = st.progress(0.0, "Reading your pictures")

    def report(words: str, share: float) -> None:
        bar.progress(share, words)

    gathered = gather(entries, title, shape.size, colour, report)
    bar.empty()
    found = keep(gathered, title), list(gathered.classes), gathered.words
    st.session_state[f"{key}.known"] = (upload, found)
    return found


def _say(words: str) -> None:
    first, _, rest = words.partition(" Left out: ")
    st.markdown(f":green[:material/check_circle:] {first}")
    if rest:
        st.warning(f"Left out: {rest}", icon=":material/broken_image:")
