"""A script that feeds two canvases of the playground, and how tests find these."""

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

SCRIPT = """
import json, os, time
from pathlib import Path
import numpy as np
import streamlit as st
from pages.widgets.canvas_frames import CanvasFrame
from pages.widgets.playground_canvas import playground_canvas

rng = np.random.default_rng(0)
real, z = rng.standard_normal((200, 2)) / 2, rng.standard_normal((200, 2))
x, y = np.meshgrid(np.linspace(-2, 2, 24), np.linspace(-2, 2, 24))

def frame(step, still):
    turn = 0 if still else step / 60
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    fake = z @ spin * 0.6
    grid = np.stack(np.meshgrid(np.linspace(-1, 1, 9), np.linspace(-1, 1, 9)), -1) @ spin
    return CanvasFrame(step, {
        "fake": fake, "landscape": 3 * (x - 0.5), "manifold": grid, "arrows": -fake / 10,
    })

@st.fragment(run_every=0.4)
def live():
    now = json.loads(Path(os.environ["CONTROL"]).read_text())
    if now["frames"] == "clock":
        st.session_state.setdefault("began", time.time())
        count = int((time.time() - st.session_state["began"]) * 15) + 1
    else:
        count = now["frames"]
    frames = [frame(10 * i, now.get("still")) for i in range(max(0, count - 40), count)]
    for key in ("one", "two"):
        behind = frames[:-1] if key == "two" and now.get("behind") else frames
        if now.get("lose") and st.session_state.get(f"lost {key}") != now["lose"]:
            # As if the message before had been replaced on its way.
            st.session_state[f"lost {key}"] = now["lose"]
            st.session_state[f"{key}.cursor"].sent = [frames[-2].step]
        answer = playground_canvas(
            key=key, run=now["run"], extent=(-2, 2, -2, 2), real=real, frames=behind,
            playing=now["frames"] == "clock", clock=now.get("clock", ""), history=key == "one",
            mode=now.get("mode", "watch") if key == "one" else "watch", at=now.get("at"),
            most_points=120, on_points=lambda: None, on_at=lambda: None,
        )
        if answer.points is not None:
            within = abs(answer.points).max() <= 2
            st.session_state["drawn"] = f"Drawn {len(answer.points)} within {within}"
        st.caption(f"{key} at {answer.at}")
    st.caption(st.session_state.get("drawn", ""))
    if all((st.session_state.get(key) or {}).get("code") for key in ("one", "two")):
        st.caption("The browser holds the code.")

live()
"""
FIRST = {"run": "a", "frames": 0}


def canvas(page: Page, key: str = "one") -> Locator:
    return page.locator(f".st-key-{key} section.playground")


def opened(page: Page, server: tuple[str, Path]) -> Locator:
    page.goto(server[0])
    expect(canvas(page).locator("canvas")).to_be_visible()
    return canvas(page)
