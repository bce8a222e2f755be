"""The knobs that a map of many GANs can turn two at a time, each with the range worth seeing."""

from dataclasses import dataclass
from typing import Any

from ganlab.catalogue.spec import Value


@dataclass(frozen=True)
class Knob:
    """One axis of a map."""

    title: str
    """What people call it."""
    low: float
    high: float
    paths: tuple[str, ...]
    """The settings that get the value, all the same."""
    logarithmic: bool = True
    """Whether its values lie a factor apart, not a difference."""
    zero: bool = False
    """Whether its first value is 0: without."""
    whole: bool = False

    def spread(self, count: int) -> tuple[Value, ...]:
        """Count values from low to high, 0 before them if it has one; fewer where two coincide."""
        steps = count - 1 if self.zero else count
        found = [self._at(k / max(1, steps - 1)) for k in range(steps)]
        return tuple(dict.fromkeys([0 if self.whole else 0.0] * self.zero + found))

    def settings(self, value: Value) -> dict[str, Any]:
        """What a run with this value of the knob has, by path."""
        return dict.fromkeys(self.paths, value)

    def _at(self, share: float) -> Value:
        if self.logarithmic:
            exact = self.low * (self.high / self.low) ** share
        else:
            exact = self.low + (self.high - self.low) * share
        # Three digits are what a label holds, and a label is to be the value itself.
        return round(exact) if self.whole else float(f"{exact:.3g}")


KNOBS: dict[str, Knob] = {
    "d-rate": Knob("learning rate of D", 5e-5, 2e-2, ("d_optimizer.lr",)),
    "g-rate": Knob("learning rate of G", 5e-5, 2e-2, ("g_optimizer.lr",)),
    "r1": Knob("γ of R1", 0.003, 3.0, ("penalties.r1.gamma",), zero=True),
    "r1-r2": Knob("γ of R1 + R2", 0.003, 3.0, ("penalties.r1-r2.gamma",), zero=True),
    "k": Knob("K, moves of D a step", 1, 8, ("d_steps",), logarithmic=False, whole=True),
    "batch": Knob("batch", 8, 1024, ("batch",), whole=True),
    "noise": Knob(
        "σ of the instance noise", 0.01, 1.0, ("transforms.instance-noise.sigma",), zero=True
    ),
    "momentum": Knob(
        "β₁ of both", 0.0, 0.9, ("d_optimizer.beta1", "g_optimizer.beta1"), logarithmic=False
    ),
    "width": Knob("width of D", 4, 128, ("network.d_width",), whole=True),
    "seed": Knob("seed", 0, 7, ("seed",), logarithmic=False, whole=True),
}
