"""Many files at once: each measured or named, and all of them told."""

import io

from PIL import Image
from skimage import data
from streamlit.testing.v1 import AppTest

from pages.explore.many_pictures import FULL
from tests.pages.explore.superres import png, select, words


def many(app: AppTest, kind: str) -> AppTest:
    app.segmented_control[0].set_value("Many files").run()
    app.radio[0].set_value(kind)
    drop = next(one for one in app.file_uploader if one.label == "Pictures")
    drop.upload("good.png", png(data.coffee()[:40, :48]), "image/png")
    drop.upload("bad.png", b"dear diary", "image/png")
    drop.upload("small.png", png(data.coffee()[:3, :3]), "image/png")
    app.run()
    next(one for one in app.button if one.label == "Enlarge all").click().run()
    return app


def test_a_bad_file_among_many_originals_is_named_and_the_others_are_measured(app):
    many(app, "A full-quality original")
    good, bad, small = app.session_state["sr_batch"]
    assert "**bad.png** skipped: Bad.png" not in words(app)
    assert "**bad.png** skipped: bad.png is not a picture" in words(app)
    assert "take it as a small picture" in small.refusal
    assert "PSNR-Y " in words(app)
    assert good.measures["psnr_y_db"] > 5
    assert (good.measures["width"], good.measures["method"]) == (48, "Lean SRGAN ×4")
    assert not bad.measures
    (button,) = app.get("download_button")
    assert button.proto.label == "Download 1 picture with their measures"


def test_results_of_many_are_kept_up_to_a_bound_and_go_with_their_files(app, monkeypatch):
    monkeypatch.setattr("pages.explore.many_pictures.MOST_BYTES", 1000)
    app.segmented_control[0].set_value("Many files").run()
    app.radio[0].set_value("A small picture")
    drop = next(one for one in app.file_uploader if one.label == "Pictures")
    for name in "abc":
        drop.upload(f"{name}.png", png(data.coffee()[:40, :48]), "image/png")
    app.run()
    next(one for one in app.button if one.label == "Enlarge all").click().run()
    done = app.session_state["sr_batch"]
    assert [(one.name, one.refusal) for one in done] == [("a.png", ""), ("b.png", FULL)]
    assert "**b.png** skipped: A session keeps" in words(app)
    drop.clear().run()
    assert "sr_batch" not in app.session_state


def test_many_small_pictures_become_as_wide_and_are_written_as_wanted(app):
    app.segmented_control[0].set_value("Many files").run()
    app.radio[0].set_value("A small picture").run()
    to_a_size = next(one for one in app.toggle if one.label.startswith("To a size"))
    to_a_size.set_value(True).run()
    app.number_input[0].set_value(96)
    select(app, "Format").set_value("JPEG")
    app.slider[0].set_value(0.25)
    drop = next(one for one in app.file_uploader if one.label == "Pictures")
    drop.upload("good.png", png(data.coffee()[:40, :48]), "image/png").run()
    next(one for one in app.slider if one.label == "JPEG quality").set_value(60).run()
    next(one for one in app.button if one.label == "Enlarge all").click().run()
    (done,) = app.session_state["sr_batch"]
    assert done.output == "good.jpg"
    assert done.measures["method"] == "Lean SRGAN ×4, α = 0.25"
    with Image.open(io.BytesIO(done.content)) as image:
        assert (image.size, image.format) == ((96, 80), "JPEG")
