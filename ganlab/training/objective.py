"""What the two players minimise: loss, penalties and what stands before D."""

from collections.abc import Callable
from functools import partial

from torch import Tensor

from ganlab.catalogue import LOSSES, Spec
from ganlab.config import Choice, RunConfig

LossFunction = Callable[[Tensor, Tensor], Tensor]


class Objective:
    """The functions that a configuration names, with its values bound."""

    def __init__(self, config: RunConfig) -> None:
        spec = LOSSES[config.loss.name]
        self.g_loss: LossFunction = spec.load()
        self.g_sees_real: bool = spec.traits.get("paired", False)
        """Whether G's loss compares fake samples with real ones."""
        self.d_loss: LossFunction = partial(
            Spec(target=spec.traits["d"], summary="").load(), **_values_of(config.loss)
        )


def _values_of(choice: Choice) -> dict[str, bool | int | float | str]:
    return dict(choice.values)
