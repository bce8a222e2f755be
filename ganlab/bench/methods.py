"""Methods against mode collapse: one plain GAN on points, and the settings that each changes."""

from collections.abc import Mapping
from typing import Any

from ganlab.config import Choice, OptimizerConfig, RunConfig
from ganlab.errors import ConfigError
from ganlab.registry import Method, find, method, table

PLAIN = "plain"
"""The name of the method that all others are compared with."""
PROTOCOL = ("ring", "grid")
"""The data of the literature's comparison: eight of σ 0.01 on a circle, twenty-five of σ 0.05."""
STEPS = 5_000
KEY = "remedy"
"""The key of the method in stored records, tables and JSON output."""
RATES = {"lr": 4e-3, "beta1": 0.0, "beta2": 0.99, "decay": "cosine", "floor": 0.0}
ADAM = OptimizerConfig(lr=1e-3, beta1=0.5, beta2=0.999)


def plain(data: str = "ring", steps: int = STEPS) -> RunConfig:
    """The plain GAN that every method starts from, on data with its default values.

    Its networks are ordinary multilayer perceptrons. A method keeps them unless it sets others, so
    that rows differ by the method alone.
    """
    if data not in PROTOCOL:
        raise ConfigError(f"data must be one of {', '.join(PROTOCOL)}, got {data!r}")
    return RunConfig(
        data=Choice(data),
        network=Choice("mlp", {"g_width": 64, "d_width": 64}),
        z_dim=2,
        d_optimizer=ADAM,
        g_optimizer=ADAM,
        batch=60,  # which two, three and four divide
        ema=0.0,
        precision="float32",
        steps=steps,
    )


def method_config(name: str, data: str = "ring", steps: int = 0) -> RunConfig:
    """The plain GAN on data with the method called name; raise ConfigError that lists them.

    steps is the budget of the run; 0 takes the method's own.
    """
    config = apply(name, plain(data))
    return config.with_values({"steps": steps}) if steps else config


def apply(name: str, config: RunConfig) -> RunConfig:
    """The configuration with the settings of the method; 'plain' changes nothing."""
    return config.with_values(find(Method, name).values_on(config.data.name))


def training_methods() -> dict[str, Method]:
    """The methods that change how G learns, not only how samples are drawn: a race shows them."""
    return {name: one for name, one in table(Method).items() if not one.truncation}


def names(text: str = "", known: Mapping[str, Method] | None = None) -> tuple[str, ...]:
    """The names in text, which commas separate, plain first; all known for ''."""
    known = training_methods() if known is None else known
    chosen = [one.strip() for one in text.split(",") if one.strip()] or list(known)
    unknown = [one for one in chosen if one not in known]
    if unknown:
        raise ConfigError(f"method must be one of {', '.join(known)}, got {unknown[0]!r}")
    return tuple(dict.fromkeys(sorted(chosen, key=lambda one: one != PLAIN)))


def to_stored(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a record for JSON: 'method' is stored under KEY."""
    return {KEY if name == "method" else name: value for name, value in fields.items()}


def from_stored(stored: Mapping[str, Any]) -> dict[str, Any]:
    """The inverse of `to_stored`."""
    return {"method" if name == KEY else name: value for name, value in stored.items()}


@method(
    "plain",
    title="Plain GAN",
    summary="D learns to tell real from generated, and G climbs towards what D takes for real. "
    "Nothing asks G for variety: a few good places are as good to it as all of them.",
    fails="D forgets the modes that G has left, and G hops to where D is weak; the losses look "
    "harmless meanwhile.",
    formula=r"L_D=-\log\sigma(D(x))-\log\sigma(-D(G(z))),\quad L_G=-\log\sigma(D(G(z)))",
    source="Goodfellow, Pouget-Abadie, Mirza, Xu, Warde-Farley, Ozair, Courville & Bengio (2014). "
    "Generative adversarial nets.",
    year=2014,
)
def unchanged(data: str) -> dict[str, Any]:
    """No settings: the method that all others are compared with."""
    return {}


@method(
    "unrolled",
    title="Unrolled GAN, 5 steps",
    summary="G answers not D as it stands, but D as it will have learnt five steps later. "
    "Crowding into one mode no longer pays, for the D of tomorrow has already seen through it.",
    fails="Each step of G costs a chain of D's steps and its gradient; with few steps ahead it "
    "only hops more slowly, and fine detail stays blurred.",
    formula=r"\min_\theta L_G(\theta,\psi^{(k)}),\quad"
    r"\psi^{(i+1)}=\psi^{(i)}-\eta\nabla_\psi L_D(\theta,\psi^{(i)})",
    source="Metz, Poole, Pfau & Sohl-Dickstein (2017). Unrolled generative adversarial networks.",
    year=2017,
)
def unrolled(data: str) -> dict[str, Any]:
    """G's gradient goes through five of D's steps."""
    return {"strategy": "unrolled", "strategy.unroll": 5}


@method(
    "minibatch",
    title="Minibatch discrimination",
    summary="D is given the distance of each sample to the rest of its batch. A batch that is too "
    "uniform is recognised as generated.",
    fails="Closeness is measured in features that D learns: it notices a cluster, but not that "
    "one mode is missing or half as heavy as it should be; its cost grows with the batch's "
    "square.",
    formula=r"o(x_i)_b=\sum_{j\neq i}\exp\left(-\lVert M_{i,b}-M_{j,b}\rVert_1\right)",
    source="Salimans, Goodfellow, Zaremba, Cheung, Radford & Chen (2016). "
    "Improved techniques for training GANs.",
    year=2016,
)
def minibatch(data: str) -> dict[str, Any]:
    """D's last layer but one sees distances within the batch."""
    return {"network.d_batch_feature": "discrimination"}


PACKING: dict[str, Any] = {
    "summary": "D judges as many samples at a time as its name says, all real or all generated. "
    "Samples that lack variety give themselves away side by side, although each one alone "
    "looks real.",
    "fails": "D has to learn from fewer and wider inputs, so that fine detail comes later; a "
    "small loss of weight in one mode is still hard to see in a handful of samples.",
    "formula": r"D(x_1,\dots,x_m),\quad x_i\ \text{all real or all generated}",
    "source": "Lin, Khetan, Fanti & Oh (2018). "
    "PacGAN: The power of two samples in generative adversarial networks.",
    "year": 2018,
}


@method("pacgan2", title="PacGAN2", **PACKING)
def pacgan2(data: str) -> dict[str, Any]:
    """D judges 2 samples at a time."""
    return {"transforms": "packing", "transforms.packing.m": 2}


@method("pacgan3", title="PacGAN3", **PACKING)
def pacgan3(data: str) -> dict[str, Any]:
    """D judges 3 samples at a time."""
    return {"transforms": "packing", "transforms.packing.m": 3}


@method("pacgan4", title="PacGAN4", **PACKING)
def pacgan4(data: str) -> dict[str, Any]:
    """D judges 4 samples at a time."""
    return {"transforms": "packing", "transforms.packing.m": 4}


@method(
    "wgan-gp",
    title="WGAN-GP",
    summary="The critic estimates how far the generated mass has to be moved, its slope held at 1 "
    "between real and generated. A missing mode is mass far away, so that G feels its pull "
    "from everywhere.",
    fails="The slope of 1 does not fade at the solution, so that G keeps circling around it; "
    "the critic needs several steps for each one of G.",
    formula=r"L_D=D(G(z))-D(x)+\lambda(\lVert\nabla D(\hat x)\rVert-1)^2",
    source="Gulrajani, Ahmed, Arjovsky, Dumoulin & Courville (2017). "
    "Improved training of Wasserstein GANs.",
    year=2017,
)
def wgan_gp(data: str) -> dict[str, Any]:
    """Five steps of the critic for one of G."""
    return {
        "loss": "wasserstein",
        "penalties": "wgan-gp",
        # λ = 0.1, as the paper's own code has it for points (gan_toy.py); γ = 2λ.
        "penalties.wgan-gp.gamma": 0.2,
        "d_steps": 5,
    }


@method(
    "r1-r2",
    title="Relativistic, R1 + R2",
    summary="D compares each generated sample with a real one, and is kept flat where real and "
    "generated samples lie. A mode without samples loses every comparison, and at the "
    "solution nothing pushes any more.",
    fails="With γ too large D is blind to small modes; with γ too small the game circles as it "
    "does without.",
    formula=r"L_D=-\log\sigma(D(x)-D(G(z)))"
    r"+\tfrac\gamma2\left(\lVert\nabla D(x)\rVert^2+\lVert\nabla D(G(z))\rVert^2\right)",
    source="Huang, Gokaslan, Kuleshov & Tompkin (2024). "
    "The GAN is dead; long live the GAN! A modern baseline GAN.",
    year=2024,
)
def r1_r2(data: str) -> dict[str, Any]:
    """A γ by the data, for slopes are measured in the data's own units."""
    gamma = 0.1 if data == "grid" else 0.03
    return {"loss": "relativistic", "penalties": "r1-r2", "penalties.r1-r2.gamma": gamma}


@method(
    "annealed",
    title="R1 + R2, annealed and averaged",
    summary="The same game on networks made for it: a G that starts out folded and a D that reads "
    "its input enlarged, so that there are sharp edges from the start. High learning rates fall to "
    "zero along the run while an average of G's weights takes the jitter out.",
    fails="What lies between two modes gets thinner only with more steps; cut short, it is worse "
    "than it will be. Within a mode samples lie closer together than they should.",
    formula=r"\eta_t=\tfrac{\eta_0}2\left(1+\cos\tfrac{\pi t}{T}\right),\quad"
    r"\bar\theta_{t+1}=\beta\bar\theta_t+(1-\beta)\theta_{t+1}",
    source="Huang, Gokaslan, Kuleshov & Tompkin (2024). "
    "The GAN is dead; long live the GAN! A modern baseline GAN.",
    year=2024,
)
def annealed(data: str) -> dict[str, Any]:
    """Twenty-five modes need a G with more folds and a D that sees finer."""
    grid = data == "grid"
    return {
        "loss": "relativistic",
        "penalties": "r1-r2",
        "penalties.r1-r2.gamma": 0.1,
        "network.g_activation": "tanh",
        "network.g_gain": 5.0 if grid else 4.0,
        "network.g_depth": 4,
        "network.d_gain": 6.0 if grid else 3.0,
        "d_optimizer": RATES,
        "g_optimizer": RATES,
        "ema": 0.999 if grid else 0.998,
        "batch": 128,
        "steps": 20_000 if grid else 16_000,
    }


@method(
    "spectral",
    title="Spectral normalisation",
    summary="Each weight of D is divided by its largest singular value, so that D's slope is "
    "bounded everywhere. Its gradients cannot explode; they can still fade.",
    fails="The bound is the same everywhere: a D held that flat cannot resolve modes much "
    "smaller than the picture, and nothing in it asks for variety.",
    formula=r"W_{\mathrm{SN}}=W/\sigma_{\max}(W)",
    source="Miyato, Kataoka, Koyama & Yoshida (2018). "
    "Spectral normalization for generative adversarial networks.",
    year=2018,
)
def spectral(data: str) -> dict[str, Any]:
    """Every layer of D is normalised."""
    return {"network.d_norm": "spectral"}


@method(
    "instance-noise",
    title="Instance noise",
    summary="Real and generated samples are blurred equally for D, until they overlap. "
    "D cannot be sure anywhere, and G feels the pull of modes that it does not reach; the "
    "blur fades while they train.",
    fails="As long as the blur is wider than a mode, G cannot see the mode's own width; once "
    "it has faded, the plain game is back.",
    formula=r"D(x+\sigma_t\varepsilon),\quad D(G(z)+\sigma_t\varepsilon'),\quad\sigma_t\to0",
    source="Sønderby, Caballero, Theis, Shi & Huszár (2017). "
    "Amortised MAP inference for image super-resolution.",
    year=2017,
)
def instance_noise(data: str) -> dict[str, Any]:
    """A σ by the data, in whose units it is."""
    return {
        "transforms": "instance-noise",
        "transforms.instance-noise.sigma": 1.0 if data == "grid" else 0.3,
        "transforms.instance-noise.decay_steps": 4_000,
    }


@method(
    "two-time-scales",
    title="Two time-scales",
    summary="D learns four times as fast as G. What G meets is then closer to the best answer to "
    "where it stands, not an echo of where it was.",
    fails="A D that is nearly perfect is flat where G is, so that a mode that G does not reach "
    "does not pull; the ratio has to be found again for each pair of networks.",
    formula=r"\eta_D=4\,\eta_G",
    source="Heusel, Ramsauer, Unterthiner, Nessler & Hochreiter (2017). "
    "GANs trained by a two time-scale update rule converge to a local Nash equilibrium.",
    year=2017,
)
def two_time_scales(data: str) -> dict[str, Any]:
    """The plain GAN's rate for D, a quarter of it for G."""
    return {"d_optimizer.lr": 1e-3, "g_optimizer.lr": 2.5e-4}


@method(
    "truncated",
    title="R1 + R2, annealed, truncated",
    summary="A connected z must be torn to cover separate modes, and where it is torn G is steep. "
    "The one per cent of z with the steepest G is left out when samples are drawn; neither "
    "real samples nor D are needed.",
    fails="It hides what G has not learnt, and does not cure it: no mode comes back, and with "
    "too large a share rare parts of the data are cut away with the bridges.",
    formula=r"z\sim p(z)\ \big|\ \lVert\partial G/\partial z\rVert_F\le q_{99\,\%}",
    source="Tanielian, Issenhuth, Dohmatob & Mary (2020). "
    "Learning disconnected manifolds: a no GAN's land.",
    year=2020,
    truncation=0.01,
)
def truncated(data: str) -> dict[str, Any]:
    """The same training; only the drawing of samples differs."""
    return annealed(data)
