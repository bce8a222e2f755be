import io
import time

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from ganlab.jobs.samples import encode, from_png, sprite, to_gif, to_npz, to_png, untiled
from ganlab.training.tick import Snapshot

pictures = st.tuples(
    st.integers(1, 20), st.sampled_from([1, 3]), st.integers(1, 6), st.integers(1, 6)
).flatmap(lambda shape: arrays(np.uint8, shape))


@given(pictures=pictures, columns=st.integers(1, 9))
def test_a_sprite_holds_every_tile_at_its_place(pictures, columns):
    count, channels, height, width = pictures.shape
    tiled = sprite(pictures, columns)
    rows = -(-count // columns)
    assert tiled.shape[:2] == (rows * height, columns * width)
    expected = np.zeros((rows * height, columns * width, channels), np.uint8)
    for k, picture in enumerate(pictures):  # the plain loop that the reshaping stands for
        top, left = k // columns * height, k % columns * width
        for channel in range(channels):
            expected[top : top + height, left : left + width, channel] = picture[channel]
    np.testing.assert_array_equal(tiled.reshape(expected.shape), expected)


@given(pictures=pictures)
def test_png_keeps_every_pixel(pictures):
    tiled = sprite(pictures, 4)
    np.testing.assert_array_equal(from_png(to_png(tiled)), tiled)


def test_a_gif_has_as_many_frames_as_were_given_and_loops():
    rng = np.random.default_rng(0)
    frames = [to_png(rng.integers(0, 256, (16, 24), dtype=np.uint8)) for _ in range(7)]
    gif = Image.open(io.BytesIO(to_gif(frames, scale=2)))
    assert gif.n_frames == 7
    assert gif.size == (48, 32)
    assert gif.info["loop"] == 0
    seen = []
    for k, frame in enumerate(frames):
        gif.seek(k)
        shown = np.asarray(gif.convert("L"), int)[::2, ::2]
        assert np.abs(shown - from_png(frame)).max() <= 8  # a palette has 256 colours
        seen.append(gif.info["duration"])
    assert seen[-1] > seen[0]


def test_npz_depends_on_the_arrays_alone(monkeypatch):
    pictures = np.arange(2 * 1 * 4 * 4, dtype=np.uint8).reshape(2, 1, 4, 4)
    labels = np.array([3, 1])
    first = to_npz(pictures, labels=labels)
    monkeypatch.setattr(time, "time", lambda: 2e9)
    assert to_npz(pictures, labels=labels) == first
    with np.load(io.BytesIO(first), allow_pickle=False) as stored:
        np.testing.assert_array_equal(stored["images"], pictures[:, 0])
        np.testing.assert_array_equal(stored["labels"], labels)


def test_points_are_kept_as_safetensors_and_pictures_as_png():
    from safetensors.numpy import load

    points = np.random.default_rng(0).normal(size=(5, 2)).astype(np.float32)
    stored = load(encode(Snapshot(1, {"fake": points})))
    np.testing.assert_array_equal(stored["fake"], points)
    tiles = np.zeros((9, 1, 4, 4), np.uint8)
    assert from_png(encode(Snapshot(1, {"fake": tiles}))).shape == (8, 32)


@given(
    pictures=st.tuples(st.integers(1, 20), st.sampled_from([1, 3]), st.integers(1, 6)).flatmap(
        lambda shape: arrays(np.uint8, (*shape, shape[-1]))
    )
)
def test_a_sprite_of_square_pictures_comes_apart_again(pictures):
    back = untiled(sprite(pictures, 5), pictures.shape[-1])
    np.testing.assert_array_equal(back[: len(pictures)], pictures)
    assert not back[len(pictures) :].any()
