"""Stacks are three digits of MNIST side by side, and their label is what they write."""

import torch

from ganlab.data import mnist
from ganlab.data.pictures import PictureSet


def digits(split, report=None):
    """A hundred pictures a part, each of one grey that tells which digit it is."""
    labels = torch.arange(100) % 10
    greys = (labels * 20 + (split == "test")).to(torch.uint8)
    pictures = greys[:, None, None, None].expand(100, 1, 28, 28).contiguous()
    return PictureSet(pictures, labels, tuple("0123456789"), "mnist")


def test_a_stack_s_label_is_the_number_that_its_channels_write(monkeypatch):
    monkeypatch.setattr(mnist, "load_mnist", digits)
    found = mnist.load_stacked_mnist(count=5000)
    assert found.pictures.shape == (5000, 3, 28, 28)
    assert found.pictures.dtype == torch.uint8
    shown = found.pictures[:, :, 14, 14].long() // 20
    assert torch.equal(found.labels, shown[:, 0] * 100 + shown[:, 1] * 10 + shown[:, 2])
    assert found.classes[int(found.labels[0])] == "".join(map(str, shown[0].tolist()))
    from_both = (found.pictures[:, :, 0, 0] % 20).unique()
    assert from_both.tolist() == [0, 1]


def test_stacks_are_the_same_each_time_and_cover_the_thousand_modes_evenly(monkeypatch):
    monkeypatch.setattr(mnist, "load_mnist", digits)
    one, two = (mnist.load_stacked_mnist(count=20_000) for _ in range(2))
    assert torch.equal(one.pictures, two.pictures)
    counts = torch.bincount(one.labels, minlength=1000)
    assert int(counts.min()) > 0
    assert float(counts.double().var()) < 40  # 20 a mode, and as scattered as chance has it
