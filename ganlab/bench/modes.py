"""Methods against mode collapse, compared over several seeds by the literature's protocol."""

import math
from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor, nn

from ganlab.bench.cost import QUIET
from ganlab.bench.methods import method_config
from ganlab.bench.rows import SCORES, Row
from ganlab.config import RunConfig
from ganlab.device import clock_of, describe_device
from ganlab.errors import ConfigError
from ganlab.metrics.ceilings import CEILINGS
from ganlab.metrics.modes import score_modes
from ganlab.registry import Method, table
from ganlab.training.loop import Training
from ganlab.training.state import State
from ganlab.training.streams import derived_seed
from ganlab.training.tasks.points import draw_member_z

N = 2500
"""Samples scored a seed. Lin et al. 2018 (PacGAN), section 4.1."""
Z_READ = 7
"""Purpose of the derived seeds of the samples that are scored; training draws none of them."""
OnProgress = Callable[[str, int, int], None]
"""Called with the method, the steps made and the steps in all."""


def silent(method: str, step: int, steps: int) -> None:
    """Report nothing."""


def compare(
    names: Sequence[str],
    data: str,
    seeds: Sequence[int],
    steps: int = 0,
    seconds: float = 0.0,
    n: int = N,
    rule: str = "ball",
    on_progress: OnProgress = silent,
    device: str = "auto",
) -> Iterator[Row]:
    """Yield a row for each method as soon as it is measured on the device.

    steps is the budget of every method, 0 for each method's own; seconds limits the time of each
    training.
    """
    if rule not in CEILINGS:
        raise ConfigError(f"rule must be one of {', '.join(CEILINGS)}, got {rule!r}")
    if n < 1:
        raise ConfigError(f"n must be at least 1, got {n}")
    configs = {name: method_config(name, data, steps) for name in names}
    for name, config in configs.items():
        values = config.with_values({"seconds": seconds})
        yield measure(name, values, seeds, n, rule, on_progress, device)


def measure(
    name: str,
    config: RunConfig,
    seeds: Sequence[int],
    n: int = N,
    rule: str = "ball",
    on_progress: OnProgress = silent,
    device: str = "auto",
) -> Row:
    """Train one GAN per seed, each as it would train alone, and score their samples."""
    if not seeds:
        raise ConfigError("a comparison needs at least one seed, got none")
    variants = [{"seed": seed} for seed in seeds]
    training = Training(config, device=device, variants=variants, pace=QUIET)
    clock = clock_of(training.ensemble.device)
    started = clock()
    while not training.end:
        training.advance(min(100, config.steps - training.step))
        on_progress(name, training.step, config.steps)
    spent = clock() - started
    whole = training.ensemble
    points = whole.source.data
    method = table(Method).get(name)
    truncation = method.truncation if method else 0.0
    drawn = [list(draw(state, n, truncation)) for state in whole.states]
    samples = torch.stack(whole.in_order(drawn))
    scores = score_modes(samples, points.modes, points.std, points.weights, rule)
    return Row(
        method=name,
        data=config.data.name,
        rule=rule,
        n=n,
        modes_of=len(points.modes),
        seeds=tuple(seeds),
        iterations=training.state.g_steps,
        seconds=spent,
        device=describe_device(whole.device),
        scores={one: tuple(map(float, getattr(scores, one).tolist())) for one in SCORES},
    )


@torch.no_grad()
def draw(state: State, n: int, truncation: float = 0.0) -> Tensor:
    """N samples of each member's shown G (E, n, 2), from z of the member's own seed.

    Every seed draws other z, so that the standard error holds the samples' chance too. Of the
    z drawn, the share of truncation at which G is steepest is left out.
    """
    members = state.members
    seeds = [derived_seed(one.seed, Z_READ) for one in members]
    generators = [torch.Generator().manual_seed(seed) for seed in seeds]
    z = draw_member_z(members, needed(n, truncation), generators).to(state.device)
    G = state.shown_generator
    was_training = G.training
    G.eval()
    points = G(flattest(G, z, n) if truncation else z).cpu()
    G.train(was_training)
    return points


# --- truncation -----------------------------------------------------------------------------------


# By the norm of G's Jacobian (JBT): Tanielian, Issenhuth, Dohmatob & Mary 2020, section 4. A
# continuous G that covers separate modes is steep between them, so that its samples between two
# modes come from the z with the largest Jacobian. These z are left out. The method needs G alone:
# no real sample, no mode and no D.


def steepness(G: nn.Module, z: Tensor) -> Tensor:
    """‖∂G/∂z‖ (Frobenius) at each z (E, N, z_dim) -> (E, N), for a G in evaluation mode."""
    z = z.detach().requires_grad_(True)
    with torch.enable_grad():
        points = G(z)  # (E, N, 2); no sample's point depends on another's z
        total = torch.zeros(z.shape[:-1], device=z.device)
        for coordinate in points.unbind(-1):
            (row,) = torch.autograd.grad(coordinate.sum(), z, retain_graph=True)
            total = total + row.square().sum(-1)
    return total.sqrt()


def needed(n: int, share: float) -> int:
    """How many z to draw so that n remain without the steepest share."""
    return math.ceil(n / (1 - share) - 1e-9)


def flattest(G: nn.Module, z: Tensor, n: int) -> Tensor:
    """The n of each member's z (E, N, z_dim) at which G is least steep, in their original order."""
    kept = steepness(G, z).argsort(-1)[:, :n].sort(-1).values
    return z.gather(1, kept[..., None].expand(-1, -1, z.shape[-1]))
