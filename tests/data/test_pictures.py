"""Pictures in shuffled epochs: every picture once an epoch, and nothing lost on the way."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ganlab import registry
from ganlab.config import Choice
from ganlab.data.pictures import (
    PictureSet,
    PictureSource,
    fitted,
    load_pictures,
    to_bytes,
    to_float,
)
from ganlab.errors import DataError
from ganlab.registry import Data, find

CPU = torch.device("cpu")


def numbered(n):
    """N pictures of one pixel whose label is their number."""
    pictures = torch.arange(n, dtype=torch.uint8).view(n, 1, 1, 1)
    return PictureSet(pictures, torch.arange(n), tuple(map(str, range(n))), "numbers")


def test_all_256_greys_survive_the_way_to_floats_and_back():
    greys = torch.arange(256, dtype=torch.uint8)
    floats = to_float(greys)
    assert floats.dtype == torch.float32
    torch.testing.assert_close(floats, torch.linspace(-1, 1, 256), rtol=0, atol=1e-6)
    assert floats.min() == -1
    assert floats.max() == 1
    assert torch.equal(to_bytes(floats), greys)


def test_colours_become_the_greys_that_pillow_makes_of_them():
    colours = torch.randint(256, (7, 3, 5, 5), generator=torch.Generator().manual_seed(0))
    whole = PictureSet(colours.to(torch.uint8), torch.zeros(7), ("",), "colours")
    for made, picture in zip(fitted(whole, 1, 5).pictures, whole.pictures, strict=True):
        expected = np.asarray(Image.fromarray(picture.permute(1, 2, 0).numpy()).convert("L"), int)
        assert np.abs(made[0].numpy() - expected).max() <= 1


def test_floats_beyond_the_range_are_clamped():
    assert to_bytes(torch.tensor([-7.0, -1.001, 1.001, 9.0])).tolist() == [0, 0, 255, 255]


def test_to_float_leaves_the_bytes_alone():
    pictures = numbered(5).pictures
    to_float(pictures)
    assert torch.equal(pictures, numbered(5).pictures)


@given(
    st.integers(1, 40),
    st.lists(st.integers(1, 50), min_size=1, max_size=20),
    st.integers(0, 2**31 - 1),
)
def test_each_epoch_shows_every_picture_once_whatever_the_batches(n, batches, seed):
    source = PictureSource(numbered(n), CPU, seed)
    seen = torch.cat([source.next(batch)[1] for batch in batches]).tolist()
    assert len(seen) == sum(batches)
    for start in range(0, len(seen), n):
        epoch = seen[start : start + n]
        assert len(set(epoch)) == len(epoch)


@given(st.integers(1, 40), st.lists(st.integers(1, 50), max_size=10), st.integers(1, 50))
def test_a_restored_source_goes_on_with_the_same_pictures(n, before, after):
    source, other = (PictureSource(numbered(n), CPU, 3) for _ in range(2))
    for batch in before:
        source.next(batch)
    other.restore(source.state())
    for _ in range(3):
        assert torch.equal(source.next(after)[1], other.next(after)[1])


def test_pictures_keep_their_labels_and_come_as_floats_channels_last():
    pictures, labels = PictureSource(numbered(200), CPU, 0).next(64)
    assert pictures.dtype == torch.float32
    assert pictures.is_contiguous(memory_format=torch.channels_last)
    assert torch.equal(to_bytes(pictures).flatten().long(), labels)


def test_another_seed_or_epoch_is_another_order():
    first, other = (PictureSource(numbered(100), CPU, seed) for seed in (0, 1))
    orders = [first.next(100)[1], other.next(100)[1], first.next(100)[1]]
    assert not any(torch.equal(orders[a], orders[b]) for a, b in ((0, 1), (0, 2), (1, 2)))


def test_a_sample_has_no_picture_twice_and_moves_nothing():
    source = PictureSource(numbered(50), CPU, 0)
    before = source.state()
    pictures, labels = source.sample(30, seed=5)
    assert len(set(labels.tolist())) == 30
    assert torch.equal(pictures.flatten().long(), labels)
    assert torch.equal(labels, source.sample(30, seed=5)[1])
    assert source.state() == before


@pytest.mark.parametrize("position", [-1, 10, 11])
def test_a_place_outside_the_set_is_refused(position):
    source = PictureSource(numbered(10), CPU, 0)
    with pytest.raises(ValueError, match=f"between 0 and 9, got {position}"):
        source.restore({"epoch": 0, "position": position})


def test_fitted_leaves_a_set_that_fits():
    pictures = torch.randint(0, 256, (3, 1, 8, 8), dtype=torch.uint8)
    whole = PictureSet(pictures, torch.zeros(3, dtype=torch.int64), ("x",), "x")
    assert fitted(whole, 1, 8).pictures is pictures
    assert torch.equal(fitted(whole, 3, 8).pictures, pictures.repeat(1, 3, 1, 1))


@pytest.mark.parametrize("wrong", [torch.uint8, torch.float32])
def test_pictures_that_are_not_as_their_record_says_are_refused(wrong, monkeypatch):
    pictures = torch.zeros(20, 1, 28, 27 if wrong == torch.uint8 else 28, dtype=wrong)
    found = PictureSet(pictures, torch.zeros(20, dtype=torch.int64), ("",), "digits")
    record = replace(find(Data, "digits"), thing=lambda report: found)
    monkeypatch.setitem(registry._records["data"], "digits", record)
    with pytest.raises(DataError, match=r"digits must be uint8 \(N, 1, 28, 28\), got .*28, 2[78]"):
        load_pictures(Choice("digits"))
