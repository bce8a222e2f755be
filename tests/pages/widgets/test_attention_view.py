"""What a map of attention comes to in words, and where the maps stand on a run's page."""

import os

import numpy as np
import pytest

from ganlab.jobs.recorder import Recorder
from ganlab.jobs.store import Store
from ganlab.presets import preset
from ganlab.trained import generator
from pages.widgets.attention_view import said
from tests.pages.runs import short_run
from tests.pages.test_pages import TRAIN, everything_said, opened

EVEN = np.full((14, 14), 1 / 196)


def test_a_map_that_has_learnt_nothing_says_so():
    words = said(EVEN, 0.018)
    assert "98 of 196 places, nearly evenly from everywhere" in words
    assert "γ = 0.018, which starts at 0: so far the map hardly changes the picture." in words


def test_a_map_that_points_says_how_few_places_it_takes_from():
    pointed = 0.1 * EVEN
    pointed[3, 4] += 0.9
    words = said(pointed, -0.7)
    assert "comes from 1 of 196 places. It is added with the weight γ = -0.7" in words
    assert "hardly" not in words
    assert "evenly" not in words


@pytest.mark.parametrize("state", ["running", "paused", "finished"])
def test_the_maps_stand_below_a_run_that_trains_too_and_weights_are_read_once(state, monkeypatch):
    read, load = [], generator.load
    monkeypatch.setattr(generator, "load", lambda path: read.append(path) or load(path))
    config = preset("sagan").with_values({"data": "digits", "network.width": 4, "batch": 4})
    record = Store().open(short_run(config, "sagan", state))
    with record.lock():
        app = opened(TRAIN, run=record.id)
        assert "**2. Click a place of it**" in everything_said(app)
        assert "with the weights stored at step 1." in everything_said(app)
        app.run()
        assert len(read) == 1
        os.utime(record.checkpoint, (1e9, 1e9))  # other weights
        app.run()
        assert len(read) == 2


def test_before_the_first_weights_are_stored_the_page_says_when_the_maps_come():
    config = preset("sagan").with_values({"data": "digits", "network.width": 4})
    record = Store().create(config, "Queued", "sagan")
    recorder = Recorder(record, ("d_loss",))
    recorder.write(facts={"state": "queued"})
    recorder.close()
    app = opened(TRAIN, run=record.id)
    assert "The maps come with the run's first checkpoint." in everything_said(app)
