"""The buttons that move what trains on points, one GAN or a race: play, pause, step, undo."""

from pages.widgets import playback
from pages.widgets.clicks import run_button
from pages.widgets.resume import Shown


def play_buttons(now: Shown, tips: tuple[str, str, str], *, first: bool = True) -> None:
    """Play or Pause, three kinds of Step with a tip each, and Undo.

    first: Play is what the page wants pressed before anything else.
    """
    if now.info.state == "running":
        run_button("Pause", "pause", lambda: playback.pause(now), type="primary", key="pause")
    else:
        kind = "primary" if first else "secondary"
        run_button("Play", "play_arrow", lambda: playback.play(now), type=kind, key="play")
    for label, who, tip in zip(("Step", "D", "G"), ("both", "D", "G"), tips, strict=True):
        run_button(
            label,
            "skip_next",
            lambda who=who: playback.step(now, who),
            key=f"step-{who}",
            help=tip,
        )
    run_button(
        "Undo",
        "undo",
        lambda: playback.undo(now),
        key="undo",
        disabled=now.info.state != "paused" or not now.info.id,
        help="Take back the last step that was made while the run rests.",
    )
