"""The choice of data: what fits a network, and pictures of one's own."""

import io
import zipfile
from types import SimpleNamespace

import numpy as np
import pytest
import streamlit as st
import torch
from PIL import Image

from ganlab.config import RunConfig
from ganlab.config.fit import picture_shape
from ganlab.errors import DataError
from ganlab.jobs.store import Store
from ganlab.presets import preset
from ganlab.registry import Data, Preset, table
from ganlab.training.tasks.pictures import build_networks, draw_z
from pages.widgets import data_form
from tests.pages.runs import own_pictures
from tests.pages.test_pages import TRAIN, everything_said, opened

PICTURES = {name: one for name, one in table(Data).items() if one.space == "pictures"}
PICTURE_PRESETS = [name for name, one in table(Preset).items() if one.config.data.name in PICTURES]


def png(place: int, size: int = 40) -> bytes:
    out = io.BytesIO()
    Image.fromarray(np.full((size, size + 9, 3), place, np.uint8)).save(out, "PNG")
    return out.getvalue()


def zipped(count: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for k in range(count):
            archive.writestr(f"{'ab'[k % 2]}/{k}.png", png(k))
        archive.writestr("a/broken.png", b"no picture")
    return out.getvalue()


def upload(name: str, data: bytes, mark: str = "1") -> SimpleNamespace:
    """A file as Streamlit's uploader gives it."""
    return SimpleNamespace(name=name, file_id=mark, getvalue=lambda: data)


# --- which data fit -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PICTURE_PRESETS)
def test_what_is_offered_can_be_trained_on_and_changes_nothing_else(name):
    config = preset(name)
    assert data_form.with_data(config, config.data.name) == config
    offered = {one: data_form.with_data(config, one) for one in PICTURES}
    assert offered[config.data.name] is not None
    for one, found in offered.items():
        if found is None:
            continue
        assert found.data.name == one
        assert RunConfig.from_json(found.to_json() | {"data": config.data.to_json()}) == config
    sizes = {picture_shape(one.data).size for one in offered.values() if one}
    if config.network.name == "dcgan28":
        assert sizes == {28}


def test_sets_of_a_size_that_the_network_cannot_make_are_not_offered():
    printed = preset("dcgan-cifar10")  # 64×64 only
    assert data_form.with_data(printed, "mnist") is None
    found = data_form.with_data(printed, "folder")
    assert found is not None
    assert found.data.values["size"] == 64


NATIVE = {"transgan": 32, "r3gan": 32, "sagan": 32, "wgan-gp": 32, "figan": 32, "vae-gan": 28}


@pytest.mark.parametrize("name", NATIVE)
def test_cifar10_keeps_its_own_size_where_the_network_makes_it(name):
    found = data_form.with_data(preset(name), "cifar10")
    assert found is not None
    size = NATIVE[name]
    assert found.data.values["size"] == size
    words = data_form.in_words(found)
    assert words.startswith(f"G makes pictures of {size}×{size}.")
    assert ("The data set's are 32×32" in words) == (size != 32)


@pytest.mark.parametrize("name", PICTURE_PRESETS)
def test_every_size_that_is_offered_is_one_that_the_networks_make(name):
    found = data_form.with_data(preset(name), "folder")
    if found is None:
        return
    for size in data_form.sizes_for(found):
        config = found.with_values({"data.size": size, "data.classes": 2})
        G, _ = build_networks(config)
        z = draw_z(config, 2, torch.Generator().manual_seed(0))
        with torch.no_grad():
            fake = G.eval()(z, torch.tensor([0, 1]))
        assert fake.shape == (2, 3, size, size)


# --- pictures of one's own ------------------------------------------------------------------------


@pytest.fixture
def session(monkeypatch, tmp_path):
    """A home, and a session's state, without a page."""
    monkeypatch.setenv("GANLAB_HOME", str(tmp_path))
    state: dict = {}
    monkeypatch.setattr(st, "session_state", state)
    quiet = SimpleNamespace(progress=lambda *told: None, empty=lambda: None)
    monkeypatch.setattr(st, "progress", lambda *told: quiet)
    return state


def own() -> RunConfig:
    found = data_form.with_data(preset("own-pictures"), "folder")
    assert found is not None
    return found


def test_a_zip_is_kept_with_its_folders_as_classes_and_what_is_broken_is_named(session):
    files = [upload("two kinds.ZIP", zipped(20))]
    name, classes, words = data_form._kept(files, own(), "form")
    assert classes == ["a", "b"]
    assert words.startswith("20 pictures in 2 classes. Left out: a/broken.png (")
    from ganlab.data.own_pictures import kept_names, load_own

    assert kept_names() == [name]
    size = picture_shape(own().data).size
    assert load_own(name, size, "colour", 2).pictures.shape == (20, 3, size, size)


def test_an_upload_is_read_once_and_anew_in_other_colours(session, monkeypatch):
    from ganlab.data import ingest

    read, gather = [], ingest.gather
    monkeypatch.setattr(ingest, "gather", lambda *given: (read.append(given[3]), gather(*given))[1])
    files = [upload(f"{k}.png", png(k), str(k)) for k in range(16)]
    first = data_form._kept(files, own(), "form")
    assert data_form._kept(files, own(), "form") == first
    assert read == ["colour"]
    grey = own().with_values({"data.colour": "grey"})
    assert data_form._kept(files, grey, "form")[0] != first[0]
    assert read == ["colour", "grey"]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([upload("a.zip", zipped(20)), upload("b.png", png(1))], "one ZIP file, or pictures"),
        ([upload("a.zip", b"no zip")], "is no whole ZIP file"),
        ([upload(f"{k}.png", png(k)) for k in range(3)], "gives 3 pictures to learn from"),
        ([upload("a.png", b"no picture")], "could not be read"),
    ],
    ids=["zip and picture", "no zip", "too few", "no picture"],
)
def test_what_cannot_be_learned_from_is_one_sentence_and_nothing_is_kept(session, files, said):
    from ganlab.data.own_pictures import kept_names

    with pytest.raises(DataError, match=said):
        data_form._kept(files, own(), "form")
    assert kept_names() == []


# --- on the page ----------------------------------------------------------------------------------


def start_of(app):
    (button,) = [one for one in app.button if one.label == "Start"]
    return button


def test_another_set_of_the_same_size_goes_into_the_run():
    app = opened(TRAIN, preset="fast-mnist")
    app.selectbox("form.fast-mnist.data").set_value("fashion-mnist").run()
    assert "pieces of clothing" in everything_said(app)
    start_of(app).click().run()
    (info,) = Store().infos()
    assert info.config["data"] == {"name": "fashion-mnist", "split": "train"}


def test_transgan_at_32_pixels_of_cifar10_is_started_from_the_form():
    app = opened(TRAIN, preset="transgan")
    assert "G makes pictures of 28×28." in everything_said(app)
    app.selectbox("form.transgan.data").set_value("cifar10").run()
    assert "G makes pictures of 32×32." in everything_said(app)
    start_of(app).click().run()
    (info,) = Store().infos()
    assert info.config["data"] == {"name": "cifar10", "split": "train", "size": 32}


def test_own_pictures_come_at_any_size_that_the_network_makes():
    app = opened(TRAIN, preset="r3gan")
    app.selectbox("form.r3gan.data").set_value("folder").run()
    (size,) = [one for one in app.button_group if one.key == "form.r3gan.size.folder"]
    assert size.options == ["28×28", "32×32", "64×64"]
    assert size.value == 28
    size.set_value(64).run()
    assert "yours are cut to squares and brought to that" in everything_said(app)
    assert "64×64" in everything_said(app)


def test_without_pictures_there_is_nothing_to_start_and_kept_ones_are_offered():
    app = opened(TRAIN, preset="own-pictures")
    assert start_of(app).disabled
    assert "16 to 100,000 pictures" in everything_said(app)
    from ganlab.data.archives import uploaded_entries
    from ganlab.data.ingest import gather
    from ganlab.data.own_pictures import keep

    size = picture_shape(own().data).size
    entries = uploaded_entries([(f"x/{k}.png", png(k)) for k in range(16)], "mine")
    name = keep(gather(entries, "mine", size), "mine")
    app = opened(TRAIN, preset="own-pictures")
    app.selectbox("form.own-pictures.kept").set_value(name).run()
    assert not start_of(app).disabled
    assert "16 pictures, all of one class." in everything_said(app)
    start_of(app).click().run()
    (info,) = Store().infos()
    assert (info.config["data"]["name"], info.config["data"]["path"]) == ("folder", name)


@pytest.mark.parametrize("name", ["figan", "cgan-digits"])
def test_pictures_of_one_class_are_refused_where_classes_are_told_apart(name):
    config = preset(name)
    own_pictures(config, 28)
    own_pictures(config, 28, classes=("left", "right"))
    from ganlab.data.own_pictures import kept_facts, kept_names

    count = {len(kept_facts(one)["classes"]): one for one in kept_names()}
    app = opened(TRAIN, preset=name)
    app.selectbox(f"form.{name}.data").set_value("folder").run()
    app.selectbox(f"form.{name}.kept").set_value(count[1]).run()
    assert "all of one class, and this preset needs classes" in everything_said(app)
    assert start_of(app).disabled
    app.selectbox(f"form.{name}.kept").set_value(count[2]).run()
    assert not app.error
    assert not start_of(app).disabled
