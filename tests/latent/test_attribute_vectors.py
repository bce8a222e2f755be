"""Attribute vectors against encoders whose z is known."""

import pytest
import torch

from ganlab.data.embedded import load_digits
from ganlab.data.pictures import to_float
from ganlab.errors import ConfigError
from ganlab.latent.attribute_vectors import class_vectors, difference, encoded, measured_vectors
from ganlab.metrics.attributes import ATTRIBUTES, attributes


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
