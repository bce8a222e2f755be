import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import chi
from sklearn.decomposition import PCA

from ganlab.errors import ConfigError
from ganlab.latent import interpolation
from ganlab.networks.conditional import build
from ganlab.networks.shape import Shape

WAY = torch.linspace(0, 1, 21, dtype=torch.float64)


def numpy_slerp(a, b, t):
    """Shoemake's formula on directions, the norm in a straight line."""
    na, nb = np.linalg.norm(a), np.linalg.norm(b)
    u, v = a / na, b / nb
    w = np.arccos(np.clip(u @ v, -1, 1))
    turn = (np.sin((1 - t) * w)[:, None] * u + np.sin(t * w)[:, None] * v) / np.sin(w)
    return turn * ((1 - t) * na + t * nb)[:, None]


vectors = arrays(np.float64, 5, elements=st.floats(-10, 10, width=32))


@given(vectors, vectors)
def test_slerp_agrees_with_a_numpy_twin(a, b):
    na, nb = np.linalg.norm(a), np.linalg.norm(b)
    if min(na, nb) < 1e-2 or abs(a @ b) > 0.999 * na * nb:
        return  # where the twin itself is not to be trusted
    got = interpolation.slerp(torch.from_numpy(a), torch.from_numpy(b), WAY)
    np.testing.assert_allclose(got.numpy(), numpy_slerp(a, b, WAY.numpy()), atol=1e-8)


@given(vectors, vectors)
def test_slerp_has_exact_ends_and_a_norm_between_them(a, b):
    one, other = torch.from_numpy(a), torch.from_numpy(b)
    way = interpolation.slerp(one, other, WAY)
    assert torch.equal(way[0], one)
    assert torch.equal(way[-1], other)
    low, high = sorted((float(one.norm()), float(other.norm())))
    if low > 1e-6:  # from zero there is no arc, and the way is straight
        assert float(way.norm(dim=1).min()) >= low * (1 - 1e-9)
        assert float(way.norm(dim=1).max()) <= high * (1 + 1e-9)


@pytest.mark.parametrize("angle", [1e-6, 0.3, 1.5, 3.0, math.pi - 1e-5, math.pi])
def test_slerp_has_constant_angular_speed_up_to_opposite_vectors(angle):
    a = torch.tensor([2.0, 0.0, 0.0], dtype=torch.float64)
    b = 5 * torch.tensor([math.cos(angle), math.sin(angle), 0.0], dtype=torch.float64)
    units = torch.nn.functional.normalize(interpolation.slerp(a, b, WAY), dim=1)
    apart = (units[1:] - units[:-1]).norm(dim=1)
    steps = 2 * torch.asin((apart / 2).clamp(max=1))
    torch.testing.assert_close(steps, torch.full_like(steps, angle / 20), rtol=1e-5, atol=1e-12)


def test_slerp_survives_parallel_opposite_and_zero_vectors():
    a = torch.tensor([1.0, 2.0, -3.0])
    zero = torch.zeros(3)
    for b in (a, 2 * a, -a, -0.5 * a, zero):
        assert interpolation.slerp(a, b, WAY).isfinite().all()
    torch.testing.assert_close(
        interpolation.slerp(a, 3 * a, WAY), interpolation.lerp(a, 3 * a, WAY.float())
    )
    torch.testing.assert_close(
        interpolation.slerp(a, zero, WAY), interpolation.lerp(a, zero, WAY.float())
    )
    line = torch.tensor([1.0])  # in one dimension there is no way around zero
    torch.testing.assert_close(
        interpolation.slerp(line, -line, WAY), interpolation.lerp(line, -line, WAY.float())
    )


def test_slerp_of_a_batch_is_slerp_of_each():
    a, b = torch.randn(2, 4, 6, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    whole = interpolation.slerp(a, b, WAY)
    assert whole.shape == (21, 4, 6)
    for k in range(4):
        torch.testing.assert_close(whole[:, k], interpolation.slerp(a[k], b[k], WAY))


def test_lerp_cuts_through_the_middle_where_slerp_goes_around():
    a, b = torch.randn(2, 256, generator=torch.Generator().manual_seed(1))
    half = torch.tensor([0.5])
    assert float(interpolation.lerp(a, b, half).norm()) < 0.8 * 256**0.5
    assert float(interpolation.slerp(a, b, half).norm()) > 0.9 * 256**0.5


@pytest.mark.parametrize("mode", interpolation.MODES)
def test_a_walk_meets_its_anchors_and_a_loop_comes_back(mode):
    anchors = torch.randn(4, 8, generator=torch.Generator().manual_seed(2))
    way = interpolation.walk(anchors, 31, mode)
    assert way.shape == (31, 8)
    torch.testing.assert_close(way[::10], anchors)
    loop = interpolation.walk(anchors, 40, mode, loop=True)
    torch.testing.assert_close(loop[::10], anchors)
    torch.testing.assert_close(
        loop[-1], interpolation.between(mode)(anchors[3], anchors[0], WAY[18:19])[0]
    )


@pytest.mark.parametrize(
    ("anchors", "frames", "mode", "words"),
    [(1, 9, "slerp", "2 anchors"), (2, 1, "slerp", "2 frames"), (2, 9, "curved", "slerp, lerp")],
)
def test_a_walk_that_cannot_be_walked_says_why(anchors, frames, mode, words):
    with pytest.raises(ConfigError, match=words):
        interpolation.walk(torch.zeros(anchors, 3), frames, mode)


def test_an_atlas_has_its_anchors_in_three_corners():
    a, b, c = torch.randn(3, 5, generator=torch.Generator().manual_seed(3))
    atlas = interpolation.plane_through(a, b, c).atlas(4).view(4, 4, 5)
    torch.testing.assert_close(atlas[3, 0], a)
    torch.testing.assert_close(atlas[3, 3], b)
    torch.testing.assert_close(atlas[0, 0], c)
    torch.testing.assert_close(atlas[0, 3], b + c - a)


def test_closed_form_directions_are_the_right_singular_vectors():
    weight = torch.randn(40, 6, generator=torch.Generator().manual_seed(4))
    found = interpolation.closed_form_directions(weight, 3)
    _, singular, right = np.linalg.svd(weight.double().numpy())
    overlap = np.abs((found.vectors.double().numpy() * right[:3]).sum(1))
    np.testing.assert_allclose(overlap, 1, atol=1e-5)
    np.testing.assert_allclose(found.shares, (singular**2 / (singular**2).sum())[:3], rtol=1e-4)


def test_principal_directions_find_the_axis_that_moves_the_layer_most():
    generator = torch.Generator().manual_seed(5)
    z = torch.randn(2_000, 4, generator=generator)
    gains = torch.tensor([0.5, 5.0, 2.0, 1.0])
    mixing = torch.linalg.qr(torch.randn(12, 12, generator=generator))[0][:, :4]
    activations = (z * gains) @ mixing.T
    found = interpolation.principal_directions(z, activations, 3)
    for vector, axis in zip(found.vectors, (1, 2, 3), strict=True):
        assert abs(float(vector[axis])) > 0.98
    oracle = PCA(3).fit(activations.double().numpy()).explained_variance_ratio_
    np.testing.assert_allclose(found.shares, oracle, rtol=1e-4)


def test_the_first_layer_is_the_part_of_the_weights_that_reads_z():
    G, _ = build(Shape(z_dim=7, classes=10), width=4)
    weight = interpolation.first_layer(G, 7)
    torch.testing.assert_close(weight, G.dense.weight[:, :7])
    with pytest.raises(ConfigError, match="begins with a linear layer"):
        interpolation.first_layer(torch.nn.Conv2d(1, 1, 3), 7)


def test_the_path_length_of_a_straight_line_is_its_squared_length():
    # For f∘G = identity and lerp, |dz/dt|² = |b - a|².
    a, b = torch.randn(2, 50, 3, generator=torch.Generator().manual_seed(6), dtype=torch.float64)
    t = torch.rand(50, generator=torch.Generator().manual_seed(7), dtype=torch.float64)
    expected = float((b - a).square().sum(1).mean())
    assert interpolation.path_length(lambda z: z, a, b, t, "lerp") == pytest.approx(expected)
    # On an arc between unit vectors it is the squared angle.
    a, b = (torch.nn.functional.normalize(x, dim=1) for x in (a, b))
    angle = torch.acos((a * b).sum(1)).square().mean()
    assert interpolation.path_length(lambda z: z, a, b, t) == pytest.approx(float(angle), rel=1e-3)


def test_strides_are_distances_between_neighbours():
    frames = torch.tensor([[0.0, 0.0], [3.0, 4.0], [3.0, 4.0]])
    torch.testing.assert_close(interpolation.strides(frames), torch.tensor([5.0, 0.0]))


def test_an_analogy_is_the_sum_and_keeps_the_norm_that_was_asked_for():
    z = torch.randn(3, 16, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(interpolation.analogy(z), z[0] - z[1] + z[2])
    kept = interpolation.analogy(z, 4.0)
    assert float(kept.norm()) == pytest.approx(4.0, rel=1e-5)
    torch.testing.assert_close(
        kept / kept.norm(), interpolation.analogy(z) / interpolation.analogy(z).norm()
    )
    torch.testing.assert_close(interpolation.analogy(torch.stack([z[0], z[0], z[2]])), z[2])


def test_an_analogy_of_two_is_refused():
    with pytest.raises(ConfigError, match="needs 3 vectors, got 2"):
        interpolation.analogy(torch.ones(2, 4))


def test_the_usual_norms_of_normal_draws_are_those_of_the_chi_distribution():
    z = torch.randn(40_000, 64, generator=torch.Generator().manual_seed(0))
    assert interpolation.usual_norms(z) == pytest.approx(chi(64).ppf([0.005, 0.5, 0.995]), rel=0.01)
