"""Whether the diagnosis of a run is right: real runs, judged by what was measured apart from it.

`python -m benchmarks.diagnosis record` trains the runs of every setting and writes what a worker
would have recorded of them, with measurements of their last state, into `diagnosis.npz`.
`python -m benchmarks.diagnosis` compares the diagnosis of those records with the states that follow
from the measurements, on the settings that its thresholds were chosen by; `--kept` on the others.
"""

import argparse
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganlab.config import RunConfig
from ganlab.evaluation.diagnosis import diagnose
from ganlab.evaluation.evidence import Evidence
from ganlab.presets import preset
from ganlab.registry import Data, find

FILE = Path(__file__).with_name("diagnosis.npz")
SEEDS = (0, 1, 2, 3)
ROWS = 200
"""Rows of a record: each is the mean of as many steps."""
LOOKS = 40
"""How often the variety of a run is measured."""
PICTURES = 1_000
POINTS = 10_000
MOVED = 0.2
"""The last share of a run over which the motion of fixed z is measured."""

EVEN = {"d_optimizer.lr": 1e-3, "g_optimizer.lr": 2.5e-4}
PLAIN = {"batch": 64, "precision": "float32"}
GP = {"loss": "wasserstein", "penalties": "wgan-gp", "penalties.wgan-gp.gamma": 0.2}


@dataclass(frozen=True)
class Setting:
    """A configuration that is trained with several seeds."""

    preset: str
    values: Mapping[str, Any] = field(default_factory=dict)
    steps: int = 2_000
    until: int = 0
    """The step at which it is stopped before its budget is spent; 0 for none."""
    kept: bool = False
    """Whether no threshold may be chosen by it."""
    seeds: Sequence[int] = SEEDS

    @property
    def config(self) -> RunConfig:
        """Its configuration."""
        return preset(self.preset).with_values({**self.values, "steps": self.steps})


def ring(*, kept: bool = False, steps: int = 2_000, until: int = 0, **more: Any) -> Setting:
    """The plain GAN on a ring of eight, with other values."""
    values = {path.replace("__", "."): value for path, value in more.items()}
    return Setting("ring-collapse", {**PLAIN, **values}, steps, until, kept)


def even(**more: Any) -> Setting:
    """The same with learning rates at which it learns."""
    return ring(d_optimizer__lr=1e-3, g_optimizer__lr=2.5e-4, **more)


GRID = {"data": "grid", "batch": 64, "precision": "float32"}
MOONS = {"data": "two-moons", "batch": 64, "precision": "float32"}
WGAN_GP = {
    "loss": "wasserstein",
    "penalties": "wgan-gp",
    "penalties__wgan_gp__gamma": 0.2,
}
SMALL = {"network.width": 8}
TWO = (0, 1)

SETTINGS: dict[str, Setting] = {
    "ring, collapse": ring(),
    "ring, even rates": even(),
    "ring, momentum 0.9": ring(
        d_optimizer__lr=1e-3,
        g_optimizer__lr=1e-3,
        d_optimizer__beta1=0.9,
        g_optimizer__beta1=0.9,
    ),
    "ring, fast D": ring(d_optimizer__lr=5e-3, g_optimizer__lr=1e-4),
    "ring, fast D, minimax": ring(d_optimizer__lr=5e-3, g_optimizer__lr=1e-4, loss="minimax"),
    "ring, WGAN-GP": Setting("ring-collapse", {**PLAIN, **EVEN, **GP}),
    "ring, Wasserstein without a bound": even(loss="wasserstein"),
    "ring, D does not learn": ring(d_optimizer__lr=1e-9),
    "ring, G does not learn": ring(g_optimizer__lr=1e-9, d_optimizer__lr=1e-3),
    "ring, D pretrained": even(d_warmup=400),
    "ring, R1": Setting("ring-collapse", {**PLAIN, **EVEN, "penalties": "r1"}),
    "ring, least squares": even(loss="least-squares"),
    "ring, both rates 10": ring(d_optimizer__lr=10, g_optimizer__lr=10),
    "ring, both rates 1": ring(d_optimizer__lr=1, g_optimizer__lr=1),
    "ring, stopped early": even(steps=20_000, until=100),
    "ring, smoothing 0.5": Setting("ring-collapse", {**PLAIN, **EVEN, "loss.smoothing": 0.5}),
    "sine": Setting("sine", {"batch": 64, "precision": "float32"}, 2_000),
    "MNIST, small DCGAN": Setting("fast-mnist", SMALL, 800, seeds=TWO),
    "MNIST, plain GAN that collapses": Setting(
        "vanilla-mnist",
        {"d_optimizer.lr": 5e-5, "g_optimizer.lr": 1e-3, "batch": 64, "ema": 0.99},
        600,
        seeds=TWO,
    ),
    "MNIST, plain GAN": Setting("vanilla-mnist", {}, 30_000, until=950, seeds=(0,)),
    "MNIST, hinge": Setting("hinge", SMALL, 250, seeds=(0,)),
    "MNIST, stopped early": Setting("fast-mnist", SMALL, 20_000, until=60, seeds=TWO),
    "MNIST, conditional": Setting("cgan-mnist", SMALL, 500, seeds=TWO),
    "MNIST, both rates 10": Setting(
        "fast-mnist", {**SMALL, "d_optimizer.lr": 10, "g_optimizer.lr": 10}, 220, seeds=TWO
    ),
    # Kept apart.
    "ring, K = 5": even(d_steps=5, steps=1_000, kept=True),
    "ring, momentum 0.5": ring(d_optimizer__lr=1e-3, g_optimizer__lr=1e-3, kept=True),
    "ring, hinge": even(loss="hinge", kept=True),
    "ring, minimax, D pretrained": even(loss="minimax", d_warmup=400, kept=True),
    "ring, the preset": Setting("ring", {"batch": 64, "precision": "float32"}, 2_000, kept=True),
    "grid, the preset": Setting("grid", {"precision": "float32"}, 3_000, kept=True),
    "grid, plain": Setting("ring-collapse", GRID, 2_000, kept=True),
    "grid, both rates 10": Setting(
        "ring-collapse", {**GRID, "d_optimizer.lr": 10, "g_optimizer.lr": 10}, 2_000, kept=True
    ),
    "grid, D does not learn": Setting(
        "ring-collapse", {**GRID, "d_optimizer.lr": 1e-9}, 2_000, kept=True
    ),
    "moons, even rates": Setting("ring-collapse", {**MOONS, **EVEN}, 2_000, kept=True),
    "moons, collapse": Setting("ring-collapse", MOONS, 2_000, kept=True),
    "moons, Wasserstein without a bound": Setting(
        "ring-collapse", {**MOONS, **EVEN, "loss": "wasserstein"}, 2_000, kept=True
    ),
    "moons, stopped early": Setting(
        "ring-collapse", {**MOONS, **EVEN}, 20_000, until=150, kept=True
    ),
    "digits": Setting("digits", SMALL, 800, kept=True, seeds=TWO),
    "digits-collapse": Setting(
        "digits-collapse",
        {"d_optimizer.lr": 5e-5, "g_optimizer.lr": 1e-3},
        900,
        kept=True,
        seeds=TWO,
    ),
    "digits-varied": Setting("digits-varied", {}, 500, kept=True, seeds=TWO),
    "digits, conditional": Setting("cgan-digits", SMALL, 500, kept=True, seeds=TWO),
    "CIFAR-10, hinge": Setting(
        "hinge", {"data": "cifar10", "network.width": 8, "batch": 32}, 220, kept=True, seeds=TWO
    ),
    "CIFAR-10, G twenty times as fast": Setting(
        "lsgan",
        {
            "data": "cifar10",
            "network.width": 8,
            "batch": 32,
            "ema": 0,
            "d_optimizer.lr": 1e-5,
            "g_optimizer.lr": 2e-3,
        },
        220,
        kept=True,
        seeds=TWO,
    ),
}


# --- recording ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Run:
    """What was recorded of one run."""

    setting: str
    seed: int
    end: str
    columns: dict[str, NDArray[Any]]
    """As a run stores them; NaN where nothing was measured in a row."""
    measured: dict[str, float]
    """What was measured of its last state."""


def recorded(name: str) -> list[Run]:
    """Train a setting with each of its seeds: points in lock-step, pictures one by one."""
    import torch

    from ganlab.training.loop import Training
    from ganlab.training.state import is_points

    torch.set_num_threads(1)
    setting = SETTINGS[name]
    began = time.process_time()
    if is_points(setting.config):
        members = [{"seed": seed} for seed in setting.seeds]
        runs = _watched(name, Training(setting.config, members, device="cpu"), setting.seeds)
    else:
        runs = []
        for seed in setting.seeds:
            config = setting.config.with_values({"seed": seed})
            runs += _watched(name, Training(config, device="cpu"), [seed])
    print(f"{name}: {time.process_time() - began:.0f} CPU s", flush=True)
    return runs


def _watched(name: str, training: Any, seeds: Sequence[int]) -> list[Run]:
    """Train to the end of a setting, with the rows that a worker would have recorded."""
    from ganlab.evaluation.variety import LiveVariety

    last = SETTINGS[name].until or training.config.steps
    points = training.state.task.name == "points"
    look = None if points else LiveVariety(training.state)
    chunk = max(1, last // ROWS)
    every = max(chunk, last // LOOKS)
    rows: list[list[dict[str, float]]] = [[] for _ in seeds]
    looks: list[tuple[int, Any]] = []
    measured_at = 0
    while training.step < last and not training.end:
        tick = training.advance(min(chunk, last - training.step))
        scalars = list(tick.members) or [tick.scalars]
        scores: list[dict[str, float]] = [{} for _ in seeds]
        if tick.step - measured_at >= every or tick.step >= last:
            measured_at = tick.step
            shown = training.snapshot().arrays["fake"]
            if points:
                scores = training.ensemble.measure()
                looks.append((tick.step, np.asarray(shown, np.float32)))
            else:
                labels = training.state.shown_labels(len(shown))
                scores = [look(shown, labels)] if look else [{}]
        for k, row in enumerate(rows):
            row.append({"step": tick.step, **scalars[k], **scores[k]})
    measured = _of_points(training, looks) if points else [_of_pictures(training)]
    lost = training.ensemble.lost
    runs = []
    for k, seed in enumerate(seeds):
        names = list(dict.fromkeys(key for row in rows[k] for key in row))
        columns = {
            key: np.array([row.get(key, np.nan) for row in rows[k]], np.float32) for key in names
        }
        end = "diverged" if k in lost else training.end or "stopped"
        facts = {key: float(value) for key, value in measured[k].items()}
        runs.append(Run(name, seed, end, columns, facts))
    return runs


def _of_points(training: Any, looks: list[tuple[int, Any]]) -> list[dict[str, float]]:
    """Measurements of each member: other z, other real samples, and more of both."""
    import torch

    from ganlab.metrics.divergence import cell_counts, js
    from ganlab.metrics.modes import score_modes
    from ganlab.training.tasks.points import in_batches, sample_points

    out: list[dict[str, float]] = [{} for _ in training.ensemble.members]
    for state, places in zip(training.ensemble.states, training.ensemble.order, strict=True):
        data = state.source.data
        fake = sample_points(state.members, state.shown_generator, POINTS, 91, state.device)
        real = data.sample(POINTS, torch.Generator().manual_seed(92)).expand_as(fake)
        left, right, bottom, top = data.extent
        noise = torch.rand(fake.shape, generator=torch.Generator().manual_seed(93))
        noise = noise * torch.tensor([right - left, top - bottom]) + torch.tensor([left, bottom])
        counts = [cell_counts(x, data.extent) for x in (fake, real)]
        apart = js(*counts)
        with torch.no_grad():
            scores = [in_batches(state, x).double() for x in (real, fake, noise)]
        slopes = _slopes(state, (real + fake)[:, :1000] / 2)
        for k, place in enumerate(places):
            found = {"js": apart[k].item(), "slope": slopes[k]}
            found |= _answers(*(one[k].numpy() for one in scores))
            found["outside"] = float(
                (fake[k].abs() > 10 * max(map(abs, data.extent))).any(-1).float().mean()
            )
            found["spread"] = float(fake[k].std(0).norm() / real[k].std(0).norm())
            if data.modes is not None:
                one = score_modes(fake[k], data.modes, data.std, data.weights)
                shares = torch.bincount(one.nearest, minlength=len(data.modes)) / POINTS
                found |= {
                    "of": len(data.modes),
                    "modes": float(one.modes),
                    "held": float((shares > 0.2 / len(data.modes)).sum()),
                    "high_quality": float(one.high_quality),
                    "within": float(one.spread),
                }
            else:
                from ganlab.metrics.curves import coverage, on_curve

                found["covered"] = float(coverage(fake[k], data.nodes, data.tolerance)) / 20
                found["on_curve"] = float(on_curve(fake[k], data.nodes, data.tolerance))
            found |= _motion(looks, place, data)
            out[place] = found
    return out


def _slopes(state: Any, x: Any) -> list[float]:
    """The mean slope of each member's D between real and generated samples."""
    import torch

    from ganlab.training.tasks.points import in_batches

    x = x.clone().requires_grad_(True)
    with torch.enable_grad():
        (slope,) = torch.autograd.grad(in_batches(state, x).sum(), x)
    return slope.norm(dim=-1).mean(-1).tolist()


def _motion(looks: list[tuple[int, Any]], place: int, data: Any) -> dict[str, float]:
    """How far fixed z moved, in the data's spread: since the first look, and lately.

    'hops' is the mean distance between two looks lately, as a share of the data's spread.
    """
    scale = float(np.linalg.norm(np.asarray(data.extent)[[1, 3]] - np.asarray(data.extent)[[0, 2]]))
    last = looks[-1][0]
    lately = [fake[place] for step, fake in looks if step >= (1 - MOVED) * last]
    moves = [np.linalg.norm(b - a, axis=1).mean() for a, b in pairwise(lately)]
    whole = np.linalg.norm(looks[-1][1][place] - looks[0][1][place], axis=1).mean()
    net = np.linalg.norm(lately[-1] - lately[0], axis=1).mean()
    return {
        "moved": float(whole) / scale,
        "hops": float(np.mean(moves)) / scale if moves else 0.0,
        "net": float(net) / scale,
    }


def _of_pictures(training: Any) -> dict[str, float]:
    """Measurements of a run on pictures by other z than the record's."""
    import torch

    from ganlab.data.pictures import to_float
    from ganlab.data.progress import silent
    from ganlab.evaluation.feature_networks import extractor_for
    from ganlab.evaluation.quality import look_at_generated
    from ganlab.metrics.digits import class_entropy
    from ganlab.metrics.feature_distances import neighbours
    from ganlab.networks.judgement import judge
    from ganlab.training.tasks.pictures import draw_z

    state = training.state
    n = 400 if state.config.data.name == "cifar10" else PICTURES
    n = min(n, len(state.source) // 2)
    extractor, labels = extractor_for(state.config, state.device), state.shown_labels(n)
    fake = look_at_generated(state, extractor, n, labels, silent)
    pictures, classes = state.source.sample(n, seed=991)
    real = extractor.read(pictures)
    found = {"coverage": neighbours(fake.features, real.features, 5).coverage}
    pairs = [torch.pdist(one.features) for one in (fake, real)]
    found["duplicates"] = float((pairs[0] < pairs[1].min()).double().mean())
    found["diversity"] = float(pairs[0].mean() / pairs[1].mean())
    near = torch.cdist(real.features, real.features).fill_diagonal_(torch.inf).amin(1).median()
    found["nearness"] = float(torch.cdist(fake.features, real.features).amin(1).median() / near)
    if extractor.classes:
        read = fake.logits.argmax(1)
        found["class_entropy"] = class_entropy(read, len(extractor.classes))
        if labels is not None:
            found["as_meant"] = float((read == labels[: len(read)].cpu()).double().mean())
    with torch.no_grad():
        z = draw_z(state.config, 256, torch.Generator().manual_seed(94))
        given = state.shown_labels(256)
        G, modes = state.shown_generator, (state.shown_generator.training, state.D.training)
        G.eval()
        state.D.eval()
        samples = [to_float(pictures[:256]), G(z, given).float()]
        samples.append(torch.rand_like(samples[0]) * 2 - 1)
        meant = [classes[:256] if given is not None else None, given, given]
        scores = [
            judge(state.D, x, one).logits.double().numpy()
            for x, one in zip(samples, meant, strict=True)
        ]
        G.train(modes[0])
        state.D.train(modes[1])
        stds = [x.std(0).mean() for x in samples]
    found["pixel_spread"] = float(stds[1] / stds[0])
    return found | _answers(*scores)


def _answers(real: Any, fake: Any, noise: Any) -> dict[str, float]:
    """What D's scores on fresh samples say, whatever its offset.

    'auc' is how often a real sample scores above a generated one. 'd_spread' is the standard
    deviation of its scores over all three kinds.
    """
    both = np.concatenate([real, fake])
    finite = np.isfinite(both).all()
    ranks = both.argsort(kind="stable").argsort() + 1.0
    _, where, counts = np.unique(both, return_inverse=True, return_counts=True)
    ranks = (np.bincount(where, ranks) / counts)[where]
    auc = (ranks[: len(real)].sum() - len(real) * (len(real) + 1) / 2) / (len(real) * len(fake))
    return {
        "auc": float(auc) if finite else 0.5,
        "d_spread": float(np.concatenate([both, noise]).std()) if finite else float("inf"),
        "gap": float(real.mean() - fake.mean()) if finite else float("inf"),
        "accuracy_real": float((real > 0).mean()),
        "accuracy_fake": float((fake < 0).mean()),
    }


def write(runs: Sequence[Run], path: Path = FILE) -> None:
    """Write records into one file of plain arrays."""
    heads = [
        {"setting": r.setting, "seed": r.seed, "end": r.end, "measured": r.measured} for r in runs
    ]
    arrays: dict[str, Any] = {
        f"{k}.{name}": _packed(name, values)
        for k, run in enumerate(runs)
        for name, values in run.columns.items()
    }
    np.savez_compressed(path, runs=np.array(json.dumps(heads)), **arrays)


def _packed(name: str, values: NDArray[Any]) -> NDArray[Any]:
    """In half precision where that holds it, with whole steps."""
    if name == "step":
        return values.astype(np.int32)
    with np.errstate(over="ignore"):
        half = values.astype(np.float16)
    return half if np.isfinite(half[np.isfinite(values)]).all() else values.astype(np.float32)


def read(path: Path = FILE) -> list[Run]:
    """The runs of a file that `write` wrote."""
    with np.load(path) as file:
        heads = json.loads(str(file["runs"]))
        columns: list[dict[str, NDArray[Any]]] = [{} for _ in heads]
        for key in file.files:
            place, _, name = key.partition(".")
            if name:
                columns[int(place)][name] = file[key].astype(np.float64)
    return [Run(**head, columns=own) for head, own in zip(heads, columns, strict=True)]


# --- the true state -------------------------------------------------------------------------------

TROUBLED = ("exploded", "dead-d", "dead-g", "mode-collapse")
"""States in which nothing may be called good."""
BETWEEN = "between"
"""Neither collapsed nor whole: any of three verdicts is right."""
ACCEPTED = {
    "dead-d": ("dead-d", "g-wins"),
    "d-wins": ("d-wins", "faded-gradient"),
    BETWEEN: ("mode-collapse", "healthy", "smeared", "unsure", "d-wins", "faded-gradient"),
}
"""Where more than one verdict is right."""


def true_state(run: Run) -> str:
    """The state of a run by what was measured of its last state, on other z and other real samples.

    exploded       no finite loss, or scores of D that spread beyond 1,000
    early          before 3 % of the budget, or within 200 steps: by definition
    dead-d         D's scores of real, fake and noise spread by less than 1e-6; or it takes 95 % of
                   the fakes for real and ranks them above real ones
    dead-g         points: fixed z have moved by less than 1 % of the plane since the first look
    mode-collapse  modes with a fifth of their share or parts of a curve: three quarters at most.
                   Pictures: distance to each other below 0.35 of the real, or entropy of classes
                   below 0.5
    labels-ignored labels are read within 0.1 of guessing
    memorising     nearest real picture at less than 0.35 of the real distance
    narrow-modes   spread within a mode below a quarter
    unbounded      a Wasserstein critic with a mean slope above 10
    oscillates     fixed z move by a tenth of the plane from look to look
    d-wins         98 % of pairs ranked rightly, where the loss is no distance
    smeared        95 % of the modes, and less than half of the samples within 3 σ of one
    healthy        95 % of the modes or parts; pictures: distance above 0.6, entropy above 0.75
    """
    m, config = run.measured, SETTINGS[run.setting].config
    step = int(run.columns["step"][-1])
    if run.end == "diverged" or not m["d_spread"] < 1e3:
        return "exploded"
    if step < max(200, min(0.03 * config.steps, 1000)):
        return "early"
    critic = config.loss.name in ("wasserstein", "hinge")
    fooled = m["accuracy_fake"] < 0.05 and m["auc"] < 0.5 and not critic
    if m["d_spread"] < 1e-6 or fooled:
        return "dead-d"
    if m.get("moved", 1.0) < 0.01:
        return "dead-g"
    kept = m["held"] / m["of"] if "of" in m else m.get("covered")
    diverse, entropy = m.get("diversity", 1.0), m.get("class_entropy", 1.0)
    if (kept is not None and kept <= 0.75) or diverse < 0.35 or entropy < 0.5:
        return "mode-collapse"
    if m.get("as_meant", 1.0) < 0.2:
        return "labels-ignored"
    if m.get("nearness", 1.0) < 0.35:
        return "memorising"
    if m.get("within", 1.0) < 0.25:
        return "narrow-modes"
    if config.loss.name == "wasserstein" and m.get("slope", 0.0) > 10:
        return "unbounded-critic"
    if m.get("hops", 0.0) > 0.1:
        return "oscillates"
    if m["auc"] > 0.98 and config.loss.name != "wasserstein":
        return "d-wins"
    whole = kept is None or kept >= 0.95
    if whole and m.get("high_quality", 1.0) < 0.5:
        return "smeared"
    return "healthy" if whole and diverse > 0.6 and entropy > 0.75 else BETWEEN


# --- comparing ------------------------------------------------------------------------------------


def evidence_of(run: Run) -> Evidence:
    """What a worker would have handed to the diagnosis at the end of a record."""
    config = SETTINGS[run.setting].config.with_values({"seed": run.seed})
    points = find(Data, config.data.name).space == "points"
    facts: dict[str, float] = {}
    if "of" in run.measured:
        facts["modes_of"] = run.measured["of"]
    elif points:
        facts["covered_of"] = 20
    if "as_meant" in run.columns:
        facts["number_of_classes"] = 10
    return Evidence.of(run.columns, config, facts, end=run.end)


def compare(runs: Sequence[Run]) -> Iterator[str]:
    """The confusion matrix in Markdown, with precision and recall, and what the bars ask."""
    pairs = [(true_state(run), diagnose(evidence_of(run)).state, run) for run in runs]
    states = list(
        dict.fromkeys([*(truth for truth, _, _ in pairs), *(f.name for _, f, _ in pairs)])
    )
    found_names = [name for name in states if any(f.name == name for _, f, _ in pairs)]
    yield "| measured | N | " + " | ".join(found_names) + " | recall |"
    yield "| --- " * (len(found_names) + 3) + "|"
    for truth in states:
        rows = [f.name for t, f, _ in pairs if t == truth]
        if not rows:
            continue
        right = sum(name in ACCEPTED.get(truth, (truth,)) for name in rows)
        cells = " | ".join(str(rows.count(name) or "") for name in found_names)
        yield f"| {truth} | {len(rows)} | {cells} | {right / len(rows):.2f} |"
    precision = []
    for name in found_names:
        those = [t for t, f, _ in pairs if f.name == name]
        right = sum(name in ACCEPTED.get(t, (t,)) for t in those)
        precision.append(f"{right / len(those):.2f}")
    yield f"| precision | {len(pairs)} | " + " | ".join(precision) + " | |"
    healthy = [f for t, f, _ in pairs if t == "healthy"]
    green = sum(t in TROUBLED and f.kind == "good" for t, f, _ in pairs)
    alarms = sum(f.kind in ("bad", "warning") for f in healthy)
    unsure = sum(f.name == "unsure" for _, f, _ in pairs)
    yield ""
    yield (
        f"Good verdicts on collapsed, dead or exploded runs: {green}. Alarms on healthy ones: "
        f"{alarms} of {len(healthy)}. Unsure: {unsure} of {len(pairs)}."
    )


def wrong(runs: Sequence[Run]) -> Iterator[str]:
    """Each run whose diagnosis is another than what was measured."""
    for run in runs:
        truth, found = true_state(run), diagnose(evidence_of(run)).state
        if found.name not in ACCEPTED.get(truth, (truth,)):
            yield f"{run.setting}, seed {run.seed}: measured {truth}, found {found.name}"


def main() -> None:
    """Record, or compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="?", default="compare", choices=("compare", "record"))
    parser.add_argument("--only", default="", help="a part of the settings' names")
    parser.add_argument("--out", type=Path, default=FILE)
    parser.add_argument("--kept", action="store_true", help="the settings that were kept apart")
    parser.add_argument("--processes", type=int, default=1)
    chosen = parser.parse_args()
    names = [name for name in SETTINGS if chosen.only in name]
    if chosen.what == "record":
        runs: list[Run] = []
        with ProcessPoolExecutor(chosen.processes) as pool:
            for found in pool.map(recorded, names):
                runs += found
                write(runs, chosen.out)
        return
    runs = [run for run in read(chosen.out) if SETTINGS[run.setting].kept == chosen.kept]
    for line in [*compare(runs), "", *wrong(runs)]:
        print(line)


if __name__ == "__main__":
    main()
