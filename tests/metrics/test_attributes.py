import numpy as np
import pytest
import torch

from ganlab.data.embedded import load_digits
from ganlab.data.pictures import to_float
from ganlab.errors import PictureError
from ganlab.metrics import attributes as a


def box(wide, tall, size=28):
    x = -torch.ones(1, 1, size, size)
    top, left = (size - tall) // 2, (size - wide) // 2
    x[:, :, top : top + tall, left : left + wide] = 1
    return x


@pytest.mark.parametrize(("wide", "tall"), [(4, 20), (10, 10), (16, 6)])
def test_a_box_has_its_own_width_and_height(wide, tall):
    # The variance of a box of n pixels is (n² - 1)/12.
    assert float(a.width(box(wide, tall))) == pytest.approx((wide**2 - 1) ** 0.5)
    assert float(a.height(box(wide, tall))) == pytest.approx((tall**2 - 1) ** 0.5)
    assert float(a.slant(box(wide, tall))) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("lean", [-1, 1])
def test_a_bar_that_leans_to_the_right_has_positive_slant(lean):
    x = -torch.ones(1, 1, 28, 28)
    for k in range(16):
        x[0, 0, 21 - k, 14 + lean * (k // 2 - 4)] = 1  # up by k, across by half of it
    assert float(a.slant(x)) == pytest.approx(0.5 * lean, abs=0.02)


def smooth(inside, size=28, fine=16):
    """A shape in the plane, each pixel as bright as the share of it that lies inside."""
    middles = (np.arange(size * fine) + 0.5) / fine - size / 2
    whole = inside(*np.meshgrid(middles, middles)).reshape(size, fine, size, fine).mean((1, 3))
    return torch.from_numpy(2 * whole - 1).float()[None, None]


def turned_bar(thick, angle, off=0.0, long=20):
    cos, sin = np.cos(angle), np.sin(angle)
    return smooth(
        lambda x, y: (
            (abs((x - off) * cos + y * sin) < thick / 2)
            & (abs(y * cos - (x - off) * sin) < long / 2)
        )
    )


def smooth_ring(radius, thick):
    return smooth(lambda x, y: abs(np.hypot(x, y) - radius) < thick / 2)


@pytest.mark.parametrize("thick", [2, 3, 4, 5])
def test_the_weight_of_bars_and_rings_is_their_width_in_pixels(thick):
    known = [box(thick, 14), box(thick, 22), box(18, thick), ring(8, thick), ring(6, thick)]
    known += [smooth_ring(radius, thick) for radius in (6, 8)]
    known += [turned_bar(thick, angle) for angle in (0.1, 0.3, 0.5, np.pi / 4, 1.2, 2.5)]
    known += [turned_bar(thick, 0.0, off) for off in (0.3, 0.5)]
    found = a.weight(torch.cat(known))
    np.testing.assert_allclose(found.numpy(), thick, rtol=0.05)


def test_strokes_between_whole_pixels_are_measured_too():
    for thick in (2.5, 3.3, 4.7):
        known = torch.cat([smooth_ring(8, thick), turned_bar(thick, 0.0), turned_bar(thick, 0.6)])
        np.testing.assert_allclose(a.weight(known).numpy(), thick, rtol=0.05)


def test_a_picture_without_ink_has_no_attributes_and_no_nan():
    torch.testing.assert_close(a.attributes(-torch.ones(2, 1, 28, 28)), torch.zeros(2, 5).double())


def test_attributes_of_a_set_are_those_of_each():
    boxes = torch.cat([box(4, 20), box(9, 12)])
    torch.testing.assert_close(a.attributes(boxes)[1:], a.attributes(box(9, 12)))


def ring(radius, thick=2):
    rows, columns = np.indices((28, 28)) - 13.5
    far = np.hypot(rows, columns)
    ink = (far > radius - thick / 2) & (far < radius + thick / 2)
    return torch.from_numpy(np.where(ink, 1.0, -1.0)).float()[None, None]


def test_loops_are_the_holes_that_ink_encloses():
    two = torch.maximum(ring(3).roll(-6, 2), ring(3).roll(6, 2))
    shapes = [box(4, 20), ring(8), two, torch.maximum(ring(11), ring(3)), -torch.ones_like(two)]
    assert a.loops(torch.cat(shapes)).tolist() == [0, 1, 2, 2, 0]


def test_of_the_embedded_digits_zeros_have_a_loop_and_ones_have_none():
    data = load_digits()
    holes = a.loops(to_float(data.pictures[:400]))
    assert float((holes[data.labels[:400] == 0] == 1).double().mean()) > 0.9
    assert float((holes[data.labels[:400] == 1] == 0).double().mean()) > 0.9


def test_colours_are_no_ink():
    with pytest.raises(PictureError, match="one channel, got 3"):
        a.attributes(torch.zeros(2, 3, 28, 28))
