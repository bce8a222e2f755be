"""The protocol of Stacked MNIST on pictures whose numbers are known."""

import json
import math
from dataclasses import replace

import pytest
import torch

from ganlab import registry
from ganlab.bench import stacked
from ganlab.bench.stacked import METHODS, Coverage, coverage, protocol, read, run
from ganlab.cli.main import main
from ganlab.config import RunConfig
from ganlab.data.embedded import load_digits
from ganlab.data.mnist import as_number
from ganlab.data.pictures import PictureSet
from ganlab.errors import CheckpointError, ConfigError
from ganlab.evaluation.classifier import load_classifier
from ganlab.metrics.ceilings import kl_floor
from ganlab.registry import Data, find
from ganlab.training.loop import Training


@pytest.fixture
def embedded(monkeypatch):
    """Stacks of scikit-learn's digits in place of MNIST's, which CI has not."""
    digits = load_digits()
    drawn = torch.randint(len(digits.labels), (600, 3), generator=torch.Generator().manual_seed(0))
    pictures, labels = digits.pictures[:, 0][drawn], as_number(digits.labels[drawn])
    stacks = PictureSet(pictures, labels, tuple(f"{k:03}" for k in range(1000)), "stacked-mnist")
    record = replace(find(Data, "stacked-mnist"), thing=lambda report=None: stacks)
    monkeypatch.setitem(registry._records["data"], "stacked-mnist", record)
    return stacks


def test_every_channel_is_read_by_itself(embedded):
    stacks, classifier = embedded.pictures[:60], load_classifier()
    one_by_one = [classifier.read(stacks[:, k : k + 1]).logits.argmax(1) for k in range(3)]
    found = read(stacks, classifier)
    assert found.tolist() == [int(f"{a}{b}{c}") for a, b, c in zip(*one_by_one, strict=True)]
    assert read(stacks.flip(1), classifier).tolist() == [
        int(f"{n:03}"[::-1]) for n in found.tolist()
    ]


def test_coverage_counts_numbers_and_measures_the_histogram():
    assert coverage(torch.arange(1000).repeat(3)) == Coverage(1000, 0.0)
    assert coverage(torch.full((500,), 7)) == (1, pytest.approx(math.log(1000)))
    assert coverage(torch.tensor([3, 3, 999])).modes == 2
    half = coverage(torch.arange(500).repeat(4))
    assert half == (500, pytest.approx(math.log(2)))
    uniform = torch.randint(1000, (26_000,), generator=torch.Generator().manual_seed(0))
    assert coverage(uniform).kl == pytest.approx(kl_floor(1000, 26_000), rel=0.15)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_takes_finite_steps_with_two_of_g(embedded, method):
    config = protocol(method, width=4).with_values({"batch": 12, "steps": 1})
    assert RunConfig.from_json(config.to_json()) == config
    training = Training(config, device="cpu")
    tick = training.advance(1)
    assert tick.end == "finished"
    assert training.state.g_steps == 2
    assert all(math.isfinite(value) for value in tick.scalars.values())


def test_a_run_goes_on_from_its_checkpoint_and_says_what_it_took(embedded, tmp_path):
    keep = tmp_path / "run.safetensors"
    config = protocol("pacgan2", width=4, steps=2).with_values({"batch": 8})
    first = run(config, "pacgan2", n=60, device="cpu", keep=keep)
    assert (first.steps, first.protocol_steps, first.width) == (2, 100_000, 4)
    more = run(config.with_values({"steps": 3}), "pacgan2", n=60, device="cpu", keep=keep)
    straight = run(config.with_values({"steps": 3}), "pacgan2", n=60, device="cpu")
    assert more.steps == 3
    assert more.seconds > first.seconds
    assert more.generated == straight.generated
    assert more.real.modes > more.generated.modes
    json.dumps(more.to_json(), allow_nan=False)
    with pytest.raises(CheckpointError, match="differs in seed"):
        run(config.with_values({"seed": 1}), "pacgan2", n=60, device="cpu", keep=keep)


def test_the_command_states_its_budget_and_that_of_the_protocol(embedded, capsys):
    small = ["bench", "stacked-mnist", "--steps", "1", "--width", "4", "--n", "40"]
    assert main([*small, "--device", "cpu"]) == 0
    out = capsys.readouterr().out
    assert "1 steps, 0\N{NO-BREAK SPACE}% of the protocol's 100,000" in out
    assert "the data themselves" in out
    assert main([*small, "--device", "cpu", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["n"] == 40


def test_an_unknown_method_is_refused():
    with pytest.raises(ConfigError, match=r"method must be one of plain, .* got 'hope'"):
        stacked.protocol("hope")
