"""Colours of modes: distinct, by place, and right where OKLCH is known."""

import numpy as np
import pytest

from ganlab.figures.mode_colours import mode_colours, oklch


def ring(count):
    turns = 2 * np.pi * np.arange(count) / count
    return np.stack([np.cos(turns), np.sin(turns)], 1)


def test_oklch_is_as_its_author_lists_it():
    assert oklch(1.0, 0.0, 0.0) == "#ffffff"
    assert oklch(0.0, 0.0, 0.0) == "#000000"
    # OKLCH of sRGB red: 0.62796, 0.25768, 29.234 degrees.
    red = oklch(0.62796, 0.25768, 29.234 / 360)
    assert [int(red[k : k + 2], 16) for k in (1, 3, 5)] == pytest.approx([255, 0, 0], abs=1)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("count", [2, 5, 8, 16])
def test_the_modes_of_a_ring_have_colours_of_their_own(count, dark):
    assert len(set(mode_colours(ring(count), dark))) == count


def luminance(colour):
    """Of '#rrggbb', by the sRGB standard."""
    shares = np.array([int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)])
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize("dark", [False, True])
def test_neighbours_on_a_ring_differ_in_lightness(dark):
    light = np.array([luminance(colour) for colour in mode_colours(ring(8), dark)])
    assert np.abs(light - np.roll(light, 1)).min() > 0.1


def test_the_modes_of_a_grid_have_colours_of_their_own():
    grid = np.stack(np.meshgrid(np.arange(-2, 3), np.arange(-2, 3)), -1).reshape(-1, 2)
    assert len(set(mode_colours(grid, False))) >= 24


def test_a_single_mode_and_none_are_coloured_too():
    assert len(mode_colours([[0.0, 0.0]], False)) == 1
    assert mode_colours([], False) == []
