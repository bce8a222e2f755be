"""The output of a D: a logit for each sample, and the output of a second head where it has one."""

from typing import NamedTuple

from torch import Tensor, nn


class Judgement(NamedTuple):
    """All that one pass of D gives; nothing of the pass is stored on the module."""

    logits: Tensor
    """(N,), or (E, N) of an ensemble; of a D that judges patches one each, those of a sample
    next to each other."""
    classes: Tensor | None = None
    """Logits of the classes from a second head, (N, classes); None without such a head."""
    codes: Tensor | None = None
    """Codes of z as a second head predicts them, (N, codes); None without such a head."""
    features: tuple[Tensor, ...] = ()
    """The maps (N, C, h, w) that D hands out of its layers; none of most."""

    def float(self) -> "Judgement":
        """The same in float32."""
        classes, codes = (None if one is None else one.float() for one in self[1:3])
        features = tuple(one.float() for one in self.features)
        return Judgement(self.logits.float(), classes, codes, features)

    def halves(self) -> tuple["Judgement", "Judgement"]:
        """The first and the second half of the samples."""
        logits = self.logits.chunk(2, dim=-1)
        others = ((None, None) if one is None else one.chunk(2) for one in self[1:3])
        features = zip(*(one.chunk(2) for one in self.features), strict=True)
        first, second = zip(logits, *others, tuple(features) or ((), ()), strict=True)
        return Judgement(*first), Judgement(*second)


def judge(D: nn.Module, x: Tensor, labels: Tensor | None = None) -> Judgement:
    """The output of D for x in one pass; by D's own `judge` where it has a second head."""
    own = getattr(D, "judge", None)
    return own(x, labels) if own else Judgement(D(x, labels))
