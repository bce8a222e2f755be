"""The form of a run against the records from which it is generated."""

import pytest
from streamlit.testing.v1 import AppTest

from ganlab.config import SETTINGS
from ganlab.presets import preset
from ganlab.registry import Parameter, find

HERE_NOT = {"data", "version"}
"""Data have a form of their own; a version is no choice."""


def script(name: str) -> None:
    """One form, as a page draws it; what it says is kept for the test."""
    import streamlit as st

    from ganlab.presets import preset
    from pages.widgets.run_form import run_form

    st.session_state["said"] = run_form(preset(name), key="form")


def opened(name):
    app = AppTest.from_function(script, args=(name,), default_timeout=60).run()
    assert not app.exception
    return app


def keys(app):
    kinds = ("selectbox", "slider", "select_slider", "number_input", "multiselect", "checkbox")
    return {one.key for kind in kinds for one in app.get(kind)}


@pytest.mark.parametrize("name", ["ring", "digits", "infogan"])
def test_every_setting_has_a_widget_and_an_untouched_form_says_what_it_was_given(name):
    app = opened(name)
    assert app.session_state["said"] == preset(name)
    spaces = ("", "points" if name == "ring" else "pictures")
    wanted = {path for path, one in SETTINGS.items() if one.space in spaces} - HERE_NOT
    empty = {"terms"} if name != "infogan" else set()  # no term fits these networks
    drawn = {key.removeprefix("form.") for key in keys(app)}
    rates = {"d_optimizer.lr": "Learning rate of D", "g_optimizer.lr": "Learning rate of G"}
    assert {rates.get(path, path) for path in wanted - empty} <= drawn


@pytest.mark.parametrize("name", ["ring", "wgan-gp"])
def test_every_parameter_of_what_is_chosen_has_a_widget(name):
    app = opened(name)
    config, drawn = app.session_state["said"], keys(app)
    for field in ("network", "loss", "strategy", "noise"):
        chosen = getattr(config, field)
        assert {f"form.{chosen.name}.{part}" for part in chosen.values} <= drawn
    for one in (*config.penalties, *config.transforms):
        assert {f"form.{one.name}.{part}" for part in one.values} <= drawn


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("d_clip", 0.5),
        ("d_warmup", 7),
        ("d_optimizer.beta2", 0.9),
        ("g_optimizer.epsilon", 1e-6),
        ("g_optimizer.floor", 0.25),
        ("keep_every", 50),
        ("keep_epochs", 2),
        ("show_epochs", 3),
        ("seconds", 9.0),
    ],
)
def test_what_is_seldom_changed_reaches_the_configuration(path, value):
    app = opened("digits")
    (box,) = [
        one
        for kind in ("slider", "number_input")
        for one in app.get(kind)
        if one.key == f"form.{path}"
    ]
    box.set_value(value).run()
    assert app.session_state["said"] == preset("digits").with_values({path: value})


def test_the_form_follows_a_record_that_is_added(monkeypatch):
    from dataclasses import replace

    from ganlab import registry

    margin = Parameter(1.0, "How far apart.", 0.0, 9.0)
    added = replace(
        find("loss", "hinge"), name="wide hinge", title="", parameters={"margin": margin}
    )
    monkeypatch.setitem(registry._records["loss"], added.name, added)
    app = opened("ring")
    (box,) = [one for one in app.selectbox if one.key == "form.loss"]
    box.set_value("wide hinge").run()
    (number,) = [one for one in app.number_input if one.key == "form.wide hinge.margin"]
    number.set_value(2.5).run()
    assert app.session_state["said"].loss.to_json() == {"name": "wide hinge", "margin": 2.5}
