"""The panels of the mode-collapse page through AppTest, on a server that starts no worker."""

import pytest
from streamlit.testing.v1 import AppTest

from ganlab.bench import costs
from ganlab.bench.methods import training_methods
from ganlab.bench.published import published
from ganlab.bench.seed_runs import SeedRun
from ganlab.bench.sweep import Sweep
from ganlab.jobs.info import RunInfo
from ganlab.jobs.store import Store
from ganlab.jobs.worker import Worker
from pages.understand import method_seeds
from pages.understand.collapse_digits import shown_first
from pages.understand.method_cards import measured
from tests.pages.test_pages import everything_said


def shown(module: str, **state) -> AppTest:
    script = f"from pages.understand import {module}\n{module}.panel(False)"
    app = AppTest.from_string(script, default_timeout=400)
    for key, value in state.items():
        app.session_state[key] = value
    app.run()
    return app


MAP = "from pages.understand import collapse_map\ncollapse_map.panel(False)"


# --- map ------------------------------------------------------------------------------------------


def test_start_makes_one_run_with_a_gan_for_each_cell():
    app = shown("collapse_map", **{"map-x": "k", "map-y": "seed", "map-size": 4})
    assert "No map yet" in everything_said(app)
    app.button("map-start").click().run()
    (record,) = Store().records()
    facts = record.facts()
    sweep = Sweep(x="k", y="seed", size=4)
    assert Sweep.from_json(facts["sweep"]) == sweep
    assert [one["values"] for one in facts["variants"]] == [c.values for c in sweep.cells()]
    assert record.config() == sweep.base
    assert any("16 GANs" in bar.proto.text for bar in app.get("progress"))


def test_the_same_knob_twice_cannot_be_started():
    app = shown("collapse_map", **{"map-x": "k", "map-y": "k"})
    assert app.button("map-start").disabled
    assert "two different knobs" in everything_said(app)


def a_map() -> str:
    sweep = Sweep(x="g-rate", y="k", size=2, steps=6)
    record = Store().create(sweep.base, "A map", "collapse-map", sweep.variants())
    record.set_facts(sweep=sweep.to_json())
    assert Worker(record, "cpu").run() == "finished"
    return record.id


def test_a_link_shows_the_map_that_it_names_and_says_where_that_is_gone():
    older, newer = a_map(), a_map()
    for named, seen in ((older, older), (newer, newer), ("gone", newer)):
        app = AppTest.from_string(MAP, default_timeout=400)
        app.query_params["map"] = named
        app.run()
        assert app.selectbox(key="map").value == seen
        assert [one.value.partition(" here")[0] for one in app.warning] == (
            ["There is no map 'gone'"] if named == "gone" else []
        )
    app.button("map-start").click().run()
    assert app.selectbox(key="map").value not in (older, newer)
    assert not app.warning


def test_a_finished_map_has_a_colour_and_words_for_every_cell():
    from ganlab.jobs.hub import Hub
    from pages.understand.map_measures import MAP_METRICS, cells_of

    run_id = a_map()
    app = shown("collapse_map", map=run_id)
    assert "A mode counts as captured" in everything_said(app)
    view = Hub().view(run_id)
    sweep = Sweep.from_json(Store().open(run_id).facts()["sweep"])
    for measure in MAP_METRICS.values():
        cells = cells_of(view, sweep, measure)
        assert len(cells.levels) == 4
        assert ((cells.levels >= 0) & (cells.levels <= 1)).all()
        assert all("of 8 modes captured" in text for text in cells.details)
        assert [round(level, 6) for level, _ in measure.stops(8)] == [0, 0.25, 0.5, 0.75, 1] or (
            measure is MAP_METRICS["reverse_kl"]
        )


# --- statistics -----------------------------------------------------------------------------------


def test_each_method_becomes_a_run_over_its_seeds():
    app = shown("method_seeds", **{"seeds-count": 3, "seeds-steps": 500})
    app.button("seeds-start").click().run()
    runs = [SeedRun.from_json(record.facts()["seed_run"]) for record in Store().records()]
    assert {run.method for run in runs} == {"plain", "r1-r2"}
    assert {(run.seeds, run.steps) for run in runs} == {(3, 500)}
    bars = [bar.proto.text for bar in app.get("progress")]
    assert len(bars) == 2
    assert all("3 GANs" in bar for bar in bars)


def test_a_finished_run_over_seeds_is_a_row_with_mean_and_standard_error():
    run = SeedRun("pacgan2", "ring", 2, 5)
    record = Store().create(run.config, run.title, "remedy-seeds", run.variants())
    record.set_facts(seed_run=run.to_json())
    assert Worker(record, "cpu").run() == "finished"
    app = shown("method_seeds")
    table = app.dataframe[0].value
    assert list(table["method"]) == ["PacGAN2", "The data themselves"]
    assert "±" in table["modes"][0]
    assert table["modes"][1] == "8.0"
    assert table["seeds"][0] == "2"
    labels = [one.label for one in app.get("download_button")]
    assert labels == ["Every seed (CSV)", "The table (Markdown)"]
    assert "Nothing has run on the grid" in everything_said(
        shown("method_seeds", **{"seeds-data": "grid"})
    )


@pytest.mark.parametrize("data", ["ring", "grid"])
def test_on_the_first_visit_the_labs_own_ten_seeds_stand_there(data):
    app = shown("method_seeds", **{"seeds-data": data})
    said = everything_said(app)
    assert f"Nothing has run on the {data} yet" in said
    table = app.dataframe[0].value
    assert "Plain GAN" in list(table["method"])
    assert list(table["method"])[-1] == "The data themselves"
    assert set(table["seeds"][:-1]) == {"10"}
    assert "on one thread of CPU" in said


def test_a_run_that_was_stopped_is_no_row_and_is_named(monkeypatch):
    monkeypatch.setattr(method_seeds, "published", lambda data: [])
    run = SeedRun("plain", "ring", 2, 500)
    record = Store().create(run.config, run.title, "remedy-seeds", run.variants())
    record.set_facts(seed_run=run.to_json())
    record.command("stop")
    assert Worker(record, "cpu").run() == "stopped"
    assert record.info().results["members"]
    app = shown("method_seeds")
    assert not app.dataframe
    said = everything_said(app)
    assert "Nothing has finished on the ring yet" in said
    assert "left out: Plain GAN on the ring, 2 seeds, at step 0 of 500" in said


def test_a_stored_run_of_a_method_that_no_race_shows_is_a_row_too(monkeypatch):
    runs = {name: SeedRun(name, "ring", 1, 5) for name in ("truncated", "plain")}
    monkeypatch.setattr(method_seeds, "_told", runs.__getitem__)
    monkeypatch.setattr(method_seeds, "_device", lambda run_id: "CPU")
    infos = [
        RunInfo(name, name, "remedy-seeds", "finished", step=5, results={"members": [{}]})
        for name in runs
    ]
    assert [row.method for row in method_seeds.rows_of(infos)] == ["plain", "truncated"]


# --- cards ----------------------------------------------------------------------------------------


def test_every_method_has_a_card_with_its_idea_formula_paper_cost_and_limits():
    app = shown("method_cards")
    said = everything_said(app)
    papers = {(one.source, one.formula): one for one in reversed(training_methods().values())}
    assert len(app.get("latex")) == len(papers)
    assert all(method.title in said for method in training_methods().values())
    for method in papers.values():
        assert all(part in said for part in (method.summary, method.fails, method.source))
    assert said.count("× a step]") == len(training_methods()) - 1
    assert costs.read(costs.SHIPPED).summary() in said


def test_a_card_joins_its_promise_with_the_row_that_was_measured():
    rows = {row.method: row for row in published("ring")}
    said = everything_said(shown("method_cards"))
    assert "Unrolled GAN, 5 steps 4.1 ± 0.8 of 8 modes" in said
    assert said.count("**Measured** on the ring, 10 seeds, 5,000 steps") == 8
    assert measured(["annealed"]).endswith("41% of high quality in 5,000 steps.")
    assert measured(["plain"]) == ""
    assert round(rows["unrolled"].mean("modes"), 1) == 4.1


def test_the_labs_table_names_its_steps_the_published_ones_and_its_noise():
    said = everything_said(shown("method_seeds"))
    assert "400,000 steps" in said
    rows = published("ring")
    plain, unrolled, best = (
        next(row for row in rows if row.method == name) for name in ("plain", "unrolled", "r1-r2")
    )
    least = float(said.split("Differences below ")[1].split()[0])
    assert abs(plain.mean("modes") - best.mean("modes")) < least
    assert abs(plain.mean("modes") - unrolled.mean("modes")) > least


def test_costs_measured_here_win():
    costs.save(costs.Costs({"plain": 1.0, "unrolled": 9.9}, "CPU (mine)", "ring", 1, 1, 1, 1))
    said = everything_said(shown("method_cards"))
    assert "this machine, CPU (mine)" in said
    assert "9.9 × a step" in said


# --- digits ---------------------------------------------------------------------------------------


@pytest.fixture
def trained(lab, digits_run) -> str:
    return digits_run().id


def test_without_a_run_the_pair_is_one_click_away():
    app = shown("collapse_digits")
    app.button("train-pair").click().run()
    presets = {record.info().preset for record in Store().records()}
    assert presets == {"digits-collapse", "digits-varied"}
    assert len(app.selectbox) == 2


def test_a_run_alone_stands_beside_an_offer_and_not_beside_itself(trained):
    app = shown("collapse_digits")
    assert [box.value for box in app.selectbox] == [trained]
    assert "train the pair to compare" in everything_said(app)


@pytest.mark.parametrize(
    ("presets", "sides"),
    [
        (["digits"], "0 -"),
        (["digits", "fast-mnist", "digits"], "0 1"),
        (["digits", "digits-varied", "digits-collapse"], "2 1"),
        (["digits-varied", "digits"], "1 0"),
        (["digits-varied"], "0 -"),
    ],
)
def test_the_pair_comes_first_and_no_run_stands_beside_itself(presets, sides):
    infos = {str(k): RunInfo(str(k), "", preset, "finished") for k, preset in enumerate(presets)}
    assert " ".join(name or "-" for name in shown_first(infos)) == sides


def test_a_run_is_counted_with_its_histogram_entropy_and_pairs(trained):
    app = shown("collapse_digits")
    labels = {metric.label: metric for metric in app.metric}
    assert set(labels) == {"Digits", "Entropy", "Duplicates"}
    assert "real 1.00" in labels["Entropy"].delta
    assert len(app.get("plotly_chart")) >= 2
    said = everything_said(app)
    assert "The birthday test" in said
    assert "Arora & Zhang 2017" in said
