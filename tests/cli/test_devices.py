"""Every command that trains, samples or measures takes --device and refuses what is not there."""

import pytest

from ganlab.cli.main import main

COMMANDS = [
    "train ring",
    "train-superres srresnet --out a.safetensors",
    "upscale in.png out.png",
    "evaluate digits-cgan",
    "augment digits-cgan",
    "sample digits-cgan --out a.png",
    "walk digits-cgan --out a.gif",
    "bench superres .",
    "bench modes --seeds 1",
    "bench cost",
    "bench map",
    "bench systems",
    "bench stacked-mnist",
]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("device", "words"),
    [
        ("tpu", "ganlab: device must be one of auto, cpu, cuda, cuda:N, mps, got 'tpu'\n"),
        ("cuda:7", "ganlab: there is no cuda:7 here; there is 1 device of that kind: cuda:0\n"),
    ],
)
def test_a_device_that_is_not_here_is_refused_in_a_sentence(
    command, device, words, monkeypatch, tmp_path, capsys
):
    monkeypatch.setattr("ganlab.device.accelerators", lambda: {"cuda": 1})
    monkeypatch.chdir(tmp_path)
    assert main([*command.split(), "--device", device]) == 2
    assert capsys.readouterr().err.endswith(words)
    assert not list(tmp_path.iterdir())
