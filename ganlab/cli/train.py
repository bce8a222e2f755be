"""`train`: train a run in this process; it is stored like every other run."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from ganlab.bench.methods import names
from ganlab.cli.settings import add_device, add_settings, configuration
from ganlab.config.fit import PAIRS
from ganlab.config.variants import Variant
from ganlab.errors import ConfigError
from ganlab.metrics.scores import in_short
from ganlab.registry import Data, Method, find

ENDS_WELL = ("finished", "stopped")


def add(commands: "argparse._SubParsersAction[Any]") -> None:
    """Add the command."""
    parser = commands.add_parser("train", help="train a preset or a configuration")
    add_settings(parser)
    add_device(parser)
    parser.add_argument("--threads", type=int, default=1, help="CPU threads of the training")
    parser.add_argument(
        "--start",
        type=Path,
        help="of super-resolution: weights whose body to go on from, such as checkpoints/"
        "sr-x4-psnr.safetensors",
    )
    parser.add_argument("--title", default="", help="what to call the run")
    parser.add_argument(
        "--race",
        metavar="METHOD,…",
        default="",
        help="train one GAN per method in lock-step, such as plain,pacgan2,r1-r2 (on points)",
    )
    parser.add_argument("--json", action="store_true", help="end with one JSON object on stdout")
    parser.set_defaults(handler=train)


def train(chosen: argparse.Namespace) -> int:
    """Train; 0 if the run finished or was stopped, 1 if it failed or diverged."""
    name, config = configuration(chosen)
    if find(Data, config.data.name).own:
        from ganlab.data.own_pictures import kept

        config = kept(config, lambda message, share: print(message, file=sys.stderr))  # noqa: T201
    from ganlab.device import choose_device
    from ganlab.jobs.store import Store

    device = str(choose_device(chosen.device))
    if find(Data, config.data.name).space == PAIRS:
        from ganlab.jobs import superres

        if chosen.race:
            raise ConfigError("several GANs can share one run on points only: leave --race out")
        record = superres.create(Store(), config, chosen.title, name, chosen.start)
    elif chosen.start is not None:
        raise ConfigError(f"only super-resolution goes on from a file of weights, not {name}")
    else:
        racing = racers(chosen.race, config.data.name)
        record = Store().create(config, chosen.title, name, racing)
    info = work_with_progress(record, device, chosen.threads)
    if chosen.json:
        print(json.dumps(summary(record), allow_nan=False))  # noqa: T201
    else:
        print(f"{record.id}: {info.state} at step {info.step:,}. {info.words}")  # noqa: T201
        for finding in info.diagnosis:
            print(f"  {finding['sentence']} {finding['advice']}".rstrip())  # noqa: T201
        if info.quality:
            print(f"  {in_short(info.quality)}")  # noqa: T201
    return 0 if info.state in ENDS_WELL else 1


def racers(methods: str, data: str) -> list[Variant]:
    """A variant for each of the methods, which commas separate; none for ''."""
    if not methods:
        return []
    chosen = [find(Method, name) for name in names(methods)]
    return [Variant(one.title, one.racing_on(data)) for one in chosen]


def work_with_progress(record: Any, device: str, threads: int) -> Any:
    """Train a stored run in this process with a progress bar on stderr; its RunInfo at the end."""
    import torch
    from tqdm import tqdm

    from ganlab.jobs.worker import work

    torch.set_num_threads(max(1, threads))
    bar = tqdm(total=record.info().steps, file=sys.stderr, unit="step", dynamic_ncols=True)

    def on_tick(tick: Any, training: Any) -> None:
        del training
        bar.update(tick.step - bar.n)
        shown = [k for k in ("d_loss", "g_loss", "l1") if k in tick.scalars]
        bar.set_postfix({k: f"{tick.scalars[k]:.3f}" for k in shown}, refresh=False)

    try:
        work(record, device, on_tick)
    finally:
        bar.close()
    info = record.info()
    if info.state not in ENDS_WELL:
        print(f"ganlab: {info.words}", file=sys.stderr)  # noqa: T201
    return info


def summary(record: Any) -> dict[str, Any]:
    """The fields of a run that --json prints."""
    info = record.info()
    return {
        "run": info.id,
        "preset": info.preset,
        "status": info.state,
        "steps": info.step,
        "seconds": round(info.seconds, 3),
        "steps_per_second": round(info.step / info.seconds, 3) if info.seconds else 0.0,
        "device": info.device,
        "metrics": info.results,
        "quality": info.quality or None,
        "features": info.quality.get("features"),
        "diagnosis": [f"{one['sentence']} {one['advice']}".strip() for one in info.diagnosis],
        "checkpoint": str(record.checkpoint) if record.checkpoint.exists() else None,
        "words": info.words,
    }
