"""One legend for several canvases that share a clock: layers, and the landscape's colours."""

from pages.widgets.component import LiveComponent
from pages.widgets.playground_canvas import colours

_component = LiveComponent("pane_legend", style="playground_canvas.css")


def pane_legend(*, key: str, clock: str) -> None:
    """Show the legend of all canvases of that clock, each of which has none of its own."""
    header = {"clock": clock, "light": colours(dark=False), "dark": colours(dark=True)}
    _component.mount(key=key, header=header, arrays={}, height=34)
