"""Adversarial losses, one class each, as pure functions on logits: one value a sample, shapes kept.

`d(real_logits, fake_logits)` is what D minimises, `g` what G minimises. Logits have any shape, (N,)
for one GAN or (E, N) for an ensemble of E; the result has the same shape and the caller averages
over its last axis. Real and fake batches are of one size. Every loss is in softplus form, so that
its gradient is right at any logit. `d_slopes` and `g_slope` are the derivatives by the logits in
closed form, for loops that run without autograd.

All of it takes tensors and NumPy arrays, so that one text trains and is drawn without torch.
"""

import math
from collections.abc import Callable, Mapping
from functools import partial
from inspect import signature
from typing import Any, NamedTuple

import numpy as np

from ganlab.registry import Equilibrium, Loss, Parameter, Value, loss

Logits = Any
"""A tensor or a NumPy array."""
SMOOTHING = {
    "smoothing": Parameter(0.0, "One-sided label smoothing of the real targets.", 0.0, 0.5)
}
MINIMAX_D = (
    r"-\log\sigma(r)-\log(1-\sigma(a))",
    r"\partial_r=-(1-\sigma(r)),\ \partial_a=\sigma(a)",
)


def smoothed(smoothing: float, saturating: bool) -> Equilibrium:
    """With real targets of 1 - s, the best D answers equal distributions by D* = (1 - s)/2."""
    answer = (1 - smoothing) / 2
    d_loss = -(1 - smoothing) * math.log(answer) - (1 + smoothing) * math.log(1 - answer)
    g_loss = math.log(1 - answer) if saturating else -math.log(answer)
    return Equilibrium(d_loss, g_loss, math.log(answer / (1 - answer)))


@loss(
    "non-saturating",
    summary="G maximises log D(G(z)): strong gradients even where D is sure.",
    formula=r"L_G = -\log\sigma(D(G(z)))",
    source="Goodfellow et al. 2014, section 3",
    parameters=SMOOTHING,
    probability=True,
    unit="nats",
    equilibrium=lambda smoothing: smoothed(smoothing, False),
    d_formula=MINIMAX_D,
    g_formula=(r"-\log\sigma(a)", r"\partial_a=-(1-\sigma(a))"),
    objective=(r"L_D=-\log\sigma(D(x))-\log(1-\sigma(D(G(z))))", r"L_G=-\log\sigma(D(G(z)))"),
)
class NonSaturating:
    """Goodfellow et al. 2014, equation 1 for D, section 3 for G."""

    @staticmethod
    def d(real_logits: Logits, fake_logits: Logits, smoothing: float = 0.0) -> Logits:
        """-(1 - s) log σ(real) - s log(1 - σ(real)) - log(1 - σ(fake)).

        smoothing s is one-sided: only real targets move, from 1 to 1 - s (Salimans et al. 2016,
        3.4). At zero logits the value is log 4, the equilibrium in this sum form.
        """
        return softplus(-real_logits) + smoothing * real_logits + softplus(fake_logits)

    @staticmethod
    def d_slopes(
        real_logits: Logits, fake_logits: Logits, smoothing: float = 0.0
    ) -> tuple[Logits, Logits]:
        """The derivatives of `d` by each logit."""
        return sigmoid(real_logits) - 1 + smoothing, sigmoid(fake_logits)

    @staticmethod
    def g(real_logits: Logits, fake_logits: Logits) -> Logits:
        """-log σ(fake): a strong gradient where D wins."""
        return softplus(-fake_logits)

    @staticmethod
    def g_slope(real_logits: Logits, fake_logits: Logits) -> Logits:
        """The derivative of `g` by the fake logit."""
        return sigmoid(fake_logits) - 1


@loss(
    "minimax",
    summary="The game as first written: G's gradient fades where D is sure.",
    formula=r"L_G = \log(1-\sigma(D(G(z))))",
    source="Goodfellow et al. 2014, equation 1",
    parameters=SMOOTHING,
    probability=True,
    saturating=True,
    unit="nats",
    equilibrium=lambda smoothing: smoothed(smoothing, True),
    d_formula=MINIMAX_D,
    g_formula=(r"\log(1-\sigma(a))", r"\partial_a=-\sigma(a)"),
)
class Minimax(NonSaturating):
    """Goodfellow et al. 2014, equation 1, for both."""

    @staticmethod
    def g(real_logits: Logits, fake_logits: Logits) -> Logits:
        """log(1 - σ(fake)), saturating where D wins."""
        return -softplus(fake_logits)

    @staticmethod
    def g_slope(real_logits: Logits, fake_logits: Logits) -> Logits:
        """The derivative of `g` by the fake logit."""
        return -sigmoid(fake_logits)


@loss(
    "least-squares",
    summary="Squared distance to 1 and 0: samples far on the right side are pulled back too.",
    formula=r"L_G = \tfrac12 (D(G(z))-1)^2",
    source="Mao et al. 2017",
    unit="squared score",
    equilibrium=lambda: Equilibrium(0.25, 0.125, 0.5),
    d_formula=(r"\tfrac12(r-1)^2+\tfrac12a^2", r"\partial_r=r-1,\ \partial_a=a"),
    g_formula=(r"\tfrac12(a-1)^2", r"\partial_a=a-1"),
    objective=(r"L_D=\tfrac12(D(x)-1)^2+\tfrac12D(G(z))^2", r"L_G=\tfrac12(D(G(z))-1)^2"),
)
class LeastSquares:
    """Mao et al. 2017, equation 9, on raw scores."""

    @staticmethod
    def d(real_logits: Logits, fake_logits: Logits) -> Logits:
        """½ (real - 1)² + ½ fake²."""
        return 0.5 * (real_logits - 1) ** 2 + 0.5 * fake_logits**2

    @staticmethod
    def d_slopes(real_logits: Logits, fake_logits: Logits) -> tuple[Logits, Logits]:
        """The derivatives of `d` by each logit."""
        return real_logits - 1, 1 * fake_logits

    @staticmethod
    def g(real_logits: Logits, fake_logits: Logits) -> Logits:
        """½ (fake - 1)²."""
        return 0.5 * (fake_logits - 1) ** 2

    @staticmethod
    def g_slope(real_logits: Logits, fake_logits: Logits) -> Logits:
        """The derivative of `g` by the fake logit."""
        return fake_logits - 1


@loss(
    "wasserstein",
    summary="The critic estimates a distance; clipping or a penalty must keep it 1-Lipschitz.",
    formula=r"L_G = -D(G(z))",
    source="Arjovsky et al. 2017",
    critic=True,
    unit="score",
    equilibrium=lambda: Equilibrium(0.0, None, None),
    d_formula=(r"a-r", r"\partial_r=-1,\ \partial_a=1"),
    g_formula=(r"-a", r"\partial_a=-1"),
)
class Wasserstein:
    """Arjovsky et al. 2017, algorithm 1."""

    @staticmethod
    def d(real_logits: Logits, fake_logits: Logits) -> Logits:
        """Minus the critic's estimate of the distance."""
        return fake_logits - real_logits

    @staticmethod
    def d_slopes(real_logits: Logits, fake_logits: Logits) -> tuple[Logits, Logits]:
        """The derivatives of `d` by each logit."""
        return filled(real_logits, -1.0), filled(fake_logits, 1.0)

    @staticmethod
    def g(real_logits: Logits, fake_logits: Logits) -> Logits:
        """-fake."""
        return -fake_logits

    @staticmethod
    def g_slope(real_logits: Logits, fake_logits: Logits) -> Logits:
        """The derivative of `g` by the fake logit."""
        return filled(fake_logits, -1.0)


@loss(
    "hinge",
    summary="D stops caring about samples it already separates by a margin of 1.",
    formula=r"L_D = \max(0,1-D(x))+\max(0,1+D(G(z)))",
    source="Lim & Ye 2017; Miyato et al. 2018",
    unit="score",
    margin=True,
    equilibrium=lambda: Equilibrium(2.0, None, 0.0),
    d_formula=(r"\max(0,1-r)+\max(0,1+a)", r"\partial_r=-[r<1],\ \partial_a=[a>-1]"),
    g_formula=(r"-a", r"\partial_a=-1"),
    objective=(r"L_D=\max(0,1-D(x))+\max(0,1+D(G(z)))", r"L_G=-D(G(z))"),
)
class Hinge(Wasserstein):
    """Lim & Ye 2017; Miyato et al. 2018, equation 16."""

    @staticmethod
    def d(real_logits: Logits, fake_logits: Logits) -> Logits:
        """max(0, 1 - real) + max(0, 1 + fake)."""
        return relu(1 - real_logits) + relu(1 + fake_logits)

    @staticmethod
    def d_slopes(real_logits: Logits, fake_logits: Logits) -> tuple[Logits, Logits]:
        """The derivatives of `d` by each logit, 0 at the corners."""
        return -step(1 - real_logits), step(1 + fake_logits)


@loss(
    "relativistic",
    summary="D compares real with fake in pairs: no mode can be left aside for free.",
    formula=r"L_D = -\log\sigma(D(x)-D(G(z)))",
    source="Jolicoeur-Martineau 2018; Huang et al. 2024",
    paired=True,
    unit="nats",
    equilibrium=lambda: Equilibrium(math.log(2), math.log(2), None),
    d_formula=(r"-\log\sigma(r-a)", r"\partial_r=-\sigma(a-r)=-\partial_a"),
    g_formula=(r"-\log\sigma(a-r)", r"\partial_a=-\sigma(r-a)"),
)
class Relativistic:
    """Jolicoeur-Martineau 2018; Huang et al. 2024 (R3GAN). At equal logits both are log 2."""

    @staticmethod
    def d(real_logits: Logits, fake_logits: Logits) -> Logits:
        """-log σ(real - fake) by pairs."""
        return softplus(fake_logits - real_logits)

    @staticmethod
    def d_slopes(real_logits: Logits, fake_logits: Logits) -> tuple[Logits, Logits]:
        """The derivatives of `d` by each logit."""
        slope = sigmoid(fake_logits - real_logits)
        return -slope, slope

    @staticmethod
    def g(real_logits: Logits, fake_logits: Logits) -> Logits:
        """-log σ(fake - real) by pairs."""
        return softplus(real_logits - fake_logits)

    @staticmethod
    def g_slope(real_logits: Logits, fake_logits: Logits) -> Logits:
        """The derivative of `g` by the fake logit."""
        return -sigmoid(real_logits - fake_logits)


@loss(
    "relativistic-average",
    summary="Least squares about the other side's mean score: real 1 above fake, on average.",
    formula=r"L_D = (D(x)-\overline{D(G(z))}-1)^2+(D(G(z))-\overline{D(x)}+1)^2",
    source="Jolicoeur-Martineau 2018 (RaLSGAN)",
    paired=True,
    unit="squared score",
    equilibrium=lambda: Equilibrium(2.0, 2.0, None),
    d_formula=(
        r"(r-\bar a-1)^2+(a-\bar r+1)^2",
        r"\partial_{\bar r}=4(\bar r-\bar a-1)=-\partial_{\bar a}",
    ),
    g_formula=(
        r"(a-\bar r-1)^2+(r-\bar a+1)^2",
        r"\partial_{\bar a}=4(\bar a-\bar r-1)",
    ),
    objective=(
        r"L_D=(D(x)-\overline{D(G(z))}-1)^2+(D(G(z))-\overline{D(x)}+1)^2",
        r"L_G=(D(G(z))-\overline{D(x)}-1)^2+(D(x)-\overline{D(G(z))}+1)^2",
    ),
)
class RelativisticAverage:
    """RaLSGAN, Jolicoeur-Martineau 2018; means run over the last axis, the batch."""

    @staticmethod
    def d(real_logits: Logits, fake_logits: Logits) -> Logits:
        """(real - mean fake - 1)² + (fake - mean real + 1)²; 2 where all logits are equal."""
        above, below = real_logits - mean(fake_logits), fake_logits - mean(real_logits)
        return (above - 1) ** 2 + (below + 1) ** 2

    @staticmethod
    def d_slopes(real_logits: Logits, fake_logits: Logits) -> tuple[Logits, Logits]:
        """The derivatives of the sum of `d` by each logit, which also moves a mean."""
        above, below = real_logits - mean(fake_logits), fake_logits - mean(real_logits)
        by_real = (above - 1) - mean(below + 1)
        by_fake = (below + 1) - mean(above - 1)
        return 2 * by_real, 2 * by_fake

    @staticmethod
    def g(real_logits: Logits, fake_logits: Logits) -> Logits:
        """The same with real and fake exchanged."""
        return RelativisticAverage.d(fake_logits, real_logits)

    @staticmethod
    def g_slope(real_logits: Logits, fake_logits: Logits) -> Logits:
        """The derivative of the sum of `g` by the fake logit."""
        return RelativisticAverage.d_slopes(fake_logits, real_logits)[0]


@loss(
    "ragan",
    summary="Real looks more real than the average fake, and fake less than the average real.",
    formula=r"L_D = -\tfrac12\log\sigma(D(x)-\overline{D(G(z))})"
    r"-\tfrac12\log\sigma(\overline{D(x)}-D(G(z)))",
    source="Jolicoeur-Martineau 2018 (RaGAN); Wang et al. 2018 (ESRGAN), equations 1 and 2, halved",
    paired=True,
    equilibrium=lambda: Equilibrium(math.log(2), math.log(2), None),
    d_formula=(
        r"-\tfrac12\log\sigma(r-\bar a)-\tfrac12\log\sigma(\bar r-a)",
        r"\partial_{\bar r}=-\sigma(\bar a-\bar r)=-\partial_{\bar a}",
    ),
    g_formula=(
        r"-\tfrac12\log\sigma(a-\bar r)-\tfrac12\log\sigma(\bar a-r)",
        r"\partial_{\bar a}=-\sigma(\bar r-\bar a)",
    ),
)
class LogisticRelativisticAverage:
    """RaGAN, as ESRGAN's code has it: halved, so that equal logits cost log 2, not log 4."""

    @staticmethod
    def d(real_logits: Logits, fake_logits: Logits) -> Logits:
        """-½ log σ(real - mean fake) - ½ log σ(mean real - fake); means run over the batch."""
        above = softplus(mean(fake_logits) - real_logits)
        return (above + softplus(fake_logits - mean(real_logits))) / 2

    @staticmethod
    def d_slopes(real_logits: Logits, fake_logits: Logits) -> tuple[Logits, Logits]:
        """The derivatives of the sum of `d` by each logit, which also moves a mean."""
        above = sigmoid(mean(fake_logits) - real_logits)
        below = sigmoid(fake_logits - mean(real_logits))
        return -(above + mean(below)) / 2, (below + mean(above)) / 2

    @staticmethod
    def g(real_logits: Logits, fake_logits: Logits) -> Logits:
        """The same with real and fake exchanged."""
        return LogisticRelativisticAverage.d(fake_logits, real_logits)

    @staticmethod
    def g_slope(real_logits: Logits, fake_logits: Logits) -> Logits:
        """The derivative of the sum of `g` by the fake logit."""
        return LogisticRelativisticAverage.d_slopes(fake_logits, real_logits)[0]


# --- what a loss is made of, for tensors and for NumPy's arrays -----------------------------------


def softplus(x: Logits) -> Logits:
    """log(1 + eˣ), right at any x."""
    if isinstance(x, np.ndarray):
        return np.logaddexp(0, x)
    from torch.nn import functional

    return functional.softplus(x)


def sigmoid(x: Logits) -> Logits:
    """1 / (1 + e⁻ˣ), an array with its full relative accuracy however small."""
    return np.exp(-np.logaddexp(0, -x)) if isinstance(x, np.ndarray) else x.sigmoid()


def relu(x: Logits) -> Logits:
    """max(0, x)."""
    return np.maximum(0, x) if isinstance(x, np.ndarray) else x.relu()


def step(x: Logits) -> Logits:
    """1 where x is above 0, else 0: the derivative of `relu`."""
    return (x > 0).astype(x.dtype) if isinstance(x, np.ndarray) else (x > 0).to(x)


def mean(x: Logits) -> Logits:
    """The mean over the last axis, which stays."""
    return x.mean(-1, keepdims=True) if isinstance(x, np.ndarray) else x.mean(-1, keepdim=True)


def filled(x: Logits, value: float) -> Logits:
    """The value in x's shape and type."""
    if isinstance(x, np.ndarray):
        return np.full_like(x, value)
    return x.new_full(x.shape, value)


# --- what loops and drawings call -----------------------------------------------------------------


class LossFunctions(NamedTuple):
    """A loss's functions of (real_logits, fake_logits), its parameters bound."""

    d: Callable[[Logits, Logits], Logits]
    g: Callable[[Logits, Logits], Logits]
    d_slopes: Callable[[Logits, Logits], tuple[Logits, Logits]]
    g_slope: Callable[[Logits, Logits], Logits]


def functions_of(record: Loss, values: Mapping[str, Value]) -> LossFunctions:
    """The functions of a loss with these values; slopes by autograd where no closed form is."""
    d, g = (_bound(getattr(record.load(), player), values) for player in ("d", "g"))
    d_slopes = _closed(record.load(), "d", "d_slopes")
    g_slope = _closed(record.load(), "g", "g_slope")
    return LossFunctions(
        d,
        g,
        _bound(d_slopes, values) if d_slopes else lambda r, f: by_autograd(d, r, f),
        _bound(g_slope, values) if g_slope else lambda r, f: by_autograd(g, r, f)[1],
    )


def by_autograd(function: Callable[..., Any], *logits: Any) -> tuple[Any, ...]:
    """The derivatives of a loss's sum by each of its logits, which are tensors."""
    import torch

    with torch.enable_grad():
        leaves = [one.detach().requires_grad_() for one in logits]
        return torch.autograd.grad(function(*leaves).sum(), leaves, materialize_grads=True)


def _bound(function: Callable[..., Any], values: Mapping[str, Value]) -> Callable[..., Any]:
    """The function with those of the values that it takes."""
    taken = signature(function).parameters
    mine = {name: value for name, value in values.items() if name in taken}
    return partial(function, **mine) if mine else function


def _closed(thing: type, player: str, slopes: str) -> Callable[..., Any] | None:
    """The closed form of a player's slopes; None if there is none, or only that of a base class."""
    owners = [
        next((base for base in thing.__mro__ if name in base.__dict__), None)
        for name in (player, slopes)
    ]
    if owners[0] is None or owners[1] is None or not issubclass(owners[1], owners[0]):
        return None
    return getattr(thing, slopes)
