"""What state a GAN is in, from its configuration, its curves and what was measured of its samples.

`diagnose` is a pure function from `Evidence` to a `Diagnosis`. It goes through TABLE from the
gravest state to the most harmless one; the first that holds is the diagnosis, so that there is one
verdict and one advice. What cannot be seen is said to be unsure: a loss alone never earns a good
verdict. All thresholds stand below, those of
curves in `evidence`. Works on NumPy arrays: pages that only watch need no torch.
"""

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganlab.config import OptimizerConfig
from ganlab.evaluation.evidence import (
    FEWEST_ROWS,
    WINDOW,
    Evidence,
    Variety,
    oscillation_period,
    parted,
    recent,
)
from ganlab.formatting import percent
from ganlab.metrics.ranking import SMEAR
from ganlab.registry import Loss, Transform, find

# --- thresholds -----------------------------------------------------------------------------------

EARLY, SOONEST, LATEST = 0.03, 200, 1_000
"""Too early is before this share of the budget, but never after LATEST nor before SOONEST steps."""
AHEAD = 0.85
"""D is ahead where its answers on real and generated samples are on average so far apart."""
FOOLED = 0.6
"""G is ahead where D takes more than this share of generated samples for real ..."""
TELLS = 0.15
"""... and its answers on real samples are no further from them than this."""
SEPARATED = 0.1
"""Hinge loss of D below which it separates nearly every sample by its margin."""
LOST_ANSWERS = 1e-4
"""Standard deviation of D's accuracies below which D gives everything the same answer."""
NO_GRADIENT = 1e-6
"""Share of its strongest gradient below which none reaches G."""
STANDS_STILL = 1e-4
"""A player whose learning rate is this share of the other's does not learn."""
BLOWN_UP = 1e3
"""A loss beyond this has blown up; a game of probabilities or margins rests below 10."""
GROWN = 100.0
"""How many times larger than before a gradient must be to be called exploding."""
FADED = 20.0
"""How many times smaller than before G's gradient must be to be called faded."""
SURE = 0.7
"""D's accuracies above which a faded gradient means that G learns no more."""
SWINGS = 0.3
"""Standard deviation of D's lead over the recent rows from which it changes sides."""
FEW_MODES, ALL_MODES = 0.75, 0.95
"""Share of modes, or of parts of a curve, up to which it is a collapse, and from which not."""
EVENNESS = 0.75
"""exp(-KL) of the modes' shares to the true ones, below which few modes hold most samples."""
DIVERSITY, DIVERSE = 0.35, 0.6
"""Mean distance between pictures over that of real ones: a collapse below, no collapse above."""
ENTROPY, EVEN_CLASSES = 0.5, 0.75
"""The same for the entropy of classes, as a share of log(classes)."""
DUPLICATES = 0.05
"""Share of all pairs of pictures that are duplicates, from which it is a collapse."""
NARROW = 0.25
"""Spread within a mode over the true one, below which the modes themselves have collapsed."""
COPIED = 0.35
"""Median distance to the nearest real picture, over that of a real one to its nearest other, below
which G copies. Only 500 real ones are compared, 128 by a network without classes: most copies have
their original among the others."""
FAR = 4.0
"""The same, above which pictures do not resemble real ones yet."""
AS_MEANT = 0.1
"""Share of labels by which reading them must exceed guessing for a G that follows its labels."""

# --- diagnosis ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Finding:
    """One sentence about a run, with what to try."""

    kind: str
    """good, note, warning or bad."""
    name: str
    """The state, as a word for programs."""
    sentence: str
    advice: str = ""
    confidence: float = 1.0
    """From 0.5, at a threshold, to 1."""

    def to_json(self) -> dict[str, Any]:
        """The fields by name."""
        return asdict(self)


@dataclass(frozen=True)
class Diagnosis:
    """The state of a run, and notes that give no advice."""

    state: Finding
    notes: tuple[Finding, ...] = ()

    @property
    def findings(self) -> list[Finding]:
        """The state and the notes, in this order."""
        return [self.state, *self.notes]


def diagnose(evidence: Evidence) -> Diagnosis:
    """The first state of TABLE that holds, and what else there is to know."""
    signs = Signs(evidence)
    state, found = next((one, seen) for one in TABLE if (seen := one.seen(signs)))
    advice = "" if state.kind == "good" else _advice(state, signs)
    finding = Finding(
        found.kind or state.kind, state.name, found.sentence, advice, round(found.confidence, 2)
    )
    notes = [] if state.name in ("early", "exploded") else _notes(signs, state.name)
    return Diagnosis(finding, tuple(notes))


# --- signs ----------------------------------------------------------------------------------------


class Signs:
    """Numbers that states are seen from, each computed once."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence, self.config = evidence, evidence.config
        self.variety, self.columns = evidence.variety, evidence.columns
        self.steps = np.asarray(self.columns.get("step", ()), float)
        self.step = evidence.step if evidence.step is not None else int(max(self.steps, default=0))
        loss = find(Loss, self.config.loss.name) if self.config else None
        self.critic = bool(loss and loss.critic)
        self.margin = bool(loss and loss.margin)
        self.saturating = bool(loss and loss.saturating)
        self.offset_free = self.critic or self.margin
        """Whether a constant added to all of D's scores changes no gradient."""

    @cached_property
    def early(self) -> bool:
        """Whether too little of the budget is spent to say anything."""
        share = self.evidence.share
        if share is None:
            share = self.step / self.config.steps if self.config else 1.0
        return self.step < SOONEST or (share < EARLY and self.step < LATEST)

    def column(self, name: str) -> NDArray[Any]:
        """The finite values of a column."""
        values = np.asarray(self.columns.get(name, ()), float)
        return values[np.isfinite(values)]

    def recent(self, name: str) -> NDArray[Any]:
        """Those of the last WINDOW of the steps."""
        return recent(self.columns, name)

    def now(self, name: str) -> float:
        """Their mean; NaN without any."""
        values = self.recent(name)
        return float(values.mean()) if len(values) else math.nan

    @cached_property
    def answers(self) -> tuple[float, float]:
        """The shares of real and of generated samples that D takes for real, lately."""
        return self.now("d_real"), 1 - self.now("d_fake")

    @cached_property
    def has_curves(self) -> bool:
        """Whether there are enough rows in which D moved."""
        return len(self.column("d_real")) >= FEWEST_ROWS

    @cached_property
    def lead(self) -> float:
        """How far apart D's answers are: 1 of a D that is always right, 0 of one that guesses."""
        return self.answers[0] - self.answers[1]

    @cached_property
    def d_ahead(self) -> bool:
        """Whether D is nearly always right. A critic ought to be: then G follows a distance."""
        if self.critic or not self.has_curves:
            return False
        if self.margin:
            return self.now("d_loss") < SEPARATED
        return is_d_ahead(*self.answers)

    @cached_property
    def g_ahead(self) -> bool:
        """Whether G fools D; scores have no zero where a loss does not fix one."""
        if self.offset_free or not self.has_curves:
            return False
        return is_g_ahead(*self.answers)

    @cached_property
    def phases(self) -> NDArray[Any]:
        """The median of G's gradient in each of the parts that WINDOW cuts the steps into."""
        return parted(self.columns, "g_gradient", round(1 / WINDOW))

    @cached_property
    def rates(self) -> tuple[float, float]:
        """The learning rates of D and G; equal if they are not known."""
        if self.config is None:
            return 1.0, 1.0
        d, g = self.config.d_optimizer.lr, self.config.g_optimizer.lr
        return (d if self.config.d_steps else 0.0), g

    def penalised(self, *names: str) -> bool:
        """Whether the run has one of these penalties, or any if none is named."""
        return bool(self.config) and any(
            not names or one.name in names
            for one in self.config.penalties  # type: ignore[union-attr]
        )


def is_d_ahead(real: Any, fake: Any) -> Any:
    """Whether D is ahead by its answers, shares or probabilities of 'real'; arrays by element."""
    return real - fake > AHEAD


def is_g_ahead(real: Any, fake: Any) -> Any:
    """The same for G: D takes most generated samples for real, no less than real ones."""
    return (fake > FOOLED) & (real - fake < TELLS)


# --- states ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Seen:
    """That a state holds: in words, and how far beyond its threshold."""

    sentence: str
    confidence: float = 1.0
    kind: str = ""
    """Where it is not the state's own."""


Advice = tuple[str, Callable[[Signs], bool]]
"""What to try, and whether it would be something new for the run."""


@dataclass(frozen=True)
class State:
    """A row of the table."""

    name: str
    kind: str
    seen: Callable[[Signs], Seen | None]
    advice: tuple[Advice, ...] = ()
    """The first that is new is given."""


def beyond(value: float, threshold: float, full: float) -> float:
    """0.5 where value is at the threshold, 1 where it is at `full` or further."""
    if full == threshold:
        return 1.0
    return 0.5 + 0.5 * min(max((value - threshold) / (full - threshold), 0.0), 1.0)


def _exploded(s: Signs) -> Seen | None:
    if s.evidence.end == "diverged":
        return Seen("A loss is no longer finite: training has diverged.")
    names = ("d_loss",) if s.offset_free else ("d_loss", "g_loss")
    largest = max((float(np.median(np.abs(v))) for n in names if len(v := s.recent(n))), default=0)
    bounded = not (s.critic and not is_bounded(s))
    if largest > BLOWN_UP and bounded:
        return Seen(
            f"The losses have blown up to {largest:.1e}: the steps are too large.",
            beyond(math.log10(largest), 3, 5),
        )
    known = s.phases[np.isfinite(s.phases)]
    if len(known) < 3 or s.early or not s.column("g_gradient").size:
        return None
    before, now = float(np.median(known[:-1])), float(np.median(s.recent("g_gradient")))
    if before > 0 and now > GROWN * before:
        words = f"The gradient that reaches G is {now / before:,.0f} times as large as before."
        return Seen(words, beyond(math.log10(now / before), 2, 3), "warning")
    return None


def _early(s: Signs) -> Seen | None:
    if s.early:
        return Seen("It is too early to tell: the first steps always swing.")
    return None


def _dead_d(s: Signs) -> Seen | None:
    d, g = s.rates
    if s.config and not s.config.d_steps:
        return Seen("D does not learn: K, its moves a step, is 0.", 0.9)
    if d < STANDS_STILL * g:
        return Seen(f"D does not learn: {_slower(d, g)} G's.", 0.9)
    real, fake = s.recent("d_real"), s.recent("d_fake")
    if min(len(real), len(fake)) < FEWEST_ROWS or s.critic:
        return None
    if max(real.std(), fake.std()) > LOST_ANSWERS or min(real.mean(), fake.mean()) > AHEAD:
        return None
    strongest, now = _gradients(s)
    half = max(abs(real.mean() - 0.5), abs(fake.mean() - 0.5)) < LOST_ANSWERS
    if half or now <= max(NO_GRADIENT * strongest, 1e-12):
        return Seen("D gives every sample the same answer: it has died, and G learns nothing.")
    return None


def _dead_g(s: Signs) -> Seen | None:
    d, g = s.rates
    if g < STANDS_STILL * d:
        return Seen(f"G does not learn: {_slower(g, d)} D's.", 0.9)
    strongest, now = _gradients(s)
    gone = not math.isnan(now) and now <= max(NO_GRADIENT * strongest, 1e-12)
    if gone and not _collapsed(s):
        return Seen("No gradient reaches G any more: it stands still.")
    return None


def _slower(own: float, other: float) -> str:
    if not own:
        return "its learning rate is 0, unlike"
    return f"its learning rate is {other / own:,.0f} times smaller than"


def _gradients(s: Signs) -> tuple[float, float]:
    """The strongest phase of G's gradient and the present median; NaN without rows."""
    values = s.recent("g_gradient")
    if len(values) < FEWEST_ROWS:
        return math.nan, math.nan
    return float(np.nanmax(s.phases)), float(np.median(values))


def _recognised(s: Signs) -> str:
    """How many of G's samples a D that is ahead tells, and what follows from it by the loss."""
    if not s.d_ahead:
        return ""
    if s.margin:
        return " D separates nearly all samples by its margin."
    caught = 1 - s.answers[1]
    share = "all" if caught >= 1 else "nearly all" if caught > 0.995 else percent(caught)
    fades = ", and this loss hardly has a gradient there" if s.saturating else ""
    return f" D recognises {share} of them{fades}."


def _collapsed(s: Signs) -> Seen | None:
    v = s.variety
    who = _recognised(s)
    if v.modes is not None and v.modes_of:
        share, even = v.modes / v.modes_of, math.exp(-(v.reverse_kl_all or 0.0))
        good = v.high_quality or 0.0
        gathered = even < EVENNESS
        if gathered or (share <= FEW_MODES and good > 0.05):
            kind = "bad" if share <= 0.5 or even < EVENNESS / 2 else "warning"
            words = f"Mode collapse: G covers {v.modes:.0f} of {v.modes_of:.0f} modes"
            if gathered and share > FEW_MODES:
                words = f"Mode collapse: G puts most samples into few of {v.modes_of:.0f} modes"
            sure = max(beyond(even, EVENNESS, 0.2), beyond(share, FEW_MODES, 0.4))
            words += f", and {percent(good)} of its samples are of high quality."
            return Seen(words + who, sure, kind)
    if v.covered is not None and v.covered_of:
        share = v.covered / v.covered_of
        if share <= FEW_MODES:
            kind = "bad" if share <= 0.5 else "warning"
            parts = f"{v.covered:.0f} of {v.covered_of:.0f} parts"
            words = f"Mode collapse: G reaches {parts} of the curve."
            return Seen(words + who, beyond(share, FEW_MODES, 0.4), kind)
    few = v.class_entropy is not None and v.class_entropy < ENTROPY
    similar = v.diversity is not None and v.diversity < DIVERSITY
    twice = v.duplicates is not None and v.duplicates > DUPLICATES
    if few or similar or twice:
        seen = []
        if twice:
            seen.append(f"{percent(v.duplicates or 0)} of all pairs are duplicates")
        if similar:
            seen.append(f"they differ by {percent(v.diversity or 0)} of what real ones do")
        if few:
            seen.append(f"the entropy of their classes is {v.class_entropy:.2f} of log(classes)")
        sure = max(
            beyond(v.duplicates, DUPLICATES, 0.5) if twice and v.duplicates is not None else 0,
            beyond(v.diversity, DIVERSITY, 0.1) if similar and v.diversity is not None else 0,
            beyond(v.class_entropy, ENTROPY, 0.1) if few and v.class_entropy is not None else 0,
        )
        return Seen(f"Mode collapse: G's pictures are few of a kind: {', '.join(seen)}.{who}", sure)
    return None


def _memorised(s: Signs) -> Seen | None:
    near = s.variety.nearness
    if near is None or near >= COPIED:
        return None
    words = (
        "G copies its data: from its pictures to the nearest of the real ones compared, 500 at "
        f"most, it is {percent(near)} as far as from one of these to its nearest other."
    )
    return Seen(words, beyond(near, COPIED, 0.1))


def _labels_ignored(s: Signs) -> Seen | None:
    v = s.variety
    if v.as_meant is None or not v.classes or v.as_meant >= 1 / v.classes + AS_MEANT:
        return None
    words = (
        f"G ignores its labels: {percent(v.as_meant)} of its pictures are read as they are meant."
    )
    return Seen(words, beyond(v.as_meant, 1 / v.classes + AS_MEANT, 1 / v.classes))


def _narrow(s: Signs) -> Seen | None:
    spread = s.variety.spread
    if spread is None or spread >= NARROW:
        return None
    words = f"Collapse within modes: G's samples spread {spread:.2f} times as wide as real ones."
    return Seen(words, beyond(spread, NARROW, 0.1))


def is_bounded(s: Signs) -> bool:
    """Whether anything keeps the slope of a critic within limits."""
    c = s.config
    return c is None or bool(
        c.d_clip or c.penalties or c.network.values.get("d_norm") == "spectral"
    )


def _unbounded(s: Signs) -> Seen | None:
    if not s.critic or is_bounded(s):
        return None
    return Seen(
        "Nothing bounds the critic's slope: its loss can fall without end and is no distance."
    )


def _faded(s: Signs) -> Seen | None:
    known = s.phases[np.isfinite(s.phases)]
    if len(known) < 3 or s.offset_free or not s.has_curves:
        return None
    strongest, now = _gradients(s)
    real, fake = s.answers
    if math.isnan(now) or now * FADED >= strongest or now == 0 or min(real, 1 - fake) < SURE:
        return None
    at = int(s.steps[0] + (np.nanargmax(s.phases) + 0.5) * WINDOW * (s.steps[-1] - s.steps[0]))
    words = (
        f"The gradient that reaches G is {strongest / now:.0f} times smaller than around step "
        f"{at:,}, while D is right on {_answers_in_words(s)}."
    )
    return Seen(words, beyond(strongest / now, FADED, 5 * FADED))


def _circling(s: Signs) -> Seen | None:
    if len(s.column("d_real")) < 4 * FEWEST_ROWS:
        return None
    period = None
    for name in ("d_loss",) if s.offset_free else ("g_loss", "d_loss"):
        if name in s.columns:
            period = period or oscillation_period(s.steps, np.asarray(s.columns[name], float))
    if period is not None:
        return Seen(
            f"The players circle: the losses oscillate with a period of {period:,.0f} steps.", 0.8
        )
    lead = swing(s)
    if lead > SWINGS:
        words = "The players circle: the lead changes sides again and again."
        return Seen(words, beyond(lead, SWINGS, 2 * SWINGS))
    return None


def swing(s: Signs) -> float:
    """How far D's bias to one side swings: the deviation of (real + taken for real) / 2, lately."""
    if s.offset_free:
        return 0.0
    real, fake = s.recent("d_real"), s.recent("d_fake")
    n = min(len(real), len(fake))
    if n < FEWEST_ROWS:
        return 0.0
    bias = (real[-n:] + 1 - fake[-n:]) / 2
    both = min((bias > 0.5 + SWINGS / 2).mean(), (bias < 0.5 - SWINGS / 2).mean())
    return float(bias.std()) if both > 0.1 else 0.0


def _answers_in_words(s: Signs) -> str:
    real, fake = s.answers
    return f"{percent(real)} of real and {percent(1 - fake)} of generated samples"


def _d_ahead(s: Signs) -> Seen | None:
    if not s.d_ahead:
        return None
    if s.margin:
        words = "D is ahead: it separates nearly all samples by its margin."
        return Seen(words, beyond(s.now("d_loss"), SEPARATED, 0.0))
    return Seen(f"D is ahead: it is right on {_answers_in_words(s)}.", beyond(s.lead, AHEAD, 1.0))


def _g_ahead(s: Signs) -> Seen | None:
    if not s.g_ahead:
        return None
    words = f"G is ahead: D takes {percent(s.answers[1])} of generated samples for real."
    return Seen(words, beyond(s.answers[1], FOOLED, 0.95))


def _modes_in_words(s: Signs) -> str:
    """How many modes G covers, if they are all or nearly all; '' otherwise."""
    v = s.variety
    if v.modes is None or not v.modes_of or v.modes < ALL_MODES * v.modes_of:
        return ""
    which = "all" if v.modes >= v.modes_of else f"{v.modes:.0f} of"
    return f"G covers {which} {v.modes_of:.0f} modes"


def _smeared(s: Signs) -> Seen | None:
    good = s.variety.high_quality or 0.0
    if good >= SMEAR or not (modes := _modes_in_words(s)):
        return None
    words = f"{modes}, but only {percent(good)} of its samples lie in one: the others lie between."
    return Seen(words, beyond(good, SMEAR, 0.1))


def _healthy(s: Signs) -> Seen | None:
    v = s.variety
    if v.modes is not None and v.modes_of:
        if not (modes := _modes_in_words(s)):
            return None
        good = v.high_quality or 0.0
        words = f"{modes}; {percent(good)} of its samples are of high quality."
        return Seen(words, beyond(good, SMEAR, 0.9))
    if v.covered is not None and v.covered_of:
        if v.covered < ALL_MODES * v.covered_of:
            return None
        words = f"G reaches {v.covered:.0f} of {v.covered_of:.0f} parts of the curve"
        return Seen(f"{words}; {percent(v.on_curve or 0)} of its samples lie on it.")
    if v.diversity is not None:
        classes = v.class_entropy is None or v.class_entropy >= EVEN_CLASSES
        if v.diversity < DIVERSE or not classes or (v.nearness or 0) > FAR:
            return None
        words = (
            f"G's pictures differ from each other by {percent(v.diversity)} of what real ones do"
        )
        if v.class_entropy is not None:
            words += f", and the entropy of their classes is {v.class_entropy:.2f} of log(classes)"
        return Seen(f"{words}.", beyond(v.diversity, DIVERSE, 0.9))
    return None


def _unsure(s: Signs) -> Seen:
    v = s.variety
    if replace(v, classes=None, js=None) != Variety():
        return Seen("G is neither collapsed nor does it reach all of the data yet.", 0.5)
    if v.js is not None:
        words = (
            "These data have no modes to count; the JS divergence of G's samples from them is "
            f"{v.js:.2f}, of {math.log(2):.2f} at most."
        )
        return Seen(f"The curves show no fault. {words}" if s.has_curves else words, 0.5)
    if not s.has_curves:
        return Seen("Too little is recorded to tell.")
    return Seen("The curves show no fault; whether G's samples vary has not been measured.", 0.5)


# --- advice ---------------------------------------------------------------------------------------


def _always(s: Signs) -> bool:
    del s
    return True


def _one_time_scale(s: Signs) -> bool:
    moves = s.config.d_steps if s.config else 1
    return not s.critic and not _flat_on_both(s) and moves * s.rates[0] < 2 * s.rates[1]


def _d_faster(s: Signs) -> bool:
    """A critic ought to be close to the distance: it may be as fast as it likes."""
    faster = s.rates[0] > s.rates[1] or bool(s.config and s.config.d_steps > 1)
    return faster and not s.critic


def _flat_on_both(s: Signs) -> bool:
    return s.penalised("r1-r2") or (s.penalised("r1") and s.penalised("r2"))


def _not_flat(s: Signs) -> bool:
    return not s.penalised("r1", "r2", "r1-r2", "wgan-gp", "zero-centred", "dragan")


def _momentum(s: Signs) -> bool:
    return bool(s.config) and max(s.config.d_optimizer.beta1, s.config.g_optimizer.beta1) > 0.5  # type: ignore[union-attr]


def _saturates(s: Signs) -> bool:
    return s.saturating


def _saturates_now(s: Signs) -> bool:
    return s.saturating and s.d_ahead


def _constant_rates(s: Signs) -> bool:
    return bool(s.config) and s.config.g_optimizer.decay == OptimizerConfig().decay  # type: ignore[union-attr]


def _neither_falls_nor_averages(s: Signs) -> bool:
    return _constant_rates(s) or bool(s.config and not s.config.ema)


def _unaltered(s: Signs) -> bool:
    """Packing and a noise with a level are no augmentation."""
    used = [find(Transform, one.name) for one in s.config.transforms] if s.config else []
    return all(one.packs or one.level is not None for one in used)


NON_SATURATING = "Use the non-saturating loss."
ANNEALED = (
    "Try the relativistic loss with R1 + R2, learning rates that fall and an average of G's "
    "weights.",
    lambda s: not _flat_on_both(s),
)
FALLING = (
    "Let the learning rates fall, and average G's weights.",
    _neither_falls_nor_averages,
)
LONGER = ("Train longer.", _always)
RATES = ("Lower both learning rates.", _always)
TWO_SCALES = ("Give D four times G's learning rate.", _one_time_scale)
LESS_D = ("Lower D's learning rate to G's or below, with one step of D.", _d_faster)
R1 = ("Add R1, which keeps D from being sure.", _not_flat)

TABLE: tuple[State, ...] = (
    State(
        "exploded",
        "bad",
        _exploded,
        (("Begin again with learning rates that are ten times smaller.", _always),),
    ),
    State("early", "note", _early),
    State(
        "dead-d",
        "bad",
        _dead_d,
        (
            ("Let D move: raise K.", lambda s: bool(s.config) and not s.config.d_steps),  # type: ignore[union-attr]
            ("Raise D's learning rate.", lambda s: s.rates[0] < STANDS_STILL * s.rates[1]),
            ("Begin again with a smaller learning rate for D.", _always),
        ),
    ),
    State(
        "dead-g",
        "bad",
        _dead_g,
        (
            ("Raise G's learning rate.", lambda s: s.rates[1] < STANDS_STILL * s.rates[0]),
            (NON_SATURATING, _saturates),
            LESS_D,
            R1,
            ("Begin again with a smaller learning rate for D.", _always),
        ),
    ),
    State(
        "mode-collapse",
        "bad",
        _collapsed,
        # From the smallest change on. With two time-scales the lab measured more modes on the grid
        # (on the ring within noise), with the annealed game all of them on both (`bench modes`).
        ((NON_SATURATING, _saturates_now), TWO_SCALES, ANNEALED, FALLING, RATES),
    ),
    State(
        "memorising",
        "warning",
        _memorised,
        (
            ("Augment what D sees, or give it more data.", _unaltered),
            ("Stop earlier, or give it more data.", _always),
        ),
    ),
    State(
        "labels-ignored",
        "warning",
        _labels_ignored,
        (
            (
                "Let D use labels by projection.",
                lambda s: (
                    bool(s.config)
                    and s.config.network.values.get("d_labels", "projection") != "projection"
                ),  # type: ignore[union-attr]
            ),
            ("Let it train on; labels are learnt after shapes.", _always),
        ),
    ),
    State(
        "narrow-modes",
        "warning",
        _narrow,
        (("Train longer, with learning rates that fall.", _constant_rates), RATES),
    ),
    State(
        "unbounded-critic",
        "warning",
        _unbounded,
        (("Add the penalty WGAN-GP, or clip D's weights.", _always),),
    ),
    State(
        "faded-gradient",
        "bad",
        _faded,
        ((NON_SATURATING, _saturates), LESS_D, R1, RATES),
    ),
    State(
        "oscillates",
        "warning",
        _circling,
        (
            ("Lower β₁ of both optimisers to 0.5 or below.", _momentum),
            R1,
            RATES,
        ),
    ),
    State(
        "d-wins",
        "warning",
        _d_ahead,
        (R1, LESS_D, ("Add instance noise before D.", _always)),
    ),
    State(
        "g-wins",
        "warning",
        _g_ahead,
        (("Raise D's learning rate.", _always),),
    ),
    State(
        "smeared",
        "note",
        _smeared,
        (("Train longer, with learning rates that fall.", _constant_rates), LONGER),
    ),
    State("healthy", "good", _healthy),
    State("unsure", "note", _unsure),
)
"""The states, the gravest first."""


def _advice(state: State, s: Signs) -> str:
    return next((text for text, is_new in state.advice if is_new(s)), "")


# --- notes ----------------------------------------------------------------------------------------


def _notes(s: Signs, state: str) -> list[Finding]:
    notes = []
    if (since := turning(s)) is not None:
        notes.append(Finding("note", "phases", since))
    losses = s.column("g_loss")
    if state in ("healthy", "unsure") and not s.offset_free and len(losses) >= 4 * FEWEST_ROWS:
        third = len(losses) // 3
        before, now = float(losses[:third].mean()), float(losses[-third:].mean())
        if before > 0 and now > 1.3 * before:
            words = (
                f"G's loss has risen from {before:.2f} to {now:.2f}. It is measured against a D "
                "that improves too, so the samples can get better all the same."
            )
            notes.append(Finding("note", "g-loss-rises", words))
    return notes


PARTS = 20


def turning(s: Signs) -> str | None:
    """Since when the present leader leads, or until when another did, if not for the whole run."""
    if s.offset_free or len(s.column("d_real")) < 2 * PARTS:
        return None
    real = parted(s.columns, "d_real", PARTS)
    fake = 1 - parted(s.columns, "d_fake", PARTS)
    kinds = np.where(is_d_ahead(real, fake), "D", np.where(is_g_ahead(real, fake), "G", ""))
    last = kinds[-1]
    other = np.flatnonzero(kinds != last)
    if not len(other):
        return None
    turn = int(other[-1]) + 1
    if PARTS - turn < 2 and not last:
        return None
    at = int(s.steps[0] + turn / PARTS * (s.steps[-1] - s.steps[0]))
    if last:
        return f"{last} has been ahead since step {at:,}."
    before = kinds[turn - 1]
    if (kinds[:turn] == before).sum() < PARTS / 10:
        return None
    return f"{before} was ahead until step {at:,}."
