"""The buttons that move what trains on points, one GAN or a race: play, pause, step, undo."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from pages.widgets import playing


def run_button(
    label: str, icon: str, act: Callable[[], str | None] | None = None, **more: Any
) -> bool:
    """A button of the row; act says what it does to the run."""
    if act:
        more |= {"on_click": playing.do, "args": (act,)}
    return st.button(label, icon=f":material/{icon}:", **more)


def play_buttons(now: playing.Shown, tips: tuple[str, str, str], *, first: bool = True) -> None:
    """Play or Pause, three kinds of Step with a tip each, and Undo.

    first: Play is what the page wants pressed before anything else.
    """
    if now.info.state == "running":
        run_button("Pause", "pause", lambda: playing.pause(now), type="primary", key="pause")
    else:
        kind = "primary" if first else "secondary"
        run_button("Play", "play_arrow", lambda: playing.play(now), type=kind, key="play")
    for label, who, tip in zip(("Step", "D", "G"), ("both", "D", "G"), tips, strict=True):
        run_button(
            label,
            "skip_next",
            lambda who=who: playing.step(now, who),
            key=f"step-{who}",
            help=tip,
        )
    run_button(
        "Undo",
        "undo",
        lambda: playing.undo(now),
        key="undo",
        disabled=now.info.state != "paused" or not now.info.id,
        help="Take back the last step that was made while the run rests.",
    )
