"""Every page's address and every parameter that an address may hold, with what it leads to.

The table is addresses.json: 'pages' by address to title, and 'parameters', each with the page that
is opened, the query, the title of the page that is then shown, and what its widgets hold by key.
`python -m tests.contracts.addresses` says what the pages show now of each query; what it prints for
a new entry is then written into the table.
"""

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from tests.contracts import adapters, stored_home
from tests.contracts.recorded import keep, table

WIDGETS = (
    *("selectbox", "multiselect", "slider", "select_slider", "number_input", "text_input"),
    *("segmented_control", "pills"),
)


def opened(address: str, query: dict[str, Any]) -> AppTest:
    """The page at an address with a query, in the home in force."""
    app = AppTest.from_file(str(adapters.APP), default_timeout=120)
    if address:
        app.run()
        for name, value in query.items():
            app.query_params[name] = value
        app.switch_page(adapters.page_files()[address])
    return app.run()


def heading(app: AppTest) -> str:
    """The page's own title."""
    return next((one.value for one in (*app.title, *app.header)), "")


def held(app: AppTest) -> dict[str, Any]:
    """What each widget with a key holds."""
    found = {}
    for kind in WIDGETS:
        for one in app.get(kind):
            if one.key:
                found[one.key] = one.value
    return found


def shown(entry: dict[str, Any]) -> dict[str, Any]:
    """What the page shows of an entry's query."""
    app = opened(entry["page"], entry["query"])
    widgets = held(app)
    return {
        "title": heading(app),
        "widgets": {key: widgets.get(key) for key in entry.get("widgets", {})},
        "exceptions": [one.value for one in app.exception],
        "errors": len(app.error),
        "query": dict(app.query_params),
    }


def main() -> None:
    """Record what each entry shows."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["GANLAB_HOME"] = str(stored_home.unpack(Path(folder) / "home"))
        os.environ.pop("GANLAB_DATA", None)
        recorded = table("addresses")
        with adapters.no_workers():
            recorded["pages"] = {
                address: heading(opened(address, {})) for address in adapters.page_files()
            }
            for entry in recorded["parameters"]:
                now = shown(entry)
                if now["exceptions"]:
                    sys.stdout.write(f"{entry} {now}\n")
                if now["widgets"] != entry.get("widgets", {}):
                    sys.stdout.write(f"{entry['query']}: {now['widgets']}\n")
                entry |= {"title": now["title"], "widgets": now["widgets"], "errors": now["errors"]}
        keep("addresses", recorded)


if __name__ == "__main__":
    main()
