import numpy as np
import pytest

from ganlab.figures.theme import in_sequence
from ganlab.figures.theory import (
    dirac_field,
    dirac_spectrum,
    game,
    loss_shapes,
    optimal_discriminator,
)
from ganlab.registry import Loss, table
from ganlab.theory import dirac
from ganlab.theory.loss_reading import Phase
from ganlab.theory.optimal_discriminator import separation
from ganlab.theory.spectrum import eigenvalues, update_matrix
from ganlab.theory.updates import alternating, continuous, trajectory


def contrast(a: str, b: str) -> float:
    """WCAG 2 contrast ratio of two '#rrggbb' colours."""

    def luminance(colour: str) -> float:
        channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
        linear = np.where(
            channels <= 0.03928, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4
        )
        return float(linear @ [0.2126, 0.7152, 0.0722])

    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("dark", "paper"), [(True, "#14121C"), (False, "#FFFFFF")])
def test_series_stand_out_from_the_page(dark, paper):
    assert all(contrast(in_sequence(i, dark), paper) > 2 for i in range(8))
    assert len({in_sequence(i, dark) for i in range(8)}) == 8


def test_losses_differ_in_dash_and_marker_and_not_in_colour_alone():
    looks = [loss_shapes.style(name, dark=False) for name in table(Loss)]
    for part in range(3):
        assert len({look[part] for look in looks}) == len(looks)


@pytest.mark.parametrize("dark", [True, False])
def test_loss_figures_mark_the_chosen_answer_on_every_curve(dark):
    figure = loss_shapes.generator_losses(list(table(Loss)), -2.0, 0.0, dark)
    markers = [trace for trace in figure.data if trace.mode == "markers"]
    assert len(markers) == 2 * len(table(Loss))
    assert all(list(trace.x) == [-2.0] for trace in markers)
    assert len(loss_shapes.discriminator_losses(["hinge"], 1.0, dark).data) == 8


def test_arrows_point_along_the_flow():
    theta, psi = np.meshgrid(np.linspace(-2, 2, 9), np.linspace(-2, 2, 9))
    flow = dirac.minimax().flow(theta, psi)
    path = trajectory(dirac.minimax(), alternating, (1, 1), 0.2, 20)
    figure = dirac_field.vector_field(theta, psi, flow, path, path, np.inf, dark=False)
    starts, heads = figure.data[0], figure.data[2]
    arrow = np.stack([np.array(heads.x) - starts.x, np.array(heads.y) - starts.y])
    speed = np.stack([flow[0].ravel(), flow[1].ravel()])
    cross = arrow[0] * speed[1] - arrow[1] * speed[0]
    np.testing.assert_allclose(cross, 0, atol=1e-12)
    assert ((arrow * speed).sum(0) >= 0).all()
    # plotly turns its arrow marker clockwise from up
    turned = np.radians(np.array(heads.marker.angle, dtype=float))
    length = np.hypot(*arrow)
    moving = length > 1e-6
    found = arrow[:, moving] / length[moving]
    np.testing.assert_allclose(found, [np.sin(turned[moving]), np.cos(turned[moving])], atol=1e-9)


def test_the_window_follows_the_path_within_reason():
    assert dirac_field.reach(np.array([[0.1, 0.1]])) == 1.6
    assert dirac_field.reach(np.array([[2.0, 0.0]])) == pytest.approx(2.3)
    assert dirac_field.reach(np.array([[900.0, 0.0]])) == 4.0


def test_eigenvalues_are_marked_by_shape_for_settling_circling_and_growing():
    def symbols(game, update):
        values = eigenvalues(update_matrix(game.jacobian, update, 0.2))
        figure = dirac_spectrum.eigenvalue_planes(
            eigenvalues(game.jacobian), values, None, None, dark=True
        )
        return [set(trace.marker.symbol) for trace in figure.data]

    assert symbols(dirac.minimax(), "alternating") == [{"diamond"}, {"diamond"}]
    assert symbols(dirac.minimax(), "simultaneous") == [{"diamond"}, {"x"}]
    assert symbols(dirac.zero_centred(0.3), "alternating") == [{"circle"}, {"circle"}]


def test_distance_and_step_size_figures_hold_their_data():
    path = continuous(dirac.zero_centred(1.0), (1, 1), 5.0)
    figure = dirac_spectrum.distance_over_steps(path, 0.97, dark=False)
    np.testing.assert_allclose(figure.data[0].y, np.hypot(*path.T))
    h = np.linspace(0.1, 4, 10)
    figure = dirac_spectrum.step_sizes(h, {"a": h, "b": h}, {"a": 2.0, "b": 8.0}, 0.2, dark=True)
    assert list(figure.data[-1].x) == [2.0]


def test_distance_of_a_path_that_starts_at_rest_can_be_drawn():
    figure = dirac_spectrum.distance_over_steps(np.zeros((5, 2)), 0.5, dark=False)
    assert np.isfinite(figure.data[0].y).all()


def test_distances_and_pulls_mark_the_same_distance():
    curves = separation(np.linspace(0, 4, 9), 0.5)
    for figure in (
        optimal_discriminator.distances(curves, 2.0, dark=False),
        optimal_discriminator.generator_gradients(curves, 2.0, dark=True),
    ):
        assert all(trace.x[0] == 2.0 for trace in figure.data if trace.mode == "markers")


def test_losses_are_drawn_with_gaps_levels_and_phases():
    n = 4000
    step = np.arange(n, dtype=float)
    loss = np.where(step < 100, np.nan, 1.0)
    half = np.full(n, 0.5)
    phases = [Phase(0, 3000, "even"), Phase(3000, 3999, "D ahead")]
    figure = game.losses(step, loss, loss, half, half, phases, (1.386, None), dark=False)
    assert max(len(trace.x) for trace in figure.data) <= 2 * game.MOST
    texts = [annotation.text for annotation in figure.layout.annotations]
    assert "D 1.386 if G has won, or D knows nothing" in texts
    assert not any(text.startswith("G ") for text in texts)
    assert {"even", "D ahead"} <= set(texts)


@pytest.mark.parametrize(
    ("shares", "curves", "axis"),
    [
        (False, {"mean D(x) on real", "mean D(G(z)) on fake"}, "probability of real"),
        (True, {"real called real", "fake called real"}, "share of samples"),
    ],
)
def test_a_share_of_samples_is_not_drawn_as_a_probability(shares, curves, axis):
    rows = [np.arange(9.0)] * 5
    figure = game.losses(*rows, [], (None, None), dark=False, unit="score", shares=shares)
    assert curves <= {trace.name for trace in figure.data}
    assert figure.layout.yaxis2.title.text == axis
    assert figure.layout.yaxis.title.text == "loss in score"
