import pytest
import torch
from sklearn.linear_model import LinearRegression

from ganlab.data.embedded import load_digits
from ganlab.data.pictures import to_float
from ganlab.errors import ConfigError
from ganlab.latent import attribute_directions as h
from ganlab.latent.attribute_directions import class_vectors, difference, encoded, measured_vectors
from ganlab.metrics.attributes import ATTRIBUTES, attributes
from ganlab.trained.generator import load


def test_the_directions_are_scikit_learns_regression():
    generator = torch.Generator().manual_seed(0)
    z = torch.randn(300, 5, generator=generator)
    truth = torch.randn(5, 2, generator=generator)
    values = (z @ truth + 0.5 * torch.randn(300, 2, generator=generator)).double()
    vectors, shares = h.regress(z, values)
    for k in range(2):
        oracle = LinearRegression().fit(z.double().numpy(), values[:, k].numpy())
        slope = torch.from_numpy(oracle.coef_)
        torch.testing.assert_close(vectors[k].double(), slope / slope.norm(), rtol=1e-4, atol=1e-5)
        score = oracle.score(z.double().numpy(), values[:, k].numpy())
        torch.testing.assert_close(float(shares[k]), score, rtol=1e-6, atol=1e-6)


def test_within_classes_removes_what_depends_on_the_class_alone():
    labels = torch.arange(100) % 4
    noise = torch.randn(100, 1, generator=torch.Generator().manual_seed(1)).double()
    values = 50 * labels[:, None].double() + noise
    left = h.within_classes(values, labels)
    for label in range(4):
        assert abs(float(left[labels == label].mean())) < 1e-9
    assert float(left.std()) == torch.tensor(1.0).double()


def test_side_effects_turn_round_with_the_direction_and_slant_slants():
    generator = load("digits-cgan")
    learned = h.learn_directions(generator, n=600)
    assert learned.names == tuple(ATTRIBUTES)
    assert float(learned.effects[0, 0]) > 1
    v = learned.vectors[:1]
    there, back = (h.side_effects(generator, way, n=100) for way in (v, -v))
    torch.testing.assert_close(there, -back)
    assert there.shape == (1, len(ATTRIBUTES))
    nowhere = h.side_effects(generator, torch.zeros_like(v), n=100)
    torch.testing.assert_close(nowhere, torch.zeros_like(nowhere))


# --- vectors from pictures that have the attribute ------------------------------------------------


def test_a_difference_is_that_of_the_means():
    z = torch.tensor([[1.0, 0.0], [3.0, 0.0], [0.0, 4.0]])
    expected = torch.tensor([2.0, -4.0])
    assert torch.equal(difference(z, torch.tensor([True, True, False])), expected)
    with pytest.raises(ConfigError, match="pictures with and pictures without"):
        difference(z, torch.tensor([True, True, True]))


def test_an_encoder_that_measures_gives_vectors_that_point_along_what_they_name():
    data = load_digits()
    pictures, labels = data.pictures[:600], data.labels[:600]
    z = encoded(lambda x: attributes(x).float(), pictures)
    torch.testing.assert_close(z, attributes(to_float(pictures)).float())
    found = measured_vectors(z, pictures, labels)
    assert found.names[:4] == ("leans right", "thick", "wide", "tall")
    in_deviations = found.vectors / z.std(0)
    count = len(ATTRIBUTES)
    assert found.vectors.shape == (count, count)
    assert torch.equal(in_deviations.argmax(1)[:4], torch.arange(4))
    assert bool((in_deviations.diagonal()[:4] > 1).all())


def test_a_classs_vector_leads_from_the_others_to_it():
    labels = torch.arange(30) % 3
    z = torch.eye(3)[labels]
    found = class_vectors(z, labels, ("a", "b", "c", "never seen"))
    assert found.names == ("like a a", "like a b", "like a c")
    torch.testing.assert_close(found.vectors, 1.5 * torch.eye(3) - 0.5)
