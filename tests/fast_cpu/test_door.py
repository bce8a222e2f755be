"""The door to the kernels: what GANLAB_PLAIN switches off, and runs that are the same both ways."""

import json

import pytest
import torch

from ganlab import fast_cpu
from ganlab.cli.main import main
from ganlab.device import CPU
from ganlab.presets import preset
from ganlab.training.state import build_state
from ganlab.training.step import by_hand, d_gradient, g_gradient

DCGAN = preset("dcgan-mnist").with_values({"data": "digits"})
GAMES = {
    "points": preset("ring-collapse"),
    "points with R1 and R2": preset("ring"),
    "pictures": DCGAN.with_values({"network.dropout": 0.0, "batch": 64}),
}


def gradients_of(config):
    """Of D and of G at the first step, with their reports."""
    state = build_state(config.with_values({"precision": "float32"}), CPU)
    reports = [*d_gradient(state)]
    reports += g_gradient(state)
    return reports, [w.grad for w in (*state.d_weights, *state.g_weights) if w.grad is not None]


@pytest.mark.parametrize(
    "game",
    [pytest.param(one, marks=pytest.mark.slow if one == "pictures" else ()) for one in GAMES],
)
def test_the_gradients_are_the_same_with_and_without_kernels(game, monkeypatch):
    reports, gradients = gradients_of(GAMES[game])
    monkeypatch.setenv("GANLAB_PLAIN", "1")
    by_torch, wanted = gradients_of(GAMES[game])
    torch.testing.assert_close(reports, by_torch, rtol=1e-4, atol=1e-6)
    for mine, theirs in zip(gradients, wanted, strict=True):
        assert (mine - theirs).norm() <= 1e-3 * theirs.norm() + 1e-6


@pytest.mark.parametrize(("switch", "off"), [("1", True), ("0", False), ("", False)])
def test_the_switch_turns_all_of_them_off(switch, off, monkeypatch):
    monkeypatch.setenv("GANLAB_PLAIN", switch)
    assert fast_cpu.on() is not off
    assert bool(fast_cpu.kernels()) is not off
    state = build_state(preset("ring"), CPU)
    assert by_hand(state) is not off
    assert state.D.has_squared_gradient is not off
    assert (type(state.d_optimizer) is torch.optim.Adam) is off
    called = []
    for name in ("same_up", "same_down", "kept_units"):
        kernel = getattr(fast_cpu, name)
        seen = lambda *given, name=name, kernel=kernel: called.append(name) or kernel(*given)  # noqa: E731
        monkeypatch.setattr(fast_cpu, name, seen)
    state = build_state(DCGAN, CPU)
    state.D(state.G(torch.zeros(2, 100)))
    assert set(called) == (set() if off else {"same_up", "same_down", "kept_units"})


def test_kernels_are_for_a_cpu_alone():
    assert fast_cpu.on(torch.zeros(1))
    assert not fast_cpu.on(torch.zeros(1, device="meta"))


@pytest.mark.parametrize("switch", ["", "1"])
def test_info_says_whether_kernels_are_on_and_which_apply(switch, monkeypatch, capsys):
    monkeypatch.setenv("GANLAB_PLAIN", switch)
    assert main(["info", "--json"]) == 0
    said = json.loads(capsys.readouterr().out.splitlines()[-1])["fast_cpu"]
    assert said == {"on": not switch, "kernels": fast_cpu.kernels()}
    assert main(["info"]) == 0
    (line,) = [one for one in capsys.readouterr().out.splitlines() if one.startswith("fast_cpu")]
    assert ("off" in line) is bool(switch)
