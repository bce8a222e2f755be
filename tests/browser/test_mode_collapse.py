"""The mode-collapse page in a real browser, against real workers: map, statistics, digits."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from ganlab.bench.seed_runs import SeedRun
from ganlab.bench.sweep import Sweep
from tests.browser.conftest import PATIENCE, Lab

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def ended(lab: Lab) -> Iterator[None]:
    """Runs of one test take no time from the next."""
    yield
    lab.stop_all()


def visit(page: Page, lab: Lab, panel: str) -> None:
    page.goto(f"{lab.url}/mode-collapse?panel={panel}")
    expect(page.get_by_role("heading", name="Mode collapse")).to_be_visible()


def test_the_map_fills_in_while_it_trains_and_a_click_opens_the_cell(page: Page, lab: Lab):
    visit(page, lab, "Map")
    page.locator(".st-key-map-start button").click()
    cells = page.locator("section.map")
    expect(cells).to_have_attribute("data-filled", "64")
    before = int(cells.get_attribute("data-step") or 0)
    page.wait_for_function(
        """(before) => [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')]
            .some((e) => Number(e.shadowRoot?.querySelector('section.map')?.dataset.step) > before)
        """,
        arg=before,
    )
    record = next(one for one in lab.store.records() if one.info().preset == "collapse-map")
    assert record.info().live, "the map should fill in before the run ends"
    sweep = Sweep.from_json(record.facts()["sweep"])
    cell = sweep.cells()[19]
    buttons = cells.locator(".cells button")
    buttons.nth(19).hover()
    expect(cells.locator("aside p")).to_contain_text("learning rate of D")
    buttons.nth(19).click()
    page.wait_for_url(lambda url: "playground" in url and "run=" in url, timeout=2 * PATIENCE)
    run_id = parse_qs(urlsplit(page.url).query)["run"][0]
    opened = lab.store.open(run_id).facts()
    wanted = sweep.base.with_values(cell.values).to_json()
    assert opened["config"] == wanted
    expect(page.get_by_text("seed 0")).to_be_visible()


def test_a_run_over_seeds_ends_with_a_table_and_both_downloads(
    page: Page, lab: Lab, tmp_path: Path
):
    run = SeedRun("pacgan2", "ring", 3, 150)
    record = lab.store.create(run.config, run.title, "remedy-seeds", run.variants())
    record.set_facts(seed_run=run.to_json())
    lab.store.enqueue(record.id, "cpu")
    visit(page, lab, "Statistics")
    expect(page.locator(".st-key-seeds-rows")).to_be_visible(timeout=3 * PATIENCE)
    for name, ending in (("Every seed (CSV)", ".csv"), ("The table (Markdown)", ".md")):
        with page.expect_download() as started:
            page.get_by_role("button", name=name).click()
        assert started.value.suggested_filename == f"methods-ring{ending}"
        started.value.save_as(tmp_path / f"table{ending}")
    with (tmp_path / "table.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["remedy"], row["seed"]) for row in rows] == [("pacgan2", str(k)) for k in range(3)]
    table = (tmp_path / "table.md").read_text()
    assert "| PacGAN2 |" in table
    assert "±" in table
    assert "The data themselves" in table
    # The table holds what can be computed from the seeds.
    line = next(one for one in table.splitlines() if one.startswith("| PacGAN2 |"))
    modes, quality = (cell.strip() for cell in line.split("|")[2:4])
    for told, column, unit in ((modes, "modes", 1), (quality, "high_quality", 100)):
        values = unit * np.array([float(row[column]) for row in rows])
        error = values.std(ddof=1) / np.sqrt(len(values))
        assert told == f"{values.mean():.1f} ± {error:.1f}"


def test_runs_over_seeds_show_the_time_left_and_can_be_cancelled(page: Page, lab: Lab):
    visit(page, lab, "Statistics&seeds-data=grid")
    expect(page.get_by_role("spinbutton", name="Seeds")).to_have_value("10")
    page.locator(".st-key-seeds-start button").click()
    bars = page.get_by_test_id("stProgress")
    expect(bars.first).to_contain_text(re.compile(r"10 GANs · step .* left"), timeout=3 * PATIENCE)
    for name in ("Plain GAN on the grid", "Relativistic, R1 + R2 on the grid"):
        run = next(one for one in lab.store.infos() if one.title.startswith(name))
        page.locator(f".st-key-stop-{run.id} button").click()
        expect(page.locator(f".st-key-stop-{run.id}")).to_have_count(0, timeout=2 * PATIENCE)
    left = page.get_by_text("Stopped before the end, and so left out:")
    expect(left).to_contain_text("Plain GAN on the grid")
    expect(left).to_contain_text("Relativistic")
    assert page.locator(".st-key-seeds-rows").count() == 0
