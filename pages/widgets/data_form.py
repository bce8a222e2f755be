"""What a run on pictures learns from: a data set that fits the preset, or one's own pictures."""

import io
from typing import Any

import streamlit as st

from ganlab.config import RunConfig
from ganlab.config.fit import picture_shape
from ganlab.errors import ConfigError, DataError
from ganlab.registry import Data, Network, find, table
from pages.widgets.messages import sentence

TYPES = ["zip", "png", "jpg", "jpeg", "webp", "bmp", "gif", "tif", "tiff"]


def data_form(config: RunConfig, key: str) -> RunConfig | None:
    """Draw the choice of data; config with it, or None while own pictures are missing."""
    known = table(Data)
    pictures = [name for name, one in known.items() if one.space == "pictures"]
    fitting = {name: one for name in pictures if (one := with_data(config, name)) is not None}
    now = config.data.name
    names = list(fitting)
    name = st.selectbox(
        "Data",
        names,
        names.index(now),
        format_func=lambda one: known[one].title,
        key=f"{key}.data",
    )
    chosen = _sized(fitting[name], key)
    if name != now:
        st.caption(known[name].summary)
    if not known[name].own:
        return chosen
    return _own_pictures(chosen, key)


def with_data(config: RunConfig, name: str) -> RunConfig | None:
    """Config on another data set, sized for its network; None if the two do not fit.

    Pictures that come in one size keep it where the network makes it; others take the size that
    config has.
    """
    if name == config.data.name:
        return config
    network, data = find(Network, config.network.name), find(Data, name)
    if "size" not in data.parameters:
        return config.with_values({"data": name}) if network.makes(data.size) else None
    has = picture_shape(config.data).size
    preferred = [has, data.size] if data.own else [data.size, has]
    sizes = [size for size in (*preferred, *network.sizes) if network.makes(size)]
    return config.with_values({"data": {"name": name, "size": sizes[0]}}) if sizes else None


def sizes_for(config: RunConfig) -> list[int]:
    """The sizes to which the pictures can be brought for the network, the present one among them.

    One where the data come in one size.
    """
    has = picture_shape(config.data).size
    if "size" not in find(Data, config.data.name).parameters:
        return [has]
    return sorted({has, *find(Network, config.network.name).sizes})


def in_words(config: RunConfig) -> str:
    """The size of the pictures that G makes, and what becomes of the real ones for it."""
    data, size = find(Data, config.data.name), picture_shape(config.data).size
    if data.own:
        return f"G makes pictures of {size}×{size}; yours are cut to squares and brought to that."
    brought = f" The data set's are {data.size}×{data.size} and brought to that."
    return f"G makes pictures of {size}×{size}.{brought if size != data.size else ''}"


def _sized(config: RunConfig, key: str) -> RunConfig:
    """Config at the size that is chosen, where there is more than one to choose from."""
    sizes, has = sizes_for(config), picture_shape(config.data).size
    if len(sizes) > 1:
        size = st.segmented_control(
            "Size of the pictures",
            sizes,
            default=has,
            required=True,
            format_func=lambda one: f"{one}×{one}",
            key=f"{key}.size.{config.data.name}",
        )
        config = config.with_values({"data.size": size})
    st.caption(in_words(config))
    return config


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
            return _fitting(config.with_values({"data": as_data(kept, facts["classes"], config)}))
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
    return _fitting(config.with_values({"data": as_data(name, classes, config)}))


def _fitting(config: RunConfig) -> RunConfig | None:
    """Config, or None and a sentence where its networks need more classes than there are."""
    least = find(Network, config.network.name).classes
    if picture_shape(config.data).classes >= least:
        return config
    st.error(
        "These pictures are all of one class, and this preset needs classes to tell apart: put "
        "them into a folder a class, or choose another preset.",
        icon=":material/error:",
    )
    return None


def _kept(files: list[Any], config: RunConfig, key: str) -> tuple[str, list[str], str]:
    """Name, classes and a sentence of uploaded pictures; each upload is read once."""
    from ganlab.data.archives import uploaded_entries, zip_entries
    from ganlab.data.ingest import gather
    from ganlab.data.own_pictures import keep

    shape, colour = picture_shape(config.data), str(config.data.values["colour"])
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
    found = keep(gathered, title), list(gathered.classes), gathered.message
    st.session_state[f"{key}.known"] = (upload, found)
    return found


def _say(words: str) -> None:
    first, _, rest = words.partition(" Left out: ")
    st.markdown(f":green[:material/check_circle:] {first}")
    if rest:
        st.warning(f"Left out: {rest}", icon=":material/broken_image:")
