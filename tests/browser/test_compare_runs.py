"""Runs compared as a person does it."""

import csv
import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Lab, tiny
from tests.waiting import until

pytestmark = pytest.mark.browser


def test_two_runs_are_compared_and_taken_home(page: Page, lab: Lab, tmp_path: Path):
    ids = [
        lab.start(tiny().with_values({"steps": 60, "batch": batch}), f"Batch of {batch}")
        for batch in (8, 16)
    ]
    page.goto(lab.url)  # wakes the hub that launches them
    runs = [lab.store.open(one) for one in ids]
    until(lambda: all(one.info().state == "finished" for one in runs), "both end", 180.0)
    page.goto(f"{lab.url}/compare?runs={','.join(ids)}")
    main = page.get_by_test_id("stMain")
    expect(main.get_by_test_id("stPlotlyChart")).to_have_count(5)
    expect(main.get_by_test_id("stImage")).to_have_count(2)
    expect(main.get_by_role("cell", name="batch", exact=True)).to_be_visible()
    main.get_by_role("radio", name="epochs").or_(
        main.get_by_role("button", name="epochs", exact=True)
    ).first.click()
    expect(main.get_by_text("epochs").nth(1)).to_be_visible()
    found = {}
    for name in ("Metrics (CSV)", "Settings and results (JSON)"):
        with page.expect_download() as started:
            main.get_by_role("button", name=name).click()
        found[name] = tmp_path / started.value.suggested_filename
        started.value.save_as(found[name])
    rows = list(csv.DictReader(found["Metrics (CSV)"].read_text().splitlines()))
    assert {row["run"] for row in rows} == set(ids)
    told = json.loads(found["Settings and results (JSON)"].read_text())
    assert [one["config"]["batch"] for one in told] == [8, 16]
