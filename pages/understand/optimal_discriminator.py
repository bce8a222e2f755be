"""Panel: the best possible D, one that learned, and why a distance beats a verdict."""

import numpy as np
import streamlit as st

from ganlab.figures.theory.optimal_discriminator import discriminators, generator_gradients
from ganlab.figures.theory.optimal_discriminator import distances as distance_chart
from ganlab.theory.optimal_discriminator import (
    Mixture,
    Separation,
    bump,
    features,
    grid,
    jensen_shannon,
    optimal_logit,
    probability,
    separation,
    train,
    value,
    wasserstein_1,
)
from pages.widgets.question import question

DATA = {
    "one bump": bump(0.0, 0.8),
    "two bumps": Mixture((-1.5, 1.5), (0.5, 0.5), (0.5, 0.5)),
    "uneven bumps": Mixture((-2.0, 0.0, 1.8), (0.3, 0.6, 0.4), (0.5, 0.2, 0.3)),
}
LOW, HIGH = -5.5, 5.5
WIDTH = 0.5
QUIET = {"displayModeBar": False}


@st.cache_data(max_entries=64, show_spinner=False)
def learned(
    data: str, mean: float, std: float, n: int, steps: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[float]]:
    """D's weights after each Newton step, its real and fake samples, the true V it reaches."""
    rng = np.random.default_rng(7)
    p, q, phi = DATA[data], bump(mean, std), features(LOW, HIGH)
    real, fake = p.sample(n, rng), q.sample(n, rng)
    weights, x = train(real, fake, phi, steps), grid(p, q)
    answers = phi(x) @ weights.T  # (x, steps + 1)
    return weights, real, fake, [value(p, q, x, answer) for answer in answers.T]


@st.cache_data(max_entries=64, show_spinner=False)
def distances(data: str, mean: float, std: float) -> tuple[float, float]:
    """JSD and Wasserstein-1 between the data and G."""
    p, q = DATA[data], bump(mean, std)
    return jensen_shannon(p, q), wasserstein_1(p, q)


@st.cache_data(max_entries=1, show_spinner=False)
def apart() -> Separation:
    """What two bumps tell each other at each distance."""
    return separation(np.linspace(0, 8, 161), WIDTH)


def panel(dark: bool) -> None:
    """Show the panel."""
    st.markdown(
        "The solid line is the best answer anyone could give, the dashed one a D that learned from "
        "samples. Move G onto the data and watch D* turn flat at ½: D has nothing left to say."
    )
    st.caption(
        "**Maximum likelihood**, by which other models are trained, makes KL(data ‖ G) small and "
        "punishes what G leaves out. Against the best D, the minimax G makes the Jensen-Shannon "
        "divergence small instead, and needs no density of its own."
    )
    controls, chart = st.columns([2, 5], gap="large")
    with controls:
        data = st.selectbox("Data", list(DATA), key="data", bind="query-params")
        mean = st.slider("Where G is", -3.0, 3.0, 1.5, 0.1, key="g_mean", bind="query-params")
        std = st.slider("How wide G is", 0.2, 2.5, 0.6, 0.1, key="g_std", bind="query-params")
        n = st.select_slider(
            "Samples of each that D sees", [50, 200, 1000, 5000], value=1000,
            key="samples", bind="query-params",
        )  # fmt: skip
        steps = st.slider(
            "D's training steps", 0, 12, 6, key="d_training", bind="query-params",
            help="Newton's method on 18 radial bumps, a line and a constant: a convex problem.",
        )  # fmt: skip
    p, q = DATA[data], bump(mean, std)
    weights, real, fake, reached = learned(data, mean, std, n, 12)
    phi = features(LOW, HIGH)
    x = np.linspace(LOW, HIGH, 331)
    figure = discriminators(
        x,
        np.exp(p.log_density(x)),
        np.exp(q.log_density(x)),
        probability(optimal_logit(p, q, x)),
        probability(phi(x) @ weights[steps]),
        real,
        fake,
        dark,
    )
    chart.plotly_chart(
        figure, theme=None, key="d_chart", config=QUIET,
        alt="Densities of data and generator, the optimal and the learned discriminator",
    )  # fmt: skip
    jsd, w1 = distances(data, mean, std)
    for column, (name, text, note) in zip(
        st.columns(4),
        [
            ("V(D*, G)", f"{2 * jsd - np.log(4):.3f}", "−log 4 = −1.386 when G is perfect"),
            ("V(learned D, G)", f"{reached[steps]:.3f}", "never above V(D*, G)"),
            ("Jensen–Shannon", f"{jsd:.3f}", "0 when equal, at most log 2 = 0.693"),
            ("Wasserstein", f"{w1:.3f}", "how far mass must be carried"),
        ],
        strict=True,
    ):
        column.metric(name, text.replace("-", "−"))
        column.caption(note)
    st.latex(r"D^*(x)=\frac{p(x)}{p(x)+q(x)}\qquad V(D^*,G)=-\log 4+2\,\mathrm{JSD}(p,q)")
    st.subheader("Two bumps moving apart")
    st.markdown(
        f"Both bumps are {WIDTH:g} wide and D is perfect at every distance. See which curve still "
        "climbs when they no longer overlap, and which pull is left for G (right, logarithmic)."
    )
    distance = st.slider(
        "Distance between the bumps", 0.0, 8.0, 4.0, 0.1, key="apart", bind="query-params"
    )
    left, right = st.columns(2, gap="medium")
    left.markdown("**How far apart?**")
    left.plotly_chart(
        distance_chart(apart(), distance, dark), theme=None, key="distance_chart", config=QUIET,
        alt="Jensen-Shannon divergence and Wasserstein distance as two bumps move apart",
    )  # fmt: skip
    right.markdown("**What generator_gradients G back?**")
    right.plotly_chart(
        generator_gradients(apart(), distance, dark), theme=None, key="pull_chart", config=QUIET,
        alt="Gradient at G under three losses as two bumps move apart",
    )  # fmt: skip
    question(
        "vanishing",
        "At distance 4 a perfect D separates the bumps without a mistake. Why does a better D make "
        "the minimax G learn slower?",
        {
            "D's mistakes are what G learns from, and there are none": "Exactly.",
            "A better D is slower to compute": "It costs the same: look at the pull.",
            "G has reached the data": "The bumps are 4 apart: G is as far off as ever.",
        },
        "D's mistakes are what G learns from, and there are none",
        "JSD is flat at log 2, so its slope is zero; the Wasserstein distance keeps slope 1. "
        "The non-saturating pull lives on, but it grows with D's steepness: a perfect D makes it "
        "violent instead of silent, which penalties on D's gradient tame.",
    )
