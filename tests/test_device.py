"""Devices by name, and the precision that a forward pass gets on them."""

import re

import pytest
import torch

from ganlab import device
from ganlab.device import autocast, choose_device, describe_device
from ganlab.errors import DeviceError

CPU = torch.device("cpu")


@pytest.fixture
def only(monkeypatch):
    """Makes a machine with these accelerators."""

    def have(*names):
        monkeypatch.setattr(torch.cuda, "is_available", lambda: "cuda" in names)
        monkeypatch.setattr(torch.cuda, "device_count", lambda: names.count("cuda"))
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
    for wrong in ("tpu", "cuda:", "cuda:x", "cuda:-1", "cpu:0", ""):
        known = f"device must be one of auto, cpu, cuda, cuda:N, mps, got {wrong!r}"
        with pytest.raises(DeviceError, match=re.escape(known)):
            choose_device(wrong)
    assert choose_device("cpu") == CPU


def test_one_of_several_devices_is_chosen_by_its_number(only):
    only("cuda", "cuda")
    assert choose_device("cuda:1") == torch.device("cuda", 1)
    assert choose_device("cuda:0") == torch.device("cuda", 0)
    words = "there is no cuda:7 here; there are 2 devices of that kind: cuda:0, cuda:1"
    with pytest.raises(DeviceError, match=words):
        choose_device("cuda:7")


def test_the_number_of_an_only_device_is_refused_in_the_singular(only):
    only("cuda")
    words = "there is no cuda:1 here; there is 1 device of that kind: cuda:0"
    with pytest.raises(DeviceError, match=words):
        choose_device("cuda:1")


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


@pytest.mark.parametrize("kind", ["cpu", "mps"])
def test_a_device_without_instructions_for_bfloat16_gets_float32(monkeypatch, kind):
    for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"):
        monkeypatch.setattr(torch.cpu, name, lambda: False)
    device.fast_at_bfloat16.cache_clear()
    try:
        assert device.inner_type(torch.device(kind), "auto") is torch.float32
    finally:
        device.fast_at_bfloat16.cache_clear()


@pytest.mark.parametrize("precision", ["auto", "float32", "bfloat16"])
@pytest.mark.parametrize("fast", [True, False])
def test_float16_is_never_chosen(monkeypatch, precision, fast):
    monkeypatch.setattr(device, "fast_at_bfloat16", lambda _device: fast)
    for kind in ("cpu", "cuda", "mps"):
        assert device.inner_type(torch.device(kind), precision) is not torch.float16


def test_a_generator_draws_what_torch_draws_from_its_seed():
    ours = torch.rand(5, generator=device.generator_on(CPU, 7))
    assert torch.equal(ours, torch.rand(5, generator=torch.Generator().manual_seed(7)))


def test_torch_s_own_stream_is_put_back():
    before = device.global_states(CPU)
    first = torch.rand(3)
    device.set_global_states(before, CPU)
    assert torch.equal(torch.rand(3), first)


def test_a_network_lies_where_its_weights_lie():
    assert device.device_of(torch.nn.Linear(1, 1, device="meta")) == torch.device("meta")
    assert device.device_of(torch.nn.BatchNorm1d(1, affine=False)) == CPU
    assert device.device_of(torch.nn.ReLU()) == CPU
