"""What Streamlit sends for a live component, by its own test harness."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from ganlab.paths import STATIC
from pages.widgets.component import script as bundled
from pages.widgets.live_chart import _component as chart
from pages.widgets.payload import unpack


def script() -> None:
    import numpy as np
    import streamlit as st

    from pages.widgets.canvas_frames import CanvasFrame
    from pages.widgets.live_chart import Series, live_chart, rows_wanted_after
    from pages.widgets.live_grid import live_grid
    from pages.widgets.playground_canvas import playground_canvas

    steps = st.session_state.setdefault("steps", 0)
    columns = {"step": np.arange(1, steps + 1), "d": np.ones(steps)} if steps else {}
    live_chart(key="chart", run="a", columns=columns, series=[Series("d", "D")], title="Losses")
    live_grid(key="grid", run="a", picture=None, step=0, rows=2, cols=2)
    frames = [CanvasFrame(step, {"fake": np.zeros((4, 2))}) for step in range(steps)]
    answer = playground_canvas(key="canvas", run="a", extent=(-1, 1, -1, 1), frames=frames)
    st.text(f"{answer.points} {answer.at}")
    st.text(f"after {rows_wanted_after('chart', 'a')}")


def messages(app: AppTest) -> list[dict]:
    return [unpack(node.proto.bytes)[0] for node in app.get("bidi_component")]


def test_a_page_with_every_component_runs_before_and_after_the_first_step():
    app = AppTest.from_function(script).run()
    assert [message["name"] for message in messages(app)] == [
        "live_chart",
        "live_grid",
        "playground_canvas",
    ]
    app.session_state["steps"] = 5
    app.run()
    _, arrays = unpack(app.get("bidi_component")[0].proto.bytes)
    assert arrays["step"].tolist() == [1, 2, 3, 4, 5]
    assert app.text[0].value == "None None"
    # No browser has answered yet, so all rows are wanted still.
    assert app.text[1].value == "after None"


def test_the_registered_script_is_the_small_loader_and_the_code_comes_inside():
    app = AppTest.from_function(script).run()
    proto = app.get("bidi_component")[0].proto
    assert len(proto.js_content) < 4000 < len(chart.source)
    assert messages(app)[0]["source"] == chart.source
    assert messages(app)[0]["code"] == chart.code


def test_nothing_is_fetched_from_the_network():
    for message in messages(AppTest.from_function(script).run()):
        for word in ("fetch(", "XMLHttpRequest", "WebSocket", "https://", "@import", "url("):
            assert word not in message["source"], (message["name"], word)


@pytest.mark.parametrize("place", range(3))
def test_what_is_sent_has_the_properties_that_the_scripts_are_checked_with(place):
    header = messages(AppTest.from_function(script).run())[place]
    types = (STATIC / "messages.js").read_text("utf-8")
    [block] = re.findall(rf"Message {header['name']}\.py\n((?: \* @property .*\n)+)", types)
    typed = set(re.findall(r"@property \{.*?\} (\w+)(?: |$)", block, re.MULTILINE)) - {"arrays"}
    assert header.keys() - {"name", "code", "source", "moment", "height"} == typed


COMPONENTS = [
    path.name for path in STATIC.glob("*.js") if "const mount =" in path.read_text("utf-8")
]


@pytest.mark.parametrize("module", COMPONENTS)
def test_the_modules_of_a_component_share_no_name_and_keep_no_import(module):
    text = bundled(module)
    names = re.findall(r"^(?:async )?(?:class|const|function|let) (\w+)", text, re.MULTILINE)
    assert len(set(names)) == len(names)
    assert "mount" in names
    assert not re.search(r"^(import|export|/\*\*)", text, re.MULTILINE)


def test_every_module_that_is_imported_comes_before_the_one_that_imports_it():
    text = bundled("playground_canvas.js")
    order = [text.index(f"class {name} ") for name in ("View", "Drawing", "Playground")]
    assert order == sorted(order)
    assert text.count("class View ") == 1
