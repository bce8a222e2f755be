import json
import math
from typing import Any

import pytest
import torch

from ganlab.device import CPU
from ganlab.evaluation.variety import LiveVariety, Reals, birthdays, variety
from ganlab.networks.classifier import Reading
from ganlab.presets import preset
from ganlab.training.state import build_state


def reading(classes: torch.Tensor, features: torch.Tensor) -> Reading:
    return Reading(features, torch.nn.functional.one_hot(classes, 10).float())


@pytest.fixture
def real() -> Reals:
    features = torch.randn(300, 8, generator=torch.Generator().manual_seed(0))
    return Reals(features, torch.arange(300) % 10)


def test_a_generator_of_one_digit_has_no_entropy_and_many_pairs(real):
    blob = 0.001 * torch.randn(300, 8, generator=torch.Generator().manual_seed(1))
    found = variety(reading(torch.full((300,), 8), blob), real)
    assert found["classes"][8] == 1.0
    assert found["real_classes"] == pytest.approx([0.1] * 10)
    assert found["class_entropy"] == 0.0
    assert found["real_class_entropy"] == pytest.approx(1.0)
    assert found["birthdays"]["pairs"] == 300 * 299 // 2
    assert found["birthdays"]["support"] == pytest.approx(1.0)


def test_draws_from_few_pictures_tell_how_few(real):
    few = 10 * torch.randn(60, 8, generator=torch.Generator().manual_seed(2))
    drawn = few[torch.randint(0, 60, (300,), generator=torch.Generator().manual_seed(3))]
    found = birthdays(drawn, real.features)
    assert found["support"] == pytest.approx(60, rel=0.2)
    assert all(distance == 0 for _, _, distance in found["closest"])


def test_as_many_real_samples_set_the_threshold(real):
    found = birthdays(real.features[:100] * 3, real.features, n=80)
    near = torch.pdist(real.features[:80]).min()
    assert found["n"] == 80
    assert found["threshold"] == pytest.approx(float(near))
    assert (found["pairs"], found["support"]) == (0, None)
    first, second, distance = found["real_closest"]
    assert math.dist(real.features[first].tolist(), real.features[second].tolist()) == (
        pytest.approx(distance, rel=1e-4)
    )


def test_all_of_it_is_plain_json(real):
    found = variety(reading(torch.arange(300) % 10, real.features), real)
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_live_variety_tells_real_pictures_copies_and_equal_ones_apart():
    state = build_state(preset("digits").with_values({"network.width": 4}), CPU)
    stream: Any = state.streams.z
    before = stream.get_state(), state.source.state()
    live = LiveVariety(state)
    real, labels = state.source.sample(1_000, seed=state.config.seed + 1)
    others = live(real[900:964].numpy(), labels[900:964])
    assert others["diversity"] == pytest.approx(1, abs=0.1)
    assert others["nearness"] == pytest.approx(1, abs=0.15)
    assert others["class_entropy"] > 0.9
    assert others["as_meant"] > 0.9
    copies = live(real[:64].numpy(), labels[1:65])
    assert copies["nearness"] < 0.01
    assert copies["as_meant"] < 0.3
    equal = live(real[:1].expand(64, -1, -1, -1).numpy())
    assert equal["diversity"] < 0.01
    assert equal["class_entropy"] == 0
    assert "as_meant" not in equal
    assert torch.equal(stream.get_state(), before[0])
    assert state.source.state() == before[1]
