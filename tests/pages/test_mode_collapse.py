"""The race through AppTest, on a server that starts no worker."""

import pytest

from ganlab.bench.methods import training_methods
from ganlab.config import RunConfig
from ganlab.config.variants import varied
from ganlab.jobs.store import Store
from ganlab.registry import Method, find
from pages.understand.collapse_race import DATA, race_config, variants
from pages.understand.race_board import what_differs
from tests.pages.test_pages import everything_said, opened
from tests.trained import MLP, trained_once

PAGE = "pages/understand/mode_collapse.py"
PLAYGROUND = "pages/train/playground.py"


def canvases(app):
    return app.get("bidi_component")


def test_it_opens_on_a_finished_race_that_tells_hopping_and_covering():
    app = opened(PAGE)
    said = everything_said(app)
    assert "0 of 8 modes" in said or "1 of 8 modes" in said
    assert "8 of 8 modes" in said
    assert "**PacGAN2** wins with 8 of 8 modes at 57" in said
    # Three panes and their legend, the strips and the curves.
    assert len(canvases(app)) == 6


def test_it_opens_on_the_form_and_starts_nothing():
    app = opened(PAGE)
    assert not app.error
    assert [one.value for one in app.header] == ["Mode collapse"]
    assert "what differs" in everything_said(app)
    assert "Start the race" in [one.label for one in app.button]
    assert Store().records() == []


def test_start_queues_one_run_with_a_member_for_each_method():
    app = opened(PAGE)
    start = next(one for one in app.button if one.label == "Start the race")
    start.click().run()
    (record,) = Store().records()
    info = record.info()
    assert [one["label"] for one in info.variants] == [
        "Plain GAN",
        "PacGAN2",
        "Relativistic, R1 + R2",
    ]
    assert info.config["data"] == {"name": "ring", "modes": 8, "radius": 1.0, "std": 0.05}
    assert app.query_params["run"] in (record.id, [record.id])


def test_one_method_or_five_cannot_start():
    app = opened(PAGE)
    for chosen in (["plain"], ["plain", "unrolled", "minibatch", "pacgan2", "spectral"]):
        app.button_group(key="methods").set_value(chosen).run()
        start = next(one for one in app.button if one.label == "Start the race")
        assert start.disabled
        assert "Choose two to 4 methods" in everything_said(app)


def test_a_finished_race_shows_panes_strips_curves_a_verdict_and_a_table(race_run):
    record = race_run()
    app = opened(PAGE, run=record.id)
    assert not app.error
    # Three panes and their legend, the strips, the curves, and the film.
    assert len(canvases(app)) == 7
    said = everything_said(app)
    assert "step 12 of 12" in said
    assert "What differs: transform packing." in said
    assert "What differs: loss relativistic, penalty r1-r2, penalties r1-r2 gamma 0.03." in said
    assert said.count(": 12 steps · ") == 3
    assert said.count("CPU s") == 3
    assert "*exact samples*" in said
    assert "98.9\N{NO-BREAK SPACE}%" in said
    ends = next(one.value for one in app.markdown if "*exact samples*" in one.value)
    whole = "100.0\N{NO-BREAK SPACE}%"
    assert ends.splitlines()[-1] == (
        f"| *one point on one mode* | *1* | *{whole}* | *{whole}* | *2.08* | *0.00* |"
    )
    assert any(word in said for word in ("leads with", "lead with", "All are level"))


def test_all_that_a_method_changes_is_told_and_not_the_defaults_of_what_it_chose():
    first = race_config("Ring of eight", 100, 0)
    changed = first.with_values(find(Method, "annealed").racing_on("ring"))
    differs = what_differs(first, changed)
    assert {"loss relativistic", "network g depth 4", "averaging 0.998", "batch 128"} <= set(
        differs
    )
    told = {path for path, (_, new) in first.difference(changed).items() if new is not None}
    assert len(differs) == len(told - {"penalties.r1-r2.end", "penalties.r1-r2.every"})
    assert what_differs(first, first) == []


def test_what_a_pane_lacks_of_the_first_is_called_none():
    plain = race_config("Ring of eight", 100, 0)
    first = plain.with_values(find(Method, "r1-r2").racing_on("ring"))
    assert sorted(what_differs(first, plain)) == ["loss non-saturating", "penalty none"]


@pytest.mark.parametrize("place", [0, 2])
def test_a_pane_opens_alone_in_the_playground_where_the_race_stands(place, race_run):
    record = race_run()
    app = opened(PAGE, run=record.id)
    links = [one.proto for one in app.get("page_link") if "Open in" in one.proto.label]
    assert [link.query_string for link in links] == [f"race={record.id}&pane={k}" for k in range(3)]
    app = opened(PLAYGROUND, race=record.id, pane=str(place))
    assert not app.error
    (alone,) = [one for one in Store().records() if one.id != record.id]
    assert app.query_params["run"] in (alone.id, [alone.id])
    assert "race" not in app.query_params
    info, label = alone.info(), record.info().variants[place]["label"]
    assert (info.step, info.state) == (12, "finished")
    assert info.title.startswith(f"{label}, from: ")
    _, members = varied(record.config(), record.info().variants)
    assert alone.config() == members[place]


def test_a_pane_of_the_race_that_ships_opens_alone_and_leaves_no_race_behind():
    opened(PLAYGROUND, race="shipped", pane="1", at="3000")
    (alone,) = Store().records()
    assert alone.info().title.startswith("PacGAN2, from: ")
    assert alone.info().step == 3_000
    assert alone.checkpoint.is_file()


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ({"race": "shipped", "pane": "one"}, "whole numbers, got 'one'"),
        ({"race": "shipped", "pane": "7"}, "holds 3 GANs, got number 7"),
        ({"race": "nowhere", "pane": "0"}, "There is no run 'nowhere'"),
    ],
)
def test_a_pane_that_is_not_there_is_refused_in_a_sentence(address, told):
    app = opened(PLAYGROUND, **address)
    assert told in app.error[0].value
    assert not Store().records()


@pytest.mark.parametrize("measure", ["high_quality", "reverse_kl", "spread"])
def test_another_measure_has_another_curve_and_never_breaks(measure, race_run):
    record = race_run()
    app = opened(PAGE, run=record.id)
    app.button_group(key="measure").set_value(measure).run()


def test_a_run_that_is_no_race_is_refused_in_a_sentence():
    record = Store().create(race_config("Ring of eight", 12, 0), "Alone")
    app = opened(PAGE, run=record.id)
    assert [one.value for one in app.error] == [
        "This run is no race: the Playground or Image GANs shows it."
    ]


@pytest.mark.parametrize("data", DATA)
def test_every_method_can_race_on_all_data(data):
    from ganlab.config.variants import varied

    config = race_config(data, 100, 3)
    told, members = varied(config, variants(list(training_methods()), data))
    assert len(told) == len(members) == len(training_methods())
    assert all(isinstance(one, RunConfig) and one.steps == 100 for one in members)


def primary(app):
    """The buttons that stand out, but for that of a branch, which a popover hides."""
    labels = [one.label for one in app.button if one.proto.type == "primary"]
    return [label for label in labels if label != "Start the branch"]


def test_one_button_stands_out_with_and_without_a_race_of_ones_own(race_run):
    assert primary(opened(PAGE)) == ["Start the race"]
    assert primary(opened(PAGE, run=race_run().id)) == ["Play"]


@pytest.fixture(scope="module")
def crowd_run(tmp_path_factory):
    """Copies a finished run of five GANs, as `train --race` with five methods makes it."""
    five = [
        {
            "label": find(Method, name).title,
            "values": find(Method, name).racing_on("ring"),
        }
        for name in ("plain", "pacgan2", "r1-r2", "wgan-gp", "spectral")
    ]
    return trained_once(tmp_path_factory.mktemp("crowd"), "ring-collapse", MLP, five)


def test_a_race_of_five_is_shown_in_two_rows_by_its_points(crowd_run):
    record = crowd_run()
    app = opened(PAGE, panel="Race", run=record.id)
    assert not app.error
    panes = [one for one in canvases(app) if "pane." in one.proto.id]
    assert len(panes) == 5
    said = everything_said(app)
    for one in record.info().variants:
        assert one["label"] in said
    links = [one.proto for one in app.get("page_link") if "Open in" in one.proto.label]
    assert len(links) == 5


def test_a_run_of_more_gans_than_a_race_shows_is_sent_to_its_panel():
    config = race_config("Ring of eight", 1_000, 0)
    seeds = [{"label": f"Seed {k}", "values": {"seed": k}} for k in range(15)]
    record = Store().create(config, "Many seeds", "", seeds)
    app = opened(PAGE, panel="Race", run=record.id)
    assert "holds 15 GANs, and a race shows 12 at most" in app.error[0].value
