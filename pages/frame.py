"""The frame around every page: page config and navigation, nothing else."""

import streamlit as st

from ganlab.paths import ASSETS, PAGES

st.set_page_config(page_title="ganlab", page_icon=str(ASSETS / "icon.png"), layout="wide")
# Streamlit leaves 6rem above every page and 5rem beside it, which is where the curves should be.
# A formula that is wider than its column breaks where a term begins, or can be pulled sideways.
st.html(
    "<style>.stMainBlockContainer { padding: 3.2rem clamp(1rem, 3vw, 4rem) 3rem; }"
    " .katex-display { overflow: auto hidden; }"
    " .katex-display > .katex { white-space: normal; }"
    " .katex-display > .katex > .katex-html > .base { margin: 0.15em 0; }</style>"
)
# The primary colour lies under white words, and is too dim in the dark theme for words of its own.
if st.context.theme.type == "dark":
    st.html(
        "<style>body [data-variant][data-selected][type], body [data-testid=stSliderThumbValue]"
        " { color: #B69CFF; }</style>"
    )
st.navigation(
    {
        "": [
            st.Page(PAGES / "start/home.py", title="Home", icon=":material/home:", default=True),
        ],
        "Train": [
            st.Page(
                PAGES / "train/playground.py", title="Playground", icon=":material/bubble_chart:"
            ),
            st.Page(PAGES / "train/image_gans.py", title="Image GANs", icon=":material/grid_view:"),
            st.Page(PAGES / "train/runs.py", title="Runs", icon=":material/history:"),
            st.Page(
                PAGES / "train/compare_runs.py",
                title="Compare runs",
                icon=":material/compare_arrows:",
                url_path="compare",
            ),
        ],
        "Explore": [
            st.Page(PAGES / "explore/digits.py", title="Digits", icon=":material/counter_5:"),
            st.Page(
                PAGES / "explore/latent_space.py",
                title="Latent space",
                icon=":material/explore:",
                url_path="latent-space",
            ),
            st.Page(PAGES / "explore/systems.py", title="Systems", icon=":material/tune:"),
            st.Page(
                PAGES / "explore/inside.py",
                title="Inside a GAN",
                icon=":material/visibility:",
                url_path="inside",
            ),
            st.Page(
                PAGES / "explore/super_resolution.py",
                title="Super-resolution",
                icon=":material/zoom_in:",
                url_path="super-resolution",
            ),
        ],
        "Understand": [
            st.Page(
                PAGES / "understand/mode_collapse.py",
                title="Mode collapse",
                icon=":material/flag:",
                url_path="mode-collapse",
            ),
            st.Page(
                PAGES / "understand/loss_dynamics.py",
                title="Loss dynamics",
                icon=":material/show_chart:",
                url_path="loss-dynamics",
            ),
        ],
    }
).run()
