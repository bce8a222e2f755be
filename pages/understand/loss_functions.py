"""Panel: each loss over D's answer, and the gradient that is left of it for the player."""

import streamlit as st

from ganlab.figures.theory.loss_shapes import discriminator_losses, generator_losses
from ganlab.registry import Loss, find, table
from ganlab.theory.loss_shapes import d_curve, g_curve
from pages.widgets.question import question

LOGITS = {
    f"{p:g}": logit
    for p, logit in [
        (0.001, -6.907), (0.002, -6.213), (0.005, -5.293), (0.01, -4.595), (0.02, -3.892),
        (0.05, -2.944), (0.1, -2.197), (0.2, -1.386), (0.3, -0.847), (0.4, -0.405), (0.5, 0.0),
        (0.6, 0.405), (0.7, 0.847), (0.8, 1.386), (0.9, 2.197), (0.95, 2.944), (0.98, 3.892),
        (0.99, 4.595), (0.999, 6.907),
    ]
}  # fmt: skip


def panel(dark: bool) -> None:
    """Show the panel."""
    st.markdown(
        "Look at the left end, where D is sure that a sample is fake. At step 0 D knows nothing "
        "and answers about ½; some steps later it is often sure, and G has to learn from there. "
        "Move D(G(z)) and compare how much gradient each loss still hands to G."
    )
    names = st.pills(
        "Losses", list(table(Loss)), selection_mode="multi", default=["minimax", "non-saturating"],
        key="loss", bind="query-params", wrap=True,
    )  # fmt: skip
    names = [name for name in table(Loss) if name in names]  # one order, however they were clicked
    left, right = st.columns([1, 4], gap="medium")
    player = left.segmented_control(
        "Whose side", ["G", "D"], default="G", required=True, key="player", bind="query-params",
        help="G's loss and what reaches G, or D's push on a real and on a fake sample.",
    )  # fmt: skip
    label = "D(G(z)), how real D finds this fake" if player == "G" else "D's answer for this sample"
    answer = right.select_slider(
        label, list(LOGITS), value="0.01", key="answer", bind="query-params"
    )
    logit, partner = LOGITS[answer], 0.0
    if player == "G" and any(find(Loss, name).paired for name in names):
        partner = LOGITS[
            st.select_slider(
                "D(x), how real D finds the real partner", list(LOGITS), value="0.5",
                key="partner", bind="query-params",
                help="Only losses that compare real with fake ask for it.",
            )
        ]  # fmt: skip
    if not names:
        st.info("Choose at least one loss above to see its curve.", icon=":material/touch_app:")
        return
    if player == "G":
        figure = generator_losses(names, logit, partner, dark)
    else:
        figure = discriminator_losses(names, logit, dark)
    st.plotly_chart(
        figure, theme=None, key="loss_chart", config={"displayModeBar": False},
        alt="Losses and their gradients over the answer of D",
    )  # fmt: skip
    _comparison(names, player, logit, partner, answer)
    _cards(names, player, logit, partner)
    st.caption(
        "a is D's logit on a fake, r on a real sample; σ turns a logit into the probability that D "
        "would say aloud, D(G(z)) = σ(a)."
    )
    st.caption(
        "In code the first two losses of D are **binary cross-entropy** (BCE) with the target 1 "
        "for real and 0 for fake: summed, it is −V(D, G) of the minimax game "
        "V(D, G) = E log D(x) + E log(1 − D(G(z))), which D maximises and G minimises. Its "
        "solution, where neither can gain alone, is a **Nash equilibrium**: D = ½ everywhere, "
        "V = −log 4."
    )
    question(
        "losses",
        "Some steps into a run D easily spots the fakes, D(G(z)) ≈ 0.01. What does the minimax "
        "loss tell G there?",
        {
            "Which way to go, loudly": "One would wish so; look at the right chart again.",
            "Almost nothing: the gradient is about 0.01": "The curve is flat there.",
            "The wrong way": "The sign is right for every loss here; its size is the trouble.",
        },
        "Almost nothing: the gradient is about 0.01",
        "Its gradient is σ(logit) = D(G(z)) itself: the worse the fakes, the quieter the teacher. "
        "The non-saturating loss has 1 − D(G(z)), and the two always add up to 1.",
    )


def _comparison(names: list[str], player: str, logit: float, partner: float, answer: str) -> None:
    if player != "G" or not {"minimax", "non-saturating"} <= set(names):
        return
    weak = abs(float(g_curve("minimax", partner, logit).by_fake))
    strong = abs(float(g_curve("non-saturating", partner, logit).by_fake))
    ratio = strong / weak
    words = f"**{ratio:,.0f} times more**" if ratio >= 2 else f"**{ratio:.2g} times as much**"
    st.markdown(
        f"At D(G(z)) = {answer} the minimax loss hands **{weak:.3g}** to G and the non-saturating "
        f"loss **{strong:.3g}**: {words}."
    )


def _cards(names: list[str], player: str, logit: float, partner: float) -> None:
    for first in range(0, len(names), 3):
        row = names[first : first + 3]
        for name, column in zip(row, st.columns(max(2, len(row))), strict=False):
            spec = find(Loss, name)
            with column.container(border=True, height="stretch"):
                st.markdown(f"**{name}**")
                formula, gradient = spec.g_formula if player == "G" else spec.d_formula
                if formula:
                    st.latex(rf"\begin{{gathered}}L_{player}={formula}\\{gradient}\end{{gathered}}")
                if player == "G":
                    reaching = abs(float(g_curve(name, partner, logit).by_fake))
                    st.metric("Gradient that reaches G", f"{reaching:.3g}")
                else:
                    real = abs(float(d_curve(name, logit, 0.0).by_real))
                    fake = abs(float(d_curve(name, 0.0, logit).by_fake))
                    st.metric("Push on real · on fake", f"{real:.3g} · {fake:.3g}")
                st.caption(f"{spec.summary} {spec.source}.")
