"""Whoever follows a link out of a live page comes to the other page, and not to an empty one."""

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect
from streamlit.proto.BackMsg_pb2 import BackMsg

from tests.browser.conftest import Lab
from tests.waiting import until

pytestmark = pytest.mark.browser
LEAVES = """
    const soon = window.setTimeout;
    window.setTimeout = (act, ms, ...more) => {
        const link = document.querySelector("[data-testid=stSidebarNavLink][href$='/runs']");
        if (!ms && link && !window.left && String(act).includes(", value)")) {
            window.left = true;
            link.click();
        }
        return soon(act, ms || 300, ...more);
    };
"""
"""Follows a link in the moment in which a component has something to say, and says it late."""


def test_what_a_component_says_by_itself_does_not_bring_the_page_back_that_is_left(
    page: Page, lab: Lab
):
    # Streamlit runs what the old page still says, where it comes together with the request for the
    # new one, and shows an empty page then. The line is held, so that it would come together.
    page.add_init_script(LEAVES)
    lines: list[WebSocketRoute] = []
    held: list[bytes] = []

    def relay(line: WebSocketRoute) -> None:
        server = line.connect_to_server()
        lines.append(server)

        def said(message: str | bytes) -> None:
            assert isinstance(message, bytes)
            told = BackMsg.FromString(message).rerun_script
            if held or (told.page_script_hash and "run=" not in told.query_string):
                held.append(message)
            else:
                server.send(message)

        line.on_message(said)

    page.route_web_socket("**/_stcore/stream", relay)
    run_id = lab.start()
    page.goto(f"{lab.url}/image_gans?run={run_id}")
    until(lambda: page.evaluate("window.left") and held, "the page is left")
    page.wait_for_timeout(2_000)  # for what the old page would say, which it must not
    for message in held.copy():
        lines[-1].send(message)
    held.clear()
    runs = page.get_by_test_id("stMain").get_by_role("heading", name="Runs", exact=True)
    expect(runs).to_be_visible()
    page.wait_for_timeout(2_000)  # for the empty page, which may not come
    expect(runs).to_be_visible()
    lab.store.open(run_id).command("stop")
