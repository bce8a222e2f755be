import numpy as np
import pytest

from ganlab.presets import preset
from ganlab.registry import Loss, table
from pages.widgets.playground_charts import modes_of
from pages.widgets.scenes import first_scene, to_the_border
from pages.widgets.slow_motion import STAGES

EXTENT = (-2.0, 2.0, -1.0, 3.0)


def plane(n, scale=1.0):
    """3x - 2y + 1 at the centres of n × n cells of the extent."""
    middles = (np.arange(n) + 0.5) / n
    y, x = np.meshgrid(-1 + 4 * middles, -2 + 4 * middles, indexing="ij")
    return scale * (3 * x - 2 * y + 1)


def test_a_plane_stays_a_plane_up_to_the_border():
    n = 48
    y, x = np.meshgrid(np.linspace(-1, 3, n), np.linspace(-2, 2, n), indexing="ij")
    assert to_the_border(plane(n)) == pytest.approx(3 * x - 2 * y + 1, abs=1e-5)


def test_what_ships_is_a_trained_ring_that_covers_all_modes():
    scene = first_scene()
    assert scene.info.config["data"]["name"] == "ring"
    assert len(scene.frames) > 10
    assert scene.frames[-1].step == scene.info.step
    modes, quality = scene.columns["modes"], scene.columns["high_quality"]
    assert modes[np.isfinite(modes)][-1] == modes_of(scene.info.config["data"]) == 8
    assert quality[np.isfinite(quality)][-1] >= 0.9
    # Its points are G's, measured anew: nearly all lie within three deviations of a mode.
    angles = np.arange(8) * np.pi / 4
    centres = np.stack([np.cos(angles), np.sin(angles)], 1)
    away = np.linalg.norm(scene.frames[-1].arrays["fake"][:, None] - centres, axis=2)
    assert set(away.argmin(1)) == set(range(8))
    assert (away.min(1) < 3 * 0.05).mean() > 0.85


@pytest.mark.parametrize("loss", table(Loss))
@pytest.mark.parametrize("penalties", ["", "r1-r2", "r1,wgan-gp"])
def test_every_caption_speaks_of_the_configuration(loss, penalties):
    config = preset("ring").with_values({"loss": loss, "penalties": penalties}).to_json()
    for facts in ({"config": config}, {"config": config, "d_loss": 1.5, "g_loss": 0.5}):
        for stage in STAGES:
            words = stage.words(facts)
            assert len(words) > 40
            assert "None" not in words


def test_each_player_moves_once_at_the_end_of_its_turn():
    assert [one.who for one in STAGES] == ["D"] * 6 + ["G"] * 6
    assert [place for place, one in enumerate(STAGES) if one.moves] == [5, 11]


def test_the_run_that_ships_can_be_stepped_from_g_as_it_is():
    newest = first_scene().frames[-1]
    assert newest.arrays["fake_now"].shape == newest.arrays["fake"].shape
    assert np.abs(newest.arrays["fake_now"] - newest.arrays["fake"]).max() > 0.01
