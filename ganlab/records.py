"""Records: what a registered loss, penalty, network, data set, … is, one dataclass a kind.

A record stands as a decorator above a function or class; `ganlab.registry` collects them.
"""

import importlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

from ganlab.errors import ConfigError

Value = bool | int | float | str


@dataclass(frozen=True)
class Parameter:
    """One knob of a choice."""

    default: Value
    help: str
    """One sentence for the form, the command line's help and the card."""
    low: float = -math.inf
    high: float = math.inf
    options: tuple[str, ...] = ()
    """The allowed words, for a parameter that is a string."""
    logarithmic: bool = False
    """Whether a slider for it should move by factors."""
    live: bool = True
    """Whether it can be turned while a run trains (it changes no shape)."""
    title: str = ""
    """What people call it, where that is not its name."""

    def check(self, name: str, value: Any) -> Value:
        """Return value as this parameter's type; raise ConfigError if it does not fit."""
        return checked(name, value, type(self.default), self.low, self.high, self.options)


def checked(
    name: str,
    value: Any,
    kind: type,
    low: float = -math.inf,
    high: float = math.inf,
    options: tuple[str, ...] = (),
) -> Value:
    """Return value as kind, within [low, high] or among options; raise ConfigError otherwise.

    Text is converted, so that the command line and a share link go through the same door.
    """
    wanted = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}[kind]
    refuse = ConfigError(f"{name} must be {wanted}, got {value!r}")
    if kind is bool:
        words = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}
        converted = words.get(str(value).lower())
        if converted is None:
            raise refuse
        return converted
    if kind is str:
        if options and (not isinstance(value, str) or value not in options):
            raise ConfigError(f"{name} must be one of {', '.join(options)}, got {value!r}")
        if not isinstance(value, str):
            raise refuse
        return value
    if isinstance(value, bool):
        raise refuse
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError, RuntimeError):  # the last of a tensor's
        raise refuse from None
    if not math.isfinite(number) or (kind is int and number != int(number)):
        raise refuse
    if not low <= number <= high:
        raise ConfigError(f"{name} must be {_range(low, high)}, got {_plain(number)}")
    return int(number) if kind is int else number + 0.0  # -0.0 is 0.0: equal values hash alike


def _range(low: float, high: float) -> str:
    if math.isinf(high):
        return f"at least {_plain(low)}"
    if math.isinf(low):
        return f"at most {_plain(high)}"
    return f"between {_plain(low)} and {_plain(high)}"


def _plain(number: float) -> str:
    """All digits of a number, so that one just beyond a limit does not read like the limit."""
    return str(int(number)) if number == int(number) and abs(number) < 1e15 else repr(number)


def imported(target: str) -> Any:
    """What stands at 'package.module:attribute'."""
    module, _, attribute = target.partition(":")
    return getattr(importlib.import_module(module), attribute)


@dataclass(frozen=True, kw_only=True)
class Record:
    """What is said of a function or class."""

    kind: ClassVar[str]
    name: str = field(kw_only=False)
    """What configurations, links and the command line call it."""
    summary: str = ""
    """One sentence."""
    title: str = ""
    """What people call it; the name where it is left out."""
    formula: str = ""
    """In LaTeX."""
    source: str = ""
    space: str = ""
    """What it is for where it is not for all: "points", "pictures" or "superres"."""
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    target: str = ""
    """Where the function or class is, 'package.module:attribute'; its decorator fills this in."""
    thing: Any = field(default=None, repr=False, compare=False)
    """The function or class itself, where its decorator was called."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", self.title or self.name)

    def check(self) -> None:
        """Raise an error if what a plug-in brought cannot be used; most kinds are used to know."""

    def load(self) -> Any:
        """The function or class itself; its module is imported if it was not yet."""
        if self.thing is not None:
            return self.thing
        return imported(self.target)


class Equilibrium(NamedTuple):
    """Where a game rests if G has won; None for what the loss does not fix."""

    d_loss: float | None = None
    g_loss: float | None = None
    score: float | None = 0.0
    """What D then answers: its score for what it takes for neither real nor fake."""


@dataclass(frozen=True, kw_only=True)
class Loss(Record):
    """A class with static methods d and g, and d_slopes and g_slope where closed forms are known.

    Each takes (real_logits, fake_logits) and those of the parameters that it names.
    """

    kind: ClassVar[str] = "loss"
    probability: bool = False
    """Whether σ of D's score is its probability of real."""
    critic: bool = False
    """Whether minus D's loss estimates how far real and fake are apart."""
    paired: bool = False
    """Whether G's loss compares fake samples with real ones."""
    margin: bool = False
    """Whether D learns only from samples within a margin: a shift of all scores in it is free."""
    saturating: bool = False
    """Whether G's gradient fades where D is sure."""
    equilibrium: Callable[..., Equilibrium] = Equilibrium
    """From the parameters by name to where the game rests."""
    unit: str = ""
    """What both losses are measured in."""
    d_formula: tuple[str, str] = ("", "")
    """D's loss and its derivatives in LaTeX, r a logit of a real sample and a of a fake one."""
    g_formula: tuple[str, str] = ("", "")
    objective: tuple[str, ...] = ()
    """What D and G minimise, a formula a line, in terms of D(x) and D(G(z))."""

    def at_equilibrium(self, values: Mapping[str, Value] | None = None) -> Equilibrium:
        """Where the game rests with these values of the parameters; defaults for those missing."""
        defaults = {name: one.default for name, one in self.parameters.items()}
        given = {name: value for name, value in (values or {}).items() if name in defaults}
        # A loss that says nothing of it has parameters that its equilibrium does not know.
        known = {} if self.equilibrium is Equilibrium else defaults | given
        return self.equilibrium(**known)


@dataclass(frozen=True, kw_only=True)
class Penalty(Record):
    """A function (D, real, fake, generator, **parameters) to one value a sample.

    One on both players is a function of (d_losses, g_losses, d_parameters, g_parameters) instead.
    Its parameter `gamma` is its strength. `end`, the share of it that is left at the run's end, and
    `every`, in which steps it is asked for, are read by the objective.
    """

    kind: ClassVar[str] = "penalty"
    both_players: bool = False
    """Whether it is on the game, and not on D alone, sample by sample."""


@dataclass(frozen=True, kw_only=True)
class Transform(Record):
    """A function (x, generator, **parameters) that changes real and fake samples before D."""

    kind: ClassVar[str] = "transform"
    level: Callable[..., float] | None = None
    """From a step and the parameters to how strong it is, 0 where it does nothing.

    The function is then called with that level alone, (x, generator, level); members of an ensemble
    may each have their own.
    """
    packs: str = ""
    """The parameter that says how many samples D judges at a time; the function is (x, m)."""


@dataclass(frozen=True, kw_only=True)
class Noise(Record):
    """A function (shape, generator, **parameters) that draws z on the generator's device."""

    kind: ClassVar[str] = "noise"
    inside_z: tuple[str, ...] = ()
    """The parameters that say how many coordinates of z are codes, in their order."""
    quantile: Callable[[Any], Any] | None = None
    """From shares of probability to values of a coordinate; None takes the standard normal's."""


@dataclass(frozen=True, kw_only=True)
class Strategy(Record):
    """A function from a training's state to the report of one step: who moves when."""

    kind: ClassVar[str] = "strategy"
    terms: bool = True
    """Whether terms of a system of networks take part; else it plays the bare game."""


@dataclass(frozen=True, kw_only=True)
class Term(Record):
    """A class with a static method g, and d where D has a part: what each adds to its loss.

    Each takes (move, **parameters) and gives one value a sample.
    """

    kind: ClassVar[str] = "term"
    needs: str = ""
    """What the networks must offer."""
    sees_real: bool = False
    """Whether G's part looks at real samples."""


@dataclass(frozen=True, kw_only=True)
class Data(Record):
    """A function (**parameters) to `Points`, or (**parameters, report) to pictures or pairs."""

    kind: ClassVar[str] = "data"
    own: str = ""
    """The parameter that holds a person's own samples: points as text, or the name of pictures."""
    modes: Callable[..., int] | None = None
    """From the parameters of points by name to how many modes they have."""
    channels: int = 0
    size: int = 0
    """Height and width of the pictures; a parameter of that name chooses another."""
    classes: int = 0
    """How many labels there are; 0 for none."""
    count: int = 0
    """How many pictures; 0 where that depends."""
    names: tuple[str, ...] = ()
    """What the classes are called, where they have names."""
    box: int = 0
    """Of handwritten digits: the side of the square that is as large as MNIST's 20 to a reader."""


@dataclass(frozen=True, kw_only=True)
class Network(Record):
    """A function to G and D.

    For pictures it takes (shape, **parameters), for points two lists of generators, one a member of
    an ensemble, and z_dim, scale, pack and the parameters by name; for super-resolution scale and
    side, the pixels of an original's crop, and the parameters by name.
    """

    kind: ClassVar[str] = "network"
    sizes: tuple[int, ...] = ()
    """Heights and widths of the pictures that it makes; any where there are none."""
    classes: int = 0
    """How many classes the pictures must have at least."""
    conditional: bool = False
    """Whether both players are given the class of each picture."""
    batch_norm: bool | str = False
    """Whether D normalises over its batch, or the parameter that has it do so by "batch"."""
    noise: str = ""
    """The only noise that it takes, where there is one."""
    offers: tuple[str, ...] = ()
    """What terms find in it, such as "an encoder"."""
    scales: tuple[int, ...] = ()
    """By how many times it enlarges, of super-resolution."""
    attention: bool = False
    """Whether it has attention that can be shown."""
    prepare: str = ""
    """Where the function (G, source, report) is that is called before the first step."""
    scores: str = ""
    """Where the function (state, classifier) is that measures what only such networks can do."""

    def makes(self, size: int) -> bool:
        """Whether it makes pictures of that height and width."""
        return not self.sizes or size in self.sizes

    def normalises_batch(self, values: Mapping[str, Value]) -> bool:
        """Whether D's answer to one sample hangs on the mean and spread of its whole batch."""
        if isinstance(self.batch_norm, str):
            return values[self.batch_norm] == "batch"
        return self.batch_norm


@dataclass(frozen=True, kw_only=True)
class Optimizer(Record):
    """A function (weights, config) to an optimiser; config is an `OptimizerConfig`."""

    kind: ClassVar[str] = "optimizer"
    ensembles: bool = False
    """Whether it also takes `rates`, the learning rates of an ensemble's members."""


@dataclass(frozen=True, kw_only=True)
class Decay(Record):
    """A function from progress, 0 to 1, to the share of the way from a rate to its floor."""

    kind: ClassVar[str] = "decay"


@dataclass(frozen=True, kw_only=True)
class Metric(Record):
    """A function of what `needs` names to a number, or to a number and its standard deviation.

    It says how good generated pictures are. `title` is its name inside a sentence, `summary` what
    it measures.
    """

    kind: ClassVar[str] = "metric"
    needs: tuple[str, ...] = ("fake", "real")
    """The arguments: features "fake" (N, D) and "real" (M, D), and their "neighbours"; of generated
    pictures a classifier's "logits" (N, C), the class "read" in each (N,) and that "intended" (N,),
    and the number of "classes". It is measured where all of them are known."""
    higher: bool = False
    """Whether more is better."""
    unit: str = ""
    """What the axis of its curve is called; its title where it is left out."""
    places: int = 3
    """Digits behind the point."""
    detail: str = ""
    """What follows its name where it is named in full, such as ' with k = {k}' of a quality."""
    floor: str = ""
    """Under which key real pictures' own score stands; '' for the name with '_floor'."""
    where: tuple[str, ...] = ("evaluate", "run", "quick", "summary", "curve")
    """Where it is measured: by the command "evaluate"; of a "run" on demand and at its end; also
    "quick", while the run trains. And where it is shown besides: in the "summary" of a run's
    quality, and as a "curve" over the run's steps."""
    logarithmic: bool = False
    """Whether its curve has a logarithmic axis."""

    @property
    def heading(self) -> str:
        """The title as it stands alone."""
        return self.title[:1].upper() + self.title[1:]

    @property
    def direction(self) -> str:
        """Which values are better, in a word."""
        return "higher" if self.higher else "lower"


@dataclass(frozen=True, kw_only=True)
class Preset(Record):
    """A function () to a `RunConfig` that is worth trying, with its explanation."""

    kind: ClassVar[str] = "preset"
    watch: str = ""
    """One sentence: what to look at while it trains."""
    film: int = 64
    """How many of the fixed z a film of it shows."""
    idea: str = ""
    """Two or three sentences: what problem it answers, and how; '' for no explanation."""
    objective: tuple[str, ...] = ()
    """What the players minimise, in LaTeX, a formula a line; () for what its loss says."""
    recipe: str = ""
    """Networks, optimisers and steps, in one or two sentences."""
    look: tuple[str, ...] = ()
    """What to look at while it trains, and what to change to see the idea at work."""
    paper: str = ""
    """The source of its explanation, where that names more than `source`."""

    @cached_property
    def config(self) -> Any:
        """The configuration itself."""
        return self.load()()

    def check(self) -> None:
        """Raise an error if there is no configuration, which pages and command line list."""
        self.config.to_json()


@dataclass(frozen=True, kw_only=True)
class Method(Record):
    """A function (data) to the settings, by path, that a method against mode collapse changes.

    They are changed in a plain GAN on the data of that name, in the order in which
    `RunConfig.with_values` takes them. `summary` is its idea in two sentences; what it costs is
    measured by `ganlab.bench.cost`.
    """

    kind: ClassVar[str] = "method"
    fails: str = ""
    """When the method does not help."""
    year: int = 0
    truncation: float = 0.0
    """Share of z, those at which G is steepest, that is left out when samples are drawn."""

    def values_on(self, data: str) -> dict[str, Any]:
        """The settings that it changes in a run on the data of that name."""
        return dict(self.load()(data))

    def racing_on(self, data: str) -> dict[str, Any]:
        """The same for a comparison, whose members share their budget and seed."""
        common = ("steps", "seconds", "seed")
        return {path: v for path, v in self.values_on(data).items() if path not in common}


@dataclass(frozen=True, kw_only=True)
class DiracGame(Record):
    """A function (**parameters) to a game of the Dirac-GAN; `formula` is its vector field."""

    kind: ClassVar[str] = "dirac_game"
    spectrum: str = ""
    """Its eigenvalues at the equilibrium, in LaTeX."""
    critical: Mapping[str, float] = field(default_factory=dict)
    """Where a parameter turns a spiral into a straight approach."""


@dataclass(frozen=True, kw_only=True)
class DiracUpdate(Record):
    """A function (game, position, position before, step size, **parameters) to the next one."""

    kind: ClassVar[str] = "dirac_update"


KINDS: Mapping[str, type[Record]] = {
    one.kind: one
    for one in (
        Loss,
        Penalty,
        Transform,
        Noise,
        Strategy,
        Term,
        Data,
        Network,
        Optimizer,
        Decay,
        Metric,
        Preset,
        Method,
        DiracGame,
        DiracUpdate,
    )
}
"""The kinds of records by name, which is also that of their decorator."""
