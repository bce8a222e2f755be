"""Figures show the numbers that they were given."""

import numpy as np
import pytest

from ganlab.figures import superres


@pytest.mark.parametrize("dark", [True, False])
def test_methods_stand_where_their_scores_say(dark):
    path = [(0.0, 6.0, 0.5), (1.0, 7.0, 0.4)]
    figure = superres.perception_distortion({"Bicubic": (7.5, 0.6)}, path, "features", dark)
    line, point = figure.data
    assert list(line.x) == [6.0, 7.0]
    assert (point.x[0], point.y[0]) == (7.5, 0.6)
    assert not superres.perception_distortion({}, [], "features", dark).data


def test_a_spectrum_runs_from_zero_to_half_a_cycle():
    figure = superres.spectra({"Original": np.ones(50), "Bicubic": np.zeros(50)}, 4, False)
    assert 0 < figure.data[0].x[0] < 0.02
    assert 0.48 < figure.data[0].x[-1] < 0.5
    assert min(figure.data[1].y) > 0  # a logarithm must exist
    assert figure.layout.shapes[0].x0 == 0.125


def test_error_maps_share_one_scale():
    errors = {
        "a": np.full((20, 30), 5.0),
        "b": np.zeros((20, 30)),
        "c": np.ones((20, 30)),
        "d": np.ones((20, 30)),
    }
    figure = superres.error_maps(errors, True)
    assert len({trace.zmax for trace in figure.data}) == 1
    assert len(figure.data) == 4


def test_shares_of_differences_sum_to_one():
    error = np.random.default_rng(0).normal(0, 5, (50, 50))
    figure = superres.differences({"a": error}, False)
    assert np.nansum(figure.data[0].y) == pytest.approx(100)


@pytest.mark.parametrize("dark", [False, True])
def test_a_method_has_one_colour_in_all_charts(dark):
    names = ("Bicubic", "SRResNet ×4", "SRGAN ×4")
    plane = superres.perception_distortion(dict.fromkeys(names, (7.5, 0.6)), [], "features", dark)
    power = superres.spectra(dict.fromkeys(("Original", *names), np.ones(50)), 4, dark)
    wrong = superres.differences(dict.fromkeys(names, np.zeros((4, 4))), dark)
    colours = {label: power.data[k + 1].line.color for k, label in enumerate(names)}
    assert len(set(colours.values())) == 3
    assert [one.marker.color for one in plane.data] == list(colours.values())
    assert [one.line.color for one in wrong.data] == list(colours.values())


def test_labels_stay_between_the_outermost_points_and_the_legend_off_the_title():
    points = {"left": (6.0, 0.5), "middle": (7.0, 0.45), "right": (8.0, 0.4)}
    plane = superres.perception_distortion(points, [], "features", False)
    sides = [one.textposition for one in plane.data]
    assert sides == ["top right", "top center", "top left"]
    assert superres.spectra({"Original": np.ones(50)}, 4, False).layout.legend.y < 1
