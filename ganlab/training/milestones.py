"""Steps at which a run on pictures is looked at, or kept, whatever the clock says."""

from dataclasses import dataclass

from ganlab.config import RunConfig


@dataclass(frozen=True)
class Milestones:
    """Distances in steps, counted from the run's beginning; 0 is never."""

    shown: int = 0
    """Between two looks at the fixed z."""
    kept: tuple[int, ...] = ()
    """Between two whole states that stay; each distance has states of its own."""

    def next(self, step: int, wanted: int) -> int:
        """Where steps must end for the next milestone, at most `wanted`."""
        spans = [span for span in (self.shown, *self.kept) if span]
        return min([wanted, *((step // span + 1) * span for span in spans)])

    def shows(self, step: int) -> bool:
        """Whether the fixed z are to be looked at here."""
        return _hits(step, self.shown)

    def keeps(self, step: int) -> bool:
        """Whether the state of this step is to stay."""
        return any(_hits(step, span) for span in self.kept)


def milestones(config: RunConfig, count: int) -> Milestones:
    """Those that the configuration asks for on `count` real pictures; points have no epochs: 0."""
    epoch = config.epoch(count)
    return Milestones(config.show_epochs * epoch, (config.keep_every, config.keep_epochs * epoch))


def _hits(step: int, span: int) -> bool:
    return bool(span) and step > 0 and step % span == 0
