"""The model in numbers: every class's own row, and what real digits score."""

from typing import Any

import streamlit as st

from ganlab.evaluation.classifier import load_classifier, readable
from ganlab.evaluation.report import evaluate
from ganlab.figures.digits import confusion_table
from ganlab.formatting import percent
from ganlab.trained.generator import Generator

CHOICES = (1_000, 2_000, 10_000)


@st.cache_data(max_entries=20, show_spinner="Generating and judging; 10,000 take half a minute.")
def _measured(name: str, mark: str, n: int, _generator: Generator) -> dict[str, Any]:
    del name, mark
    return evaluate(_generator, n)


def panel(generator: Generator) -> None:
    """Headline figures, the confusion table, and the table by class."""
    if generator.config.data.name not in readable():
        st.info("The classifier reads digits only.")
        return
    shipped = generator.card.get("quality")
    n = st.segmented_control(
        "Pictures to judge",
        CHOICES,
        default=10_000 if shipped else 1_000,
        required=True,
        format_func="{:,}".format,
        key="n",
    )
    if shipped and shipped["n"] == n:
        scores = shipped
        st.caption("Measured when the model was made; `ganlab evaluate` measures it again.")
    else:
        scores = _measured(generator.name, generator.mark, n, generator)
    floor = scores["floor"]
    real = load_classifier().card["test_accuracy"]
    headline = (
        ("Read as intended", percent(scores["accuracy"], 2), f"real {percent(real, 2)}"),
        ("Fréchet distance", f"{scores['frechet']:.3f}", f"real {floor['frechet']:.3f}"),
        ("Coverage", f"{scores['coverage']:.3f}", f"real {floor['coverage']:.3f}"),
        ("Confidence", percent(scores["confidence"], 2), f"real {percent(floor['confidence'], 2)}"),
    )
    for place, (title, value, of_real) in zip(st.columns(4), headline, strict=True):
        place.metric(title, value, delta=of_real, delta_color="off", delta_arrow="off", border=True)
    st.caption(
        f"N = {n:,} against {scores['n_real']:,} of {scores['reference']}, in the features of "
        f"{scores['features']}. 'Real' is real against real: {floor['data']}, N = {floor['n']:,}. "
        "A distance in other features, or at another N, is another number."
    )
    left, right = st.columns([5, 4], gap="medium")
    dark = st.context.theme.type == "dark"
    left.plotly_chart(
        confusion_table(scores["confusion"], dark), config={"displayModeBar": False}, key="table"
    )
    right.dataframe(
        {
            "class": list(range(len(scores["accuracy_by_class"]))),
            "read as intended": [100 * share for share in scores["accuracy_by_class"]],
            "Fréchet": scores["frechet_by_class"],
        },
        hide_index=True,
        height="content",
        column_config={
            "read as intended": st.column_config.ProgressColumn(
                format="%.1f %%", min_value=90, max_value=100
            ),
            "Fréchet": st.column_config.NumberColumn(format="%.2f"),
        },
    )
