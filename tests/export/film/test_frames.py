import numpy as np
import pytest
from safetensors.numpy import save

from ganlab.errors import ConfigError, RunError
from ganlab.export.film.frames import caption, frames
from ganlab.export.film.selection import Cut
from ganlab.jobs.recorder import Recorder
from ganlab.jobs.samples import to_png
from ganlab.presets import preset

EXTENT = np.array([-1, 1, -1, 1], np.float32)


def test_the_tutorials_film_shows_its_sixteen_z_at_the_end_of_each_epoch(pictured):
    record = pictured(range(0, 49, 4), "dcgan-mnist")
    steps, pictures = frames(record, Cut())
    assert steps == [8, 16, 24, 32, 40, 48]
    for step, picture in zip(steps, pictures, strict=True):
        assert picture.shape == (448, 448, 3)  # 4 × 4 tiles of 28 pixels, each four times as large
        for k in range(16):
            tile = picture[112 * (k // 4) :, 112 * (k % 4) :][:112, :112]
            assert (tile == 3 * k + step).all(), (step, k)


def test_another_runs_film_shows_all_z_over_all_samples(pictured):
    steps, pictures = frames(pictured([0, 5, 9]), Cut())
    assert steps == [0, 5, 9]
    assert {picture.shape for picture in pictures} == {(448, 448, 3)}


def test_pictures_that_fill_no_square_leave_black_tiles(pictured):
    (picture,) = frames(pictured([5]), Cut(pictures=5))[1]
    assert picture.shape == (280, 420, 3)  # 2 × 3 tiles, five times as large
    levels = picture[70::140, 70::140, 0].flatten().tolist()
    assert levels == [5, 8, 11, 14, 17, 0]


def test_a_caption_stands_below_the_unchanged_picture_in_the_pages_colours(pictured):
    record = pictured([5])
    (plain,) = frames(record, Cut())[1]
    for dark, paper in ((False, 255), (True, 0x14)):
        (captioned,) = frames(record, Cut(caption=True, dark=dark))[1]
        height = plain.shape[0]
        np.testing.assert_array_equal(captioned[:height], plain)
        strip = captioned[height:]
        assert strip.shape[0] > 20
        assert (strip[0, :, 0] == paper).all()
        assert 0.005 < (np.abs(strip[..., 0].astype(int) - paper) > 100).mean() < 0.2


@pytest.mark.parametrize(
    ("step", "epoch", "text"),
    [(11_750, 235, "epoch 50"), (300, 235, "epoch 1.3"), (12_000, 0, "step 12,000")],
)
def test_the_caption_of_a_step(step, epoch, text):
    assert caption(step, epoch) == text


def test_points_are_drawn_where_they_lie_on_ds_opinion(pointed):
    steps, pictures = frames(pointed, Cut(side=200))
    assert steps == [0, 10]
    picture = next(pictures).astype(int)
    assert picture.shape == (200, 200, 3)
    np.testing.assert_allclose(picture[50, 100], (0xD5, 0x5E, 0x00), atol=8)  # fake, at (0, ½)
    np.testing.assert_allclose(picture[100, 150], (0x00, 0x72, 0xB2), atol=8)  # real, at (½, 0)
    left, right = picture[180, 5], picture[180, 195]
    assert left[0] > left[2]  # towards the colour of fake
    assert right[2] > right[0]  # towards that of real


def test_a_map_of_many_gans_has_a_plane_for_each_in_a_square(store):
    record = store.create(
        preset("ring"), variants=[{"label": f"{k}", "values": {}} for k in "abcdefg"]
    )
    fake = np.zeros((7, 120, 2), np.float16)  # every GAN puts all points into the middle
    arrays = {"fake": fake, "real": np.zeros((9, 2), np.float16), "extent": EXTENT}
    recorder = Recorder(record, ())
    recorder.write(sample=(5, save(arrays)))
    recorder.close()
    (picture,) = frames(record, Cut(side=300))[1]
    side = (300 - 2 * 5) // 3
    assert picture.shape == (3 * side + 10, 3 * side + 10, 3)
    for k in range(9):
        middle = picture[(side + 5) * (k // 3) + side // 2, (side + 5) * (k % 3) + side // 2]
        assert (int(middle[0]) - int(middle[2]) > 100) == (k < 7), k  # orange; the rest is paper


def test_a_race_has_named_panes_in_a_row(store):
    record = store.create(
        preset("ring"),
        variants=[{"label": "Plain", "values": {}}, {"label": "Other", "values": {}}],
    )
    arrays = {
        "fake": np.zeros((2, 5, 2), np.float16),
        "real": np.zeros((5, 2), np.float16),
        "landscape": np.zeros((2, 48, 48), np.float16),
        "extent": EXTENT,
    }
    recorder = Recorder(record, ())
    recorder.write(sample=(5, save(arrays)))
    recorder.close()
    (picture,) = frames(record, Cut(side=300))[1]
    assert picture.shape == (220, 405, 3)  # 20 for the names above planes of 200, 5 between
    for left in (0, 205):
        assert (picture[:20, left : left + 60] < 128).any()
        assert picture[120, left + 100, 0] > picture[120, left + 100, 2]


def test_the_crops_of_a_super_resolution_run_are_shown_as_they_are(store):
    facts = {"config": {"scale": 4, "steps": 9}, "kind": "superres", "title": "Four times"}
    record = store.add("sr", facts)
    crops = np.arange(96 * 96 * 3, dtype=np.uint32).reshape(96, 96, 3).astype(np.uint8)
    recorder = Recorder(record, ())
    recorder.write(sample=(3, to_png(crops)))
    recorder.close()
    (picture,) = frames(record, Cut(side=200))[1]
    np.testing.assert_array_equal(picture, crops.repeat(2, 0).repeat(2, 1))
    with pytest.raises(ConfigError, match="leave out"):
        frames(record, Cut(pictures=4))


def test_what_does_not_fit_a_run_is_said(pictured, pointed):
    with pytest.raises(ConfigError, match="draws points"):
        frames(pointed, Cut(pictures=4))
    with pytest.raises(RunError, match="has no pictures yet"):
        frames(pictured([]), Cut())
