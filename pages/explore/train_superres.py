"""Panel: a small network learns from the embedded photographs while one watches."""

import time

import numpy as np
import streamlit as st
import torch
from PIL import Image
from streamlit.delta_generator import DeltaGenerator

from ganlab.figures.superres import training_curve
from ganlab.superres.degradation import crop_to_multiple, shrink
from ganlab.superres.pictures import Picture
from ganlab.superres.quality import psnr
from ganlab.superres.recipes import held_out, training
from ganlab.superres.tiling import Upscaler, apply, as_input, as_samples
from pages.explore.one_picture import as_png, digest_of
from pages.widgets.compare_view import Shown, compare_view

SCALE = 4


def panel(dark: bool) -> None:
    """A button, a curve against bicubic, and the held-out photograph at the end."""
    st.markdown(
        "A network of 8 residual blocks starts from nothing and learns from five photographs that "
        "come with scikit-image and scikit-learn. The cat is never shown to it: the curve is its "
        "score on the cat, the dashed line is bicubic's."
    )
    seconds = st.slider("Seconds", 15, 180, 60, 15)
    go, stop = st.columns([1, 5])
    started = go.button("Train", type="primary", icon=":material/model_training:")
    chart = st.empty()
    if started:
        stop.button("Stop", icon=":material/stop:")
        _train(float(seconds), chart, dark)
    kept = st.session_state.get("sr_trained")
    if kept is None:
        return
    chart.plotly_chart(training_curve(*kept["curve"], dark=dark), key="sr_curve_end")
    pictures = [("Original", kept["hr"]), ("Bicubic", kept["bicubic"]), ("Yours", kept["sr"])]
    shown = [
        Shown(label, as_png(digest_of(Picture(array)), Picture(array))) for label, array in pictures
    ]
    compare_view(key="sr_trained_view", run="trained", pictures=shown, left=1, right=2)


def _train(seconds: float, chart: DeltaGenerator, dark: bool) -> None:
    hr = np.asarray(crop_to_multiple(held_out(), SCALE))
    lr = np.asarray(shrink(Image.fromarray(hr), SCALE))
    size = (hr.shape[1], hr.shape[0])
    bicubic = np.asarray(Image.fromarray(lr).resize(size, Image.Resampling.BICUBIC))
    line = psnr(bicubic, hr, SCALE)
    trainer = training("srresnet", SCALE, steps=10**9, seconds=seconds)
    times: list[float] = []
    scores: list[float] = []
    shown = -1e9
    for number, record in enumerate(trainer.run(10)):
        if time.monotonic() - shown < 1.5 and trainer.progress < 1:
            continue
        shown = time.monotonic()
        network: Upscaler = trainer.averaged.eval()  # type: ignore[assignment]
        with torch.inference_mode():
            sr = as_samples(apply(network, as_input(lr)), np.dtype(np.uint8), False)
        times.append(record.seconds)
        scores.append(psnr(Picture(sr).levels(), hr, SCALE))
        st.session_state["sr_trained"] = {
            "curve": (list(times), list(scores), line),
            "hr": hr,
            "bicubic": bicubic,
            "sr": sr,
        }
        chart.plotly_chart(training_curve(times, scores, line, dark), key=f"sr_curve_{number}")
