"""Methods against mode collapse, each as the settings that it changes in a plain GAN.

`values` are settings by path, in the order in which `RunConfig.with_values` takes them. The cost of
a method is not in the table: `ganlab.bench.cost` measures it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Method:
    """A method with the texts of its card."""

    title: str
    idea: str
    """Two sentences."""
    fails: str
    """When the method does not help."""
    values: Mapping[str, Any]
    formula: str
    """In LaTeX."""
    authors: str
    year: int
    work: str
    """The title of the paper."""
    on: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Further values by the name of the data, for what is measured in the data's own units."""
    truncation: float = 0.0
    """Share of z, those at which G is steepest, that is left out when samples are drawn."""

    def values_on(self, data: str) -> dict[str, Any]:
        """The settings that it changes in a run on the data of that name."""
        return {**self.values, **self.on.get(data, {})}

    def racing_on(self, data: str) -> dict[str, Any]:
        """The same for a comparison, whose members share their budget and seed."""
        common = ("steps", "seconds", "seed")
        return {path: v for path, v in self.values_on(data).items() if path not in common}

    @property
    def paper(self) -> str:
        """Authors, year and title in one line."""
        return f"{self.authors} ({self.year}). {self.work}."


PLAIN = "plain"
"""The name of the method that all others are compared with."""

_RATES = {"lr": 4e-3, "beta1": 0.0, "beta2": 0.99, "decay": "cosine", "floor": 0.0}


def _packing(m: int) -> Method:
    return Method(
        title=f"PacGAN{m}",
        idea="D judges as many samples at a time as its name says, all real or all generated. "
        "Samples that lack variety give themselves away side by side, although each one alone "
        "looks real.",
        fails="D has to learn from fewer and wider inputs, so that fine detail comes later; a "
        "small loss of weight in one mode is still hard to see in a handful of samples.",
        values={"transforms": "packing", "transforms.packing.m": m},
        formula=r"D(x_1,\dots,x_m),\quad x_i\ \text{all real or all generated}",
        authors="Lin, Khetan, Fanti & Oh",
        year=2018,
        work="PacGAN: The power of two samples in generative adversarial networks",
    )


ANNEALED = Method(
    title="R1 + R2, annealed and averaged",
    idea="The same game on networks made for it: a G that starts out folded and a D that reads its "
    "input enlarged, so that there are sharp edges from the start. High learning rates fall to "
    "zero along the run while an average of G's weights takes the jitter out.",
    fails="What lies between two modes gets thinner only with more steps; cut short, it is worse "
    "than it will be. Within a mode samples lie closer together than they should.",
    values={
        "loss": "relativistic",
        "penalties": "r1-r2",
        "penalties.r1-r2.gamma": 0.1,
        "network.g_activation": "tanh",
        "network.g_gain": 4.0,
        "network.g_depth": 4,
        "network.d_gain": 3.0,
        "d_optimizer": _RATES,
        "g_optimizer": _RATES,
        "ema": 0.998,
        "batch": 128,
        "steps": 16_000,
    },
    on={
        # Twenty-five modes need a G with more folds and a D that sees finer.
        "grid": {
            "network.g_gain": 5.0,
            "network.d_gain": 6.0,
            "ema": 0.999,
            "steps": 20_000,
        }
    },
    formula=r"\eta_t=\tfrac{\eta_0}2\left(1+\cos\tfrac{\pi t}{T}\right),\quad"
    r"\bar\theta_{t+1}=\beta\bar\theta_t+(1-\beta)\theta_{t+1}",
    authors="Huang, Gokaslan, Kuleshov & Tompkin",
    year=2024,
    work="The GAN is dead; long live the GAN! A modern baseline GAN",
)


METHODS: dict[str, Method] = {
    PLAIN: Method(
        title="Plain GAN",
        idea="D learns to tell real from generated, and G climbs towards what D takes for real. "
        "Nothing asks G for variety: a few good places are as good to it as all of them.",
        fails="D forgets the modes that G has left, and G hops to where D is weak; the losses look "
        "harmless meanwhile.",
        values={},
        formula=r"L_D=-\log\sigma(D(x))-\log\sigma(-D(G(z))),\quad L_G=-\log\sigma(D(G(z)))",
        authors="Goodfellow, Pouget-Abadie, Mirza, Xu, Warde-Farley, Ozair, Courville & Bengio",
        year=2014,
        work="Generative adversarial nets",
    ),
    "unrolled": Method(
        title="Unrolled GAN, 5 steps",
        idea="G answers not D as it stands, but D as it will have learnt five steps later. "
        "Crowding into one mode no longer pays, for the D of tomorrow has already seen through it.",
        fails="Each step of G costs a chain of D's steps and its gradient; with few steps ahead it "
        "only hops more slowly, and fine detail stays blurred.",
        values={"strategy": "unrolled", "strategy.unroll": 5},
        formula=r"\min_\theta L_G(\theta,\psi^{(k)}),\quad"
        r"\psi^{(i+1)}=\psi^{(i)}-\eta\nabla_\psi L_D(\theta,\psi^{(i)})",
        authors="Metz, Poole, Pfau & Sohl-Dickstein",
        year=2017,
        work="Unrolled generative adversarial networks",
    ),
    "minibatch": Method(
        title="Minibatch discrimination",
        idea="D is given the distance of each sample to the rest of its batch. A batch that is too "
        "uniform is recognised as generated.",
        fails="Closeness is measured in features that D learns: it notices a cluster, but not that "
        "one mode is missing or half as heavy as it should be; its cost grows with the batch's "
        "square.",
        values={"network.d_batch_feature": "discrimination"},
        formula=r"o(x_i)_b=\sum_{j\neq i}\exp\left(-\lVert M_{i,b}-M_{j,b}\rVert_1\right)",
        authors="Salimans, Goodfellow, Zaremba, Cheung, Radford & Chen",
        year=2016,
        work="Improved techniques for training GANs",
    ),
    "pacgan2": _packing(2),
    "pacgan3": _packing(3),
    "pacgan4": _packing(4),
    "wgan-gp": Method(
        title="WGAN-GP",
        idea="The critic estimates how far the generated mass has to be moved, its slope held at 1 "
        "between real and generated. A missing mode is mass far away, so that G feels its pull "
        "from everywhere.",
        fails="The slope of 1 does not fade at the solution, so that G keeps circling around it; "
        "the critic needs several steps for each one of G.",
        values={
            "loss": "wasserstein",
            "penalties": "wgan-gp",
            # λ = 0.1, as the paper's own code has it for points (gan_toy.py); γ = 2λ.
            "penalties.wgan-gp.gamma": 0.2,
            "d_steps": 5,
        },
        formula=r"L_D=D(G(z))-D(x)+\lambda(\lVert\nabla D(\hat x)\rVert-1)^2",
        authors="Gulrajani, Ahmed, Arjovsky, Dumoulin & Courville",
        year=2017,
        work="Improved training of Wasserstein GANs",
    ),
    "r1-r2": Method(
        title="Relativistic, R1 + R2",
        idea="D compares each generated sample with a real one, and is kept flat where real and "
        "generated samples lie. A mode without samples loses every comparison, and at the "
        "solution nothing pushes any more.",
        fails="With γ too large D is blind to small modes; with γ too small the game circles as it "
        "does without.",
        values={
            "loss": "relativistic",
            "penalties": "r1-r2",
            "penalties.r1-r2.gamma": 0.03,
        },
        on={"grid": {"penalties.r1-r2.gamma": 0.1}},
        formula=r"L_D=-\log\sigma(D(x)-D(G(z)))"
        r"+\tfrac\gamma2\left(\lVert\nabla D(x)\rVert^2+\lVert\nabla D(G(z))\rVert^2\right)",
        authors="Huang, Gokaslan, Kuleshov & Tompkin",
        year=2024,
        work="The GAN is dead; long live the GAN! A modern baseline GAN",
    ),
    "annealed": ANNEALED,
    "spectral": Method(
        title="Spectral normalisation",
        idea="Each weight of D is divided by its largest singular value, so that D's slope is "
        "bounded everywhere. G's gradients neither vanish nor explode while D learns.",
        fails="The bound is the same everywhere: a D held that flat cannot resolve modes much "
        "smaller than the picture, and nothing in it asks for variety.",
        values={"network.d_norm": "spectral"},
        formula=r"W_{\mathrm{SN}}=W/\sigma_{\max}(W)",
        authors="Miyato, Kataoka, Koyama & Yoshida",
        year=2018,
        work="Spectral normalization for generative adversarial networks",
    ),
    "instance-noise": Method(
        title="Instance noise",
        idea="Real and generated samples are blurred equally for D, until they overlap. "
        "D cannot be sure anywhere, and G feels the pull of modes that it does not reach; the "
        "blur fades while they train.",
        fails="As long as the blur is wider than a mode, G cannot see the mode's own width; once "
        "it has faded, the plain game is back.",
        values={
            "transforms": "instance-noise",
            "transforms.instance-noise.sigma": 0.3,
            "transforms.instance-noise.decay_steps": 4_000,
        },
        on={"grid": {"transforms.instance-noise.sigma": 1.0}},
        formula=r"D(x+\sigma_t\varepsilon),\quad D(G(z)+\sigma_t\varepsilon'),\quad\sigma_t\to0",
        authors="Sønderby, Caballero, Theis, Shi & Huszár",
        year=2017,
        work="Amortised MAP inference for image super-resolution",
    ),
    "two-time-scales": Method(
        title="Two time-scales",
        idea="D learns four times as fast as G. What G meets is then close to the best answer to "
        "where it stands, not an echo of where it was.",
        fails="A D that is nearly perfect is flat where G is, so that a mode that G does not reach "
        "does not pull; the ratio has to be found again for each pair of networks.",
        values={"d_optimizer.lr": 1e-3, "g_optimizer.lr": 2.5e-4},
        formula=r"\eta_D=4\,\eta_G",
        authors="Heusel, Ramsauer, Unterthiner, Nessler & Hochreiter",
        year=2017,
        work="GANs trained by a two time-scale update rule converge to a local Nash equilibrium",
    ),
}

AFTERWARDS: dict[str, Method] = {
    "truncated": replace(
        ANNEALED,
        title="R1 + R2, annealed, truncated",
        idea="A connected z must be torn to cover separate modes, and where it is torn G is steep. "
        "The one per cent of z with the steepest G is left out when samples are drawn; neither "
        "real samples nor D are needed.",
        fails="It hides what G has not learnt, and does not cure it: no mode comes back, and with "
        "too large a share rare parts of the data are cut away with the bridges.",
        truncation=0.01,
        formula=r"z\sim p(z)\ \big|\ \lVert\partial G/\partial z\rVert_F\le q_{99\,\%}",
        authors="Tanielian, Issenhuth, Dohmatob & Mary",
        year=2020,
        work="Learning disconnected manifolds: a no GAN's land",
    ),
}
"""Methods that change how samples are drawn, not how G learns; a race cannot show them."""

ROWS: dict[str, Method] = {**METHODS, **AFTERWARDS}
"""Every row of a comparison."""
