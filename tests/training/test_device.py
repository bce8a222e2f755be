"""Devices by name, and the precision that a forward pass gets on them."""

import pytest
import torch

from ganlab.errors import DeviceError
from ganlab.training import device
from ganlab.training.device import autocast, choose_device, describe_device

CPU = torch.device("cpu")


@pytest.fixture
def only(monkeypatch):
    """Makes a machine with these accelerators."""

    def have(*names):
        monkeypatch.setattr(torch.cuda, "is_available", lambda: "cuda" in names)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: "mps" in names)

    return have


@pytest.mark.parametrize(
    ("have", "chosen"),
    [((), "cpu"), (("mps",), "mps"), (("cuda",), "cuda"), (("cuda", "mps"), "cuda")],
)
def test_auto_takes_cuda_then_mps_then_the_cpu(only, have, chosen):
    only(*have)
    assert choose_device().type == chosen


def test_a_device_that_is_not_there_is_refused_with_those_that_are(only):
    only("mps")
    with pytest.raises(DeviceError, match="there is no cuda device here; there is cpu, mps"):
        choose_device("cuda")
    with pytest.raises(DeviceError, match="device must be one of auto, cpu, cuda, mps, got 'tpu'"):
        choose_device("tpu")
    assert choose_device("cpu") == CPU


def test_the_cpu_has_a_name():
    assert describe_device(CPU).startswith("CPU (")
    assert len(describe_device(CPU)) > len("CPU ()")


@pytest.mark.parametrize(
    ("precision", "fast", "wanted"),
    [
        ("float32", True, torch.float32),
        ("float32", False, torch.float32),
        ("bfloat16", False, torch.bfloat16),
        ("auto", True, torch.bfloat16),
        ("auto", False, torch.float32),
    ],
)
def test_auto_is_bfloat16_where_it_is_fast(monkeypatch, precision, fast, wanted):
    monkeypatch.setattr(device, "fast_at_bfloat16", lambda _device: fast)
    with autocast(CPU, precision):
        assert torch.nn.Linear(2, 2)(torch.ones(1, 2)).dtype == wanted
