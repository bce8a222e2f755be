"""Panel: a super-resolution network trained as a run, on photographs that one chooses."""

from pathlib import Path

import streamlit as st

from ganlab.data.degradation import photographs
from ganlab.errors import GanlabError
from ganlab.images.methods import METHODS, checkpoint_of, shipped
from ganlab.jobs import superres
from ganlab.jobs.info import SUPERRES
from ganlab.presets.superres import SUPERRES_PRESETS, needs_start, superres_config
from ganlab.registry import Network, find
from pages.explore.loss_choice import loss_choice
from pages.explore.paper_networks import paper_networks
from pages.explore.watch_superres import watch
from pages.widgets.clicks import settle
from pages.widgets.lab import hub, plainly, say_who_leads
from pages.widgets.messages import counted, sentence, word
from pages.widgets.run_controls import new_run_button

OFFERED = {
    "srresnet": "SRResNet",
    "srgan": "SRGAN",
    "srresnet-paper": "SRResNet, the paper's",
    "srgan-paper": "SRGAN, the paper's",
}
AS_IN_THE_PAPER = ("srresnet-paper", "srgan-paper")
STEPS = (100, 300, 600, 2000, 6000, 20_000, 60_000)
EMBEDDED, FOLDER = "The embedded ones", "A folder of this machine"
RECENT = 6


def panel(dark: bool) -> None:
    """A run to watch if the address names one, else the form for a new one."""
    say_who_leads()
    settle()
    run_id = st.query_params.get("run")
    if run_id is None:
        _choose()
        paper_networks(dark)
        return
    try:
        if hub().view(run_id).info.kind != SUPERRES:
            raise GanlabError("this run trains no super-resolution network")
        watch(run_id)
    except GanlabError as error:
        st.error(sentence(error), icon=":material/error:")
        new_run_button("Train a new one")


def _choose() -> None:
    form, words = st.columns([2, 3], gap="large")
    with form:
        preset = st.segmented_control(
            "What",
            list(OFFERED),
            default="srresnet",
            required=True,
            format_func=OFFERED.__getitem__,
            wrap=True,
        )
        on_from = needs_start(SUPERRES_PRESETS[preset].config)
        start, name = _start(preset) if on_from else (None, "")
        folder = _photographs()
        scale = _scale(preset)
        steps = st.select_slider(
            "Steps", STEPS, 600, format_func="{:,}".format, help="More can be added when it ends."
        )
        losses = loss_choice(preset)
        with plainly():
            ready = folder is not None and (start is not None or not on_from)
            if st.button(
                "Train",
                type="primary",
                icon=":material/model_training:",
                width="stretch",
                disabled=not ready,
            ):
                config = superres_config(preset, scale, folder or "", losses, steps=int(steps))
                given = config, OFFERED[preset], preset, start, name
                record = superres.create(hub().store, *given)
                st.query_params["run"] = hub().begin(record.id)
                st.rerun()
    with words:
        _explain(preset)
        _recent()


def _explain(preset: str) -> None:
    config = SUPERRES_PRESETS[preset].config
    size = config.network.values
    what = "on against a discriminator" if needs_start(config) else "towards the pixels"
    st.markdown(f"#### {OFFERED[preset]}, trained {what}")
    st.markdown(
        f"A network of {size['blocks']} residual blocks with {size['channels']} channels. Five "
        "photographs that come with scikit-image and scikit-learn are enough to begin with, a "
        "folder of your own is better. **The cat is never shown to it**: the curve is its score "
        "on the cat, and the line is bicubic's."
    )
    if preset in AS_IN_THE_PAPER:
        _explain_paper(preset)
        return
    if needs_start(config):
        st.markdown(
            ":material/visibility: **What to watch.** PSNR falls while fur and whiskers get "
            "sharper: the GAN is paid for looking real and not for being near. The strength "
            "slider of *One picture* blends it with the network that it went on from."
        )
        return
    st.markdown(
        ":material/visibility: **What to watch.** The curve crosses bicubic's line within the "
        "first minute, and a flag says when. When it has ended, the network is one of the methods "
        "of *One picture*, and **SRGAN** can go on from it."
    )


def _explain_paper(preset: str) -> None:
    st.markdown(
        f"The network, its loss and its rates are those of the paper, which trains it for "
        f"{SUPERRES_PRESETS[preset].config.steps:,} steps on ImageNet. Both networks are drawn "
        "below."
    )
    if needs_start(SUPERRES_PRESETS[preset].config):
        st.markdown(
            ":material/visibility: **What to watch.** D reads crops of 96×96 pixels, and G "
            "minimises the distance in features and a thousandth of its adversarial loss. D's loss "
            "near zero means that it knows every fake."
        )
        return
    st.markdown(
        ":material/visibility: **What to watch.** It has batch norm and no bicubic picture to "
        "stand on, so it has to learn the picture itself first: it begins ten decibels below "
        "bicubic and stays below for long, where the small one passes in its first minute. A "
        "step costs about ten times as much, too."
    )


def _scale(preset: str) -> int:
    scales = find(Network, SUPERRES_PRESETS[preset].config.network.name).scales
    chosen = st.segmented_control(
        "Scale",
        scales,
        default=4,
        required=True,
        format_func="×{}".format,
        key=f"sr_train_scale.{len(scales)}",
    )
    return int(chosen)


def _recent() -> None:
    recent = [info for info in hub().runs() if info.kind == SUPERRES][:RECENT]
    if recent:
        st.markdown("**Recent runs**")
    for info in recent:
        gain = ""
        if "psnr" in info.results:
            more = info.results["psnr"] - info.results["bicubic_psnr"]
            gain = f", {more:+.2f} dB against bicubic"
        label = (
            f"{info.title} ×{superres.scale_of(info)}: {word(info.state)} at {info.step:,}{gain}"
        )
        if st.button(label, icon=":material/history:", type="tertiary", key=f"open.{info.id}"):
            st.query_params["run"] = info.id
            st.rerun()


def _start(preset: str) -> tuple[Path | None, str]:
    """The weights to go on from and what they are called: a run's, or those that ship."""
    network = SUPERRES_PRESETS[preset].config.network.name
    runs = superres.with_networks(hub().store, hub().runs())
    names = {
        str(path): f"{info.title} ×{superres.scale_of(info)}, {counted(info.step, 'step')}"
        for path, info in runs.items()
        if info.preset in SUPERRES_PRESETS
        and not needs_start(SUPERRES_PRESETS[info.preset].config)
        and SUPERRES_PRESETS[info.preset].config.network.name == network
    }
    ids = {str(path): info.id for path, info in runs.items()}
    for name in ("sr-x4-psnr", "sr-x2-psnr"):
        if name in shipped() and preset not in AS_IN_THE_PAPER:
            names[str(checkpoint_of(name))] = f"{METHODS[name].label}, as shipped"
            ids[str(checkpoint_of(name))] = name
    if not names:
        first = OFFERED[preset.replace("srgan", "srresnet")]
        st.info(f"Train {first} first: SRGAN goes on from it.", icon=":material/info:")
        return None, ""
    chosen = st.selectbox("Goes on from", list(names), format_func=names.__getitem__)
    return Path(chosen), ids[chosen]


def _photographs() -> str | None:
    """A folder, '' for the embedded photographs, None while the folder cannot be used."""
    if st.selectbox("Photographs", [EMBEDDED, FOLDER]) == EMBEDDED:
        return ""
    given = st.text_input("Folder", placeholder="/home/me/photographs").strip()
    if not given:
        return None
    folder = Path(given).expanduser()
    try:
        st.caption(f":material/photo_library: {counted(len(photographs(folder)), 'photograph')}")
    except (GanlabError, OSError) as error:
        st.error(sentence(error), icon=":material/error:")
        return None
    return str(folder)
