import io
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from ganlab.errors import ConfigError, VideoError
from ganlab.export.film import film as films
from ganlab.export.film.film import GREYS, HOLD, film, frame_rate, to_video
from ganlab.export.film.selection import Cut


def shades(gif: bytes) -> list[int]:
    with Image.open(io.BytesIO(gif)) as picture:
        found = []
        for k in range(picture.n_frames):
            picture.seek(k)
            found.append(picture.convert("L").getpixel((5, 5)))
        return found


def test_the_gif_runs_from_the_first_moment_to_the_last(pictured):
    made = film(pictured(range(0, 200, 20)), ".gif", Cut(frames=4))
    assert made.steps == [0, 60, 120, 180]
    np.testing.assert_allclose(shades(made.content), made.steps, atol=8)


def test_a_gif_of_points_has_few_colours(pointed):
    with Image.open(io.BytesIO(film(pointed, ".gif").content)) as gif:
        assert len(np.unique(np.asarray(gif.convert("RGB")).reshape(-1, 3), axis=0)) <= 64


def test_a_gif_of_grey_pictures_has_few_greys_each_near_its_own(pictured):
    with Image.open(io.BytesIO(film(pictured([40]), ".gif").content)) as gif:
        seen = np.asarray(gif.convert("RGB")).astype(int)
    assert (seen == seen[..., :1]).all()
    assert len(np.unique(seen)) <= GREYS
    side = seen.shape[0] // 8
    levels = seen[side // 2 :: side, side // 2 :: side, 0].flatten()
    np.testing.assert_allclose(levels, 3 * np.arange(64) + 40, atol=8)


@pytest.mark.parametrize("suffix", [".avi", "", ".GIF.exe"])
def test_another_ending_is_refused_with_those_that_there_are(pictured, suffix):
    with pytest.raises(ConfigError, match=r"must end in \.gif, \.webm, \.mp4"):
        film(pictured([1]), suffix)


@pytest.mark.parametrize(
    ("count", "seconds", "rate"), [(120, 8, 15), (50, 8, Fraction(25, 4)), (3, 60, 2), (240, 1, 50)]
)
def test_the_rate_makes_the_length_within_what_players_like(count, seconds, rate):
    assert frame_rate(count, seconds) == rate


@pytest.mark.parametrize("suffix", [".webm", ".mp4"])
def test_a_video_holds_every_frame_and_rests_on_the_last(pictured, suffix):
    av = pytest.importorskip("av")
    made = film(pictured(range(0, 200, 20)), suffix, Cut(caption=True), seconds=2)
    with av.open(io.BytesIO(made.content)) as file:
        assert suffix[1:] in file.format.name
        stream = file.streams.video[0]
        assert (stream.average_rate, stream.width % 2, stream.height % 2) == (5, 0, 0)
        seen = [frame.to_ndarray(format="gray")[5, 5] for frame in file.decode(stream)]
    rest = round(HOLD * 5)
    expected = [*made.steps, *[made.steps[-1]] * rest]
    np.testing.assert_allclose(np.array(seen, int), expected, atol=6)


def test_odd_sides_become_even(pictured):
    av = pytest.importorskip("av")
    content = to_video([np.zeros((33, 35, 3), np.uint8)], ".mp4", Fraction(5))
    with av.open(io.BytesIO(content)) as file:
        stream = file.streams.video[0]
        assert (stream.width, stream.height) == (36, 34)


def test_without_the_library_a_video_is_refused_in_a_sentence_that_says_what_works(
    pictured, monkeypatch
):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(films.importlib, "import_module", missing)
    with pytest.raises(VideoError, match=r"needs PyAV.*pip install av.*\.gif"):
        film(pictured([1]), ".mp4")


@pytest.mark.parametrize(("suffix", "offered"), [(".mp4", r"\.gif or \.webm"), (".webm", r"\.gif")])
def test_where_an_encoder_is_missing_the_others_are_offered(monkeypatch, suffix, offered):
    class Poor:
        codecs_available = frozenset({"mpeg4"})

    monkeypatch.setattr(films.importlib, "import_module", lambda name: Poor)
    with pytest.raises(VideoError, match=f"no encoder for {suffix}.*{offered}$"):
        to_video([], suffix, Fraction(5))
