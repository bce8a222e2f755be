"""What a method costs is measured by turns against the plain GAN."""

import itertools

import pytest

from ganlab.bench import cost
from ganlab.bench.methods import plain


def test_the_plain_gan_costs_one_and_others_what_the_clock_says(monkeypatch):
    now = itertools.count().__next__
    clock = {"at": 0.0}
    price = {"plain": 2.0, "pacgan2": 3.0}

    def stepper(config, members=1, device="auto"):
        name = "pacgan2" if config.transforms else "plain"

        def steps(count):
            # A neighbour makes every second round three times as slow, for all in the same way.
            slow = 3.0 if now() // 2 % 2 else 1.0
            clock["at"] += price[name] * count * slow

        return steps

    monkeypatch.setattr(cost, "stepper", stepper)
    found = cost.measure_costs(["pacgan2"], plain(), clock=lambda: clock["at"])
    assert found == {"plain": 1.0, "pacgan2": pytest.approx(1.5)}
