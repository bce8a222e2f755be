"""The digits page: what is written, measured, and made into a data set."""

import io

import numpy as np
import pytest

from pages.explore.digits_dataset import make
from pages.explore.digits_write import not_written
from pages.widgets.models import SHIPPED_MODEL
from tests.pages.explore.panels import button, press


def test_what_is_typed_is_what_the_classifier_reads(opened):
    at = opened("digits.py")
    assert any("**2026**" in one.value for one in at.markdown)
    at.text_input(key="text").set_value("11.8.1907").run()
    assert any("**1181907**" in one.value for one in at.markdown)


def test_letters_stay_gaps_and_nothing_to_write_is_said(opened):
    at = opened("digits.py")
    at.text_input(key="text").set_value("a1").run()
    assert any("a stays a gap." in one.value for one in at.caption)
    at.text_input(key="text").set_value("a1b").run()
    assert any("a b stay gaps." in one.value for one in at.caption)
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


@pytest.mark.parametrize("kind", ["NPZ", "ZIP of PNGs"])
def test_a_data_set_repeats_to_the_byte_and_records_its_seed(kind):
    from ganlab.trained.generator import load

    generator = load(SHIPPED_MODEL)
    first, name = make(generator, 20, 5, kind)
    assert make(generator, 20, 5, kind)[0] == first != make(generator, 20, 6, kind)[0]
    assert "seed5" in name


def test_the_zip_holds_each_picture_under_its_label(tmp_path):
    import zipfile

    from ganlab.jobs.samples import from_png
    from ganlab.trained.generator import load

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

    monkeypatch.setattr(digits_augment, "BackgroundJob", Slow)
    at = opened("digits.py", panel="Does it help?")
    press(at, "Run the experiment")
    assert "about 30 s to go" in at.get("progress")[0].proto.text
    assert button(at, "Run the experiment").disabled
    press(at, "Cancel")
    assert any("Cancelled after 10 s" in one.value for one in at.caption)
    command = next(iter(digits_augment._background_jobs()))
    assert command == ("augment", "digits-cgan", "--k", "10", "--n", "100", "--seeds", "5")


@pytest.mark.parametrize(
    ("text", "gaps"), [("2026", ""), ("07.12 + 3", ""), ("12a4a", "a"), ("4٣², 9", "٣ ² ,")]
)
def test_every_character_that_is_not_written_is_named(text, gaps):
    assert not_written(text, "0123456789") == gaps
