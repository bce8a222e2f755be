import io
import pickle
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
import torch
from streamlit.testing.v1 import AppTest

from ganlab.checkpoint import save_tensors
from ganlab.config import Choice, RunConfig
from ganlab.runs.journal import Journal
from ganlab.runs.store import Store
from ganlab.training.state import build_networks
from pages.explore.digits_dataset import make
from pages.explore.walk_anchors import stops
from pages.widgets.models import SHIPPED_MODEL

ROOT = Path(__file__).parents[2]


@pytest.fixture
def opened(tmp_path, monkeypatch):
    monkeypatch.setenv("GANLAB_HOME", str(tmp_path))
    monkeypatch.delenv("GANLAB_DATA", raising=False)

    def run(page, **state):
        at = AppTest.from_file(str(ROOT / "pages" / "explore" / page), default_timeout=120)
        for key, value in state.items():
            at.session_state[key] = value
        at.run()
        assert not at.exception, at.exception
        return at

    return run


def finished_run(network):
    """The id of a finished run of GANLAB_HOME, and the bytes of its checkpoint."""
    config = RunConfig(data=Choice("digits"), network=Choice(network, {"width": 4}))
    record = Store().create(config, "Mine")
    journal = Journal(record, ())
    journal.write(facts={"state": "finished", "progress": {"step": 12}})
    journal.close()
    weights = build_networks(config)[0].state_dict().items()
    tensors = {f"G_mean.{name}": value for name, value in weights}
    save_tensors(record.checkpoint, tensors, {"config": config.to_json()})
    return record.id, record.checkpoint.read_bytes()


def components(at):
    return len(at.get("bidi_component"))


@pytest.mark.parametrize(
    ("page", "panel", "shown"),
    [
        ("digits.py", "Write", 1),
        ("digits.py", "Style × class", 1),
        ("digits.py", "Morph", 2),
        ("digits.py", "Measured", 0),
        ("digits.py", "Make a data set", 0),
        ("digits.py", "Does it help?", 0),
        ("latent_space.py", "Walk", 2),
        ("latent_space.py", "Pad", 1),
        ("latent_space.py", "Directions", 1),
        ("latent_space.py", "Arithmetic", 0),
        ("latent_space.py", "Inversion", 1),
    ],
)
def test_each_panel_opens_on_a_fresh_machine_with_the_shipped_model(opened, page, panel, shown):
    at = opened(page, panel=panel)
    assert at.selectbox(key="model").value == SHIPPED_MODEL
    assert components(at) == shown


def test_what_is_typed_is_what_the_classifier_reads(opened):
    at = opened("digits.py")
    assert any("**2026**" in one.value for one in at.markdown)
    at.text_input(key="text").set_value("11.8.1907").run()
    assert any("**1181907**" in one.value for one in at.markdown)


def test_letters_stay_gaps_and_nothing_to_write_is_said(opened):
    at = opened("digits.py")
    at.text_input(key="text").set_value("a1").run()
    assert any("a stays a gap" in one.value for one in at.caption)
    at.text_input(key="text").set_value("hello").run()
    assert at.info[0].value == "Type at least one digit."


def test_the_measured_panel_names_features_n_and_the_floor(opened):
    at = opened("digits.py", panel="Measured")
    words = " ".join(one.value for one in at.caption)
    assert "ganlab-mnist-cnn v1" in words
    assert "N = 10,000" in words
    assert [one.label for one in at.metric][:3] == [
        "Read as intended",
        "Fréchet distance",
        "Coverage",
    ]


def test_the_classes_on_the_way_fill_up_with_the_last_one():
    torch.testing.assert_close(stops("15", 4, 10), torch.eye(10)[[1, 5, 5, 5]])
    torch.testing.assert_close(stops("9x2", 2, 10), torch.eye(10)[[9, 2]])
    torch.testing.assert_close(stops("", 2, 10), torch.eye(10)[[0, 0]])
    torch.testing.assert_close(stops("²5", 2, 10), torch.eye(10)[[5, 5]])
    assert stops("15", 2, 0) is None


@pytest.mark.parametrize("kind", ["NPZ", "ZIP of PNGs"])
def test_a_data_set_repeats_to_the_byte_and_records_its_seed(kind):
    from ganlab.generator import load

    generator = load(SHIPPED_MODEL)
    first, name = make(generator, 20, 5, kind)
    assert make(generator, 20, 5, kind)[0] == first != make(generator, 20, 6, kind)[0]
    assert "seed5" in name


def test_the_zip_holds_each_picture_under_its_label(tmp_path):
    import io
    import zipfile

    from ganlab.generator import load
    from ganlab.runs.samples import from_png

    generator = load(SHIPPED_MODEL)
    content, _ = make(generator, 10, 0, "ZIP of PNGs")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        rows = archive.read("labels.csv").decode().splitlines()
        assert rows[0].endswith("seed 0")
        assert rows[2 + 7] == "7/000007.png,7"
        picture = from_png(archive.read("7/000007.png"))
    np.testing.assert_array_equal(picture, generator.sample(10, seed=0)[7, 0])


def test_an_experiment_under_way_shows_progress_and_can_be_cancelled(opened, monkeypatch):
    from pages.explore import digits_augment

    class Slow:
        """An errand that ends when it is told to."""

        words, share, error, sofar, result = "seed 0, real digits alone: 80 %", 0.25, "", None, None
        cancelled, seconds = False, 10.0

        def __init__(self, arguments):
            self.arguments = arguments

        @property
        def running(self):
            return not self.cancelled

        @property
        def left(self):
            return 30.0

        def cancel(self):
            self.cancelled = True

    monkeypatch.setattr(digits_augment, "Errand", Slow)
    at = opened("digits.py", panel="Does it help?")
    press(at, "Run the experiment")
    assert "about 30 s to go" in at.get("progress")[0].proto.text
    assert button(at, "Run the experiment").disabled
    press(at, "Cancel")
    assert any("Cancelled after 10 s" in one.value for one in at.caption)
    command = next(iter(digits_augment._errands()))
    assert command == ("augment", "digits-cgan", "--k", "10", "--n", "100", "--seeds", "5")


def button(at, label):
    return next(one for one in at.button if one.label == label)


def press(at, label):
    button(at, label).click()
    at.run()
    assert not at.exception, at.exception


@pytest.mark.parametrize(
    ("panel", "shown"), [("Walk", 1), ("Pad", 0), ("Directions", 0), ("Arithmetic", 0)]
)
def test_a_generator_of_points_walks_in_the_plane_and_other_panels_say_what_they_want(
    opened, panel, shown
):
    at = opened("latent_space.py", panel=panel, model="playground-ring")
    assert components(at) == shown
    if panel in ("Pad", "Directions"):
        assert "choose a model that makes some" in at.info[0].value
    if panel == "Arithmetic":
        assert len(at.get("plotly_chart")) == 1


def test_from_1_to_5_brings_the_seminars_walk_back_from_anywhere(opened):
    at = opened("latent_space.py", anchors=5, classes="777")
    press(at, "Roll the anchors")
    assert at.number_input(key="walk-seed").value == 1
    press(at, "From 1 to 5")
    assert at.slider(key="anchors").value == 2
    assert at.text_input(key="classes").value == "15"
    assert at.number_input(key="walk-seed").value == 0


def test_a_walk_sets_out_from_a_found_z_until_the_anchors_are_rolled(opened):
    import torch

    from ganlab.generator import load
    from pages.explore.walk_anchors import START, Start

    generator = load(SHIPPED_MODEL)
    z = generator.z(1, 123)
    start = Start(generator.mark, z, 3)
    at = opened("latent_space.py", **{START: start})
    assert any("first one is your picture" in one.value for one in at.caption)
    press(at, "Roll the anchors")
    assert START not in at.session_state
    foreign = Start("another model", torch.zeros(1, 64), 3)
    at = opened("latent_space.py", **{START: foreign})
    assert not any("first one is your picture" in one.value for one in at.caption)


def test_a_direction_is_named_found_again_turned_on_digits_and_removed(opened):
    at = opened("latent_space.py", panel="Directions", kind="closed")
    at.selectbox(key="keep-closed").set_value("direction 2")
    at.text_input(key="direction-name").set_value("leaning")
    press(at, "Name it")
    assert "directions" not in [one.value for one in at.error]
    digits = opened("digits.py")
    assert [one.label for one in digits.slider][-1] == "leaning"
    digits.slider(key="own-leaning").set_value(2.0).run()
    assert not digits.exception
    at.selectbox(key="kind").set_value("named").run()
    assert any("direction 2, Closed form (SeFa)" in one.value for one in at.markdown)
    press(at, "Remove")
    assert "No direction of this model has a name yet" in at.info[0].value


def test_a_name_that_cannot_be_kept_is_refused_in_one_sentence(opened):
    at = opened("latent_space.py", panel="Directions", kind="closed")
    press(at, "Name it")
    assert "1 to 40 characters" in at.error[0].value


@pytest.mark.parametrize("quality", ["slant", "loops", "luck"])
def test_arithmetic_measures_whether_the_third_gained_what_the_first_had(opened, quality):
    at = opened("latent_space.py", panel="Arithmetic", quality=quality)
    said = [one.value for one in at.markdown if one.value.startswith("**Measured**")]
    assert len(said) == (0 if quality == "luck" else 1)
    assert len(at.get("image")) == 4


def test_a_drawing_is_inverted_once_and_a_cancelled_search_stays_cancelled(opened, monkeypatch):
    from pages.explore import latent_inversion

    drawing = np.zeros((112, 112), np.uint8)
    drawing[20:90, 50:60] = 255
    calls = []

    def counted(generator, picture, report):
        calls.append(1)
        report(0.5)
        return invert(generator, picture, starts=1, steps=3)

    from ganlab.inversion import invert

    monkeypatch.setattr(latent_inversion, "sketch", lambda key: drawing)
    monkeypatch.setattr(latent_inversion, "invert", counted)
    at = opened("latent_space.py", panel="Inversion")
    assert len(at.get("image")) == 3
    at.run()
    assert len(calls) == 1
    press(at, "Walk from it")
    assert at.session_state["panel"] == "Walk"
    assert any("first one is your picture" in one.value for one in at.caption)


def test_after_cancel_the_search_waits_until_it_is_asked_for_again(opened, monkeypatch):
    from ganlab.generator import load
    from ganlab.inversion import as_written, invert
    from pages.explore import latent_inversion as page

    drawing = np.zeros((112, 112), np.uint8)
    drawing[20:90, 50:60] = 255
    monkeypatch.setattr(page, "sketch", lambda key: drawing)
    monkeypatch.setattr(
        page, "invert", lambda generator, picture, report: invert(generator, picture, 1, 3)
    )
    written = as_written(drawing)
    mark = page.mark_of(load(SHIPPED_MODEL), written)
    at = opened("latent_space.py", panel="Inversion", **{page.GIVEN_UP: mark})
    assert len(at.get("image")) == 0
    press(at, "Look again")
    assert len(at.get("image")) == 3


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_photograph_takes_the_shape_that_g_makes(mode):
    import io

    from PIL import Image

    from pages.explore.latent_inversion import as_shape, read_whole

    out = io.BytesIO()
    Image.new(mode, (90, 60), 200 if mode == "L" else (200, 10, 20)).save(out, "PNG")
    assert read_whole(out.getvalue(), (3, 32, 32)).shape == (3, 32, 32)
    assert read_whole(out.getvalue(), (1, 28, 28)).shape == (1, 28, 28)
    grey = as_shape(np.full((112, 112), 7, np.uint8), (3, 32, 32))
    assert grey.shape == (3, 32, 32)
    assert (grey == 7).all()


@pytest.mark.parametrize("page", ["digits.py", "latent_space.py"])
def test_a_finished_conditional_run_can_be_chosen(opened, page):
    run, _ = finished_run("conditional")
    plain, _ = finished_run("fast28")
    at = opened(page, model=run)
    offered = at.selectbox(key="model").options
    assert at.selectbox(key="model").value == run
    assert components(at) >= 1
    assert any(run in one for one in offered)
    assert any(plain in one for one in offered) == (page == "latent_space.py")


def test_an_uploaded_checkpoint_is_a_model_like_any_other(opened, monkeypatch):
    _, content = finished_run("conditional")
    upload(monkeypatch, content)
    at = opened("digits.py", model="upload")
    assert components(at) == 1
    assert not at.error
    at = opened("digits.py", model="upload", panel="Does it help?")
    assert "ganlab-upload-" in at.code[0].value
    assert ".safetensors" in at.code[0].value


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda content: content[: len(content) // 2], "no whole safetensors file"),
        (lambda content: pickle.dumps({"G": 1}), "no whole safetensors file"),
        (lambda content: b"", "no whole safetensors file"),
    ],
)
def test_a_file_that_is_no_checkpoint_is_refused_in_one_sentence(opened, monkeypatch, spoil, words):
    _, content = finished_run("conditional")
    upload(monkeypatch, spoil(content))
    at = opened("digits.py", model="upload")
    assert words in at.error[0].value
    assert components(at) == 0


def test_an_uploaded_model_without_labels_is_refused_on_digits_and_walks_in_latent_space(
    opened, monkeypatch
):
    _, content = finished_run("fast28")
    upload(monkeypatch, content)
    assert "takes no labels" in opened("digits.py", model="upload").error[0].value
    at = opened("latent_space.py", model="upload")
    assert components(at) == 2
    assert not at.error


def upload(monkeypatch, content):
    """Let the page's file uploader have been given these bytes."""

    class Given(io.BytesIO):
        size = len(content)

    monkeypatch.setattr(st, "file_uploader", lambda *_, **__: Given(content))
