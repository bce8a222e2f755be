"""The Systems page through AppTest: each panel on a short run of its system, and without any."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from ganlab import registry
from ganlab.config import Choice, RunConfig
from ganlab.data.embedded import load_digits
from ganlab.data.pictures import PictureSet
from ganlab.jobs.recorder import Recorder
from ganlab.jobs.store import Store
from ganlab.presets import preset
from ganlab.registry import Data, find
from pages.explore import systems_features
from pages.widgets import system_models
from tests.pages.runs import own_pictures, short_run
from tests.pages.test_pages import everything_said

ROOT = Path(__file__).parents[2]
PANELS = {"Codes": ("infogan", 3), "Attributes": ("vae-gan", 2), "Features": ("figan", 2)}


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """A machine without the shipped models."""
    monkeypatch.setattr(system_models, "CHECKPOINTS", tmp_path)


def opened(panel: str) -> AppTest:
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=300).run()
    at.query_params["panel"] = panel
    at.switch_page("pages/explore/systems.py").run()
    return at


def tiny(name: str) -> RunConfig:
    return preset(name).with_values({"network.width": 4, "batch": 4})


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize("panel", PANELS)
def test_without_a_model_a_panel_says_how_to_get_one(panel):
    at = opened(panel)
    assert "train one, and it appears here" in at.info[0].value
    assert not at.get("bidi_component")


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize("panel", PANELS)
def test_a_run_of_the_system_is_found_and_shown(panel):
    name, components = PANELS[panel]
    run = short_run(tiny(name), name)
    at = opened(panel)
    box = at.selectbox(key=f"model.{name}")
    assert box.value == run
    assert len(at.get("bidi_component")) == components
    assert not at.error


@pytest.mark.usefixtures("bare")
def test_a_run_of_another_system_is_not_offered():
    record = Store().create(RunConfig(network=Choice("fast28")), "Digits", "digits")
    Recorder(record, ("d_loss",)).write(facts={"progress": {"step": 5, "seconds": 1, "speed": 1}})
    assert "train one" in opened("Codes").info[0].value


GREY = "Slant and thickness are measured in grey pictures only"


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize(
    ("colour", "classes", "offered"),
    [
        ("grey", ("one",), ["Measured"]),
        ("grey", ("left", "right"), ["Measured", "Classes"]),
        ("colour", ("left", "right"), ["Classes"]),
    ],
)
def test_attributes_are_those_that_own_pictures_can_have(colour, classes, offered):
    config = own_pictures(tiny("vae-gan"), 28, 20, classes, colour)
    short_run(config, "vae-gan")
    at = opened("Attributes")
    assert not at.error
    (add,) = (one for one in at.segmented_control if one.label == "Add")
    for kind in offered:
        add.set_value(kind).run()
        assert len(at.get("bidi_component")) == 2
    said = everything_said(at)
    assert add.options == offered
    assert (GREY in said) == (colour == "colour")
    assert ("**like a right**" in said) == ("Classes" in offered)
    assert bool(at.toggle) == (colour == "grey")


@pytest.mark.usefixtures("bare")
def test_coloured_pictures_of_one_class_have_no_attribute_and_the_page_says_so():
    short_run(own_pictures(tiny("vae-gan"), 28), "vae-gan")
    at = opened("Attributes")
    assert "there is no attribute to add" in everything_said(at)


@pytest.mark.usefixtures("bare")
def test_data_are_read_as_the_run_read_them(monkeypatch):
    """A run on CIFAR-10 at 28 pixels is shown pictures of 28."""
    asked = []

    def load_cifar10(split, size, report=None):
        asked.append((split, size))
        stream = torch.Generator().manual_seed(0)
        pictures = torch.randint(256, (40, 3, size, size), generator=stream).to(torch.uint8)
        return PictureSet(pictures, torch.arange(40) % 2, ("cat", "dog"), "cifar10")

    record = replace(find(Data, "cifar10"), thing=load_cifar10)
    monkeypatch.setitem(registry._records["data"], "cifar10", record)
    data = {"name": "cifar10", "size": 28, "split": "test"}
    short_run(tiny("vae-gan").with_values({"data": data}), "vae-gan")
    at = opened("Attributes")
    assert asked == [("test", 28)] * 2, "once to train and once to look"
    assert "**like a cat**" in everything_said(at)


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize("colour", ["colour", "grey"])
def test_features_of_own_pictures_are_shown_in_their_colours_with_the_names_of_their_classes(
    colour, monkeypatch
):
    shown, enlarge = [], systems_features.enlarged
    monkeypatch.setattr(
        systems_features, "enlarged", lambda one, times: shown.append(one) or enlarge(one, times)
    )
    classes = ("left", "right", "middle")
    short_run(own_pictures(tiny("figan"), 32, 30, classes, colour), "figan")
    at = opened("Features")
    assert shown[0].shape == ((32, 32, 3) if colour == "colour" else (32, 32))
    (read,) = re.findall(r"The classifier reads \*\*(\w+)\*\*", everything_said(at))
    assert read in classes
    assert at.number_input(key="example").label == "Real picture number"


@pytest.mark.usefixtures("bare")
def test_digits_are_called_digits():
    short_run(tiny("figan"), "figan")
    at = opened("Features")
    assert at.number_input(key="example").label == "Real digit number"
    assert re.search(r"The classifier reads \*\*\d\*\*", everything_said(at))


def test_the_real_digit_of_a_number_is_the_one_whose_features_are_kept():
    found = systems_features.real_examples(Choice("digits"), (0, 3, 511), 512)
    whole = load_digits().pictures
    assert found is not None
    np.testing.assert_array_equal(found, whole[[0, round(3 * 1796 / 511), 1796]])
    assert systems_features.real_examples(Choice("mnist"), (0,), 512) is None
