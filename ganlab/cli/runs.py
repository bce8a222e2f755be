"""`runs`: list, inspect, continue and export the stored runs."""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ganlab.cli import compare
from ganlab.cli.settings import add_device, settings
from ganlab.errors import ConfigError, RunBusy
from ganlab.formatting import percent


def add(commands: "argparse._SubParsersAction[Any]") -> None:
    """Add the command and its verbs."""
    parser = commands.add_parser(
        "runs", help="list, show, compare, resume, branch, measure, stop, delete, export"
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    _verb(verbs, "list", _list, "every run, newest first", run=False)
    _verb(verbs, "show", _show, "one run with its configuration")
    compare.arguments(_verb(verbs, "compare", compare.compare, "runs side by side", run=False))
    resume = _verb(verbs, "resume", _resume, "go on from the last checkpoint, here and now")
    resume.add_argument("--steps", type=int, default=0, help="add this many steps to the budget")
    add_device(resume)
    resume.add_argument("--threads", type=int, default=1, help="CPU threads of the training")
    branch = _verb(verbs, "branch", _branch, "a new run that starts from this one's checkpoint")
    branch.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    branch.add_argument(
        "--step", type=int, help="start from this step, trained again from the nearest kept state"
    )
    add_device(branch)
    branch.add_argument("--threads", type=int, default=1, help="CPU threads of the training")
    _verb(verbs, "measure", _measure, "the quality of its pictures as it stands, kept with the run")
    _verb(verbs, "stop", _stop, "ask the run's worker to stop, with a checkpoint")
    delete = _verb(verbs, "delete", _delete, "remove the run and its folder")
    delete.add_argument("--yes", action="store_true", help="without confirmation")
    export = _verb(
        verbs, "export", _export, "metrics as CSV or events, samples as GIF or PNG, or G itself"
    )
    export.add_argument(
        "--out",
        required=True,
        help="a file that ends in .csv, .gif, .png or .safetensors; with --tensorboard a folder",
    )
    export.add_argument(
        "--tensorboard", action="store_true", help="event files, in a folder of the run's name"
    )
    export.add_argument("--with-d", action="store_true", help="write D too, to a .safetensors file")


def _verb(
    verbs: Any, name: str, handler: Callable[..., int], help_text: str, run: bool = True
) -> argparse.ArgumentParser:
    parser = verbs.add_parser(name, help=help_text)
    if run:
        parser.add_argument("run", help="the run's id, as 'runs list' shows it")
    parser.add_argument("--json", action="store_true", help="end with one JSON object on stdout")
    parser.set_defaults(handler=handler)
    return parser


def _store() -> Any:
    from ganlab.jobs.store import Store

    return Store()


def _say(text: str) -> None:
    print(text)  # noqa: T201


def _list(chosen: argparse.Namespace) -> int:
    infos = _store().infos()
    if chosen.json:
        keys = ("id", "title", "preset", "state", "step", "steps", "seconds", "created")
        _say(json.dumps({"runs": [{k: getattr(info, k) for k in keys} for info in infos]}))
        return 0
    for info in infos:
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(info.created))
        _say(f"{info.id:44} {info.state:10} {info.step:>9,} {when}  {info.title}")
    if not infos:
        _say("No runs yet: try 'python -m ganlab train digits --seconds 30'.")
    return 0


def _show(chosen: argparse.Namespace) -> int:
    from ganlab.cli.train import summary

    record = _store().open(chosen.run)
    out = summary(record) | {"config": record.info().config}
    _say(json.dumps(out) if chosen.json else json.dumps(out, indent=2))
    return 0


def _train_on(chosen: argparse.Namespace, record: Any) -> int:
    from ganlab.cli.train import ENDS_WELL, summary, work_with_progress

    info = work_with_progress(record, chosen.device, chosen.threads)
    text = json.dumps(summary(record)) if chosen.json else f"{info.id}: {info.state}. {info.words}"
    _say(text)
    return 0 if info.state in ENDS_WELL else 1


def _resume(chosen: argparse.Namespace) -> int:
    record = _store().open(chosen.run)
    if chosen.steps < 0:
        raise ConfigError(f"--steps must be at least 0, got {chosen.steps}")
    if record.info().live:
        raise RunBusy(f"{chosen.run} is under way already: 'runs stop' ends it")
    record.extend_budget(chosen.steps)
    return _train_on(chosen, record)


def _branch(chosen: argparse.Namespace) -> int:
    store = _store()
    last = store.open(chosen.run).info().step
    if chosen.step is not None and not 0 <= chosen.step <= last:
        raise ConfigError(f"--step must be 0 to {last}, where {chosen.run} is, got {chosen.step}")
    return _train_on(chosen, store.branch(chosen.run, settings(chosen.set), chosen.step))


def _measure(chosen: argparse.Namespace) -> int:
    from ganlab.metrics.scores import has_scores, in_short

    record = _store().open(chosen.run)
    found = (
        _measured_by_worker(record) if record.is_alive() else _measured_here(record, chosen.json)
    )
    _say(json.dumps(found) if chosen.json else in_short(found))
    return 0 if has_scores(found) else 1


def _measured_here(record: Any, as_json: bool) -> dict[str, Any]:
    import torch

    from ganlab.jobs.evaluation import measured_afterwards

    torch.set_num_threads(1)

    def report(message: str, share: float) -> None:
        done = {"share": share, "words": message}
        line = json.dumps(done) if as_json else f"{message}: {percent(share)}"
        print(line, file=sys.stderr, flush=True)  # noqa: T201

    return measured_afterwards(record, report)


def _measured_by_worker(record: Any) -> dict[str, Any]:
    """Send the command to the worker and wait until it has stored the quality."""
    at = record.facts().get("measured", 0)
    number = record.command("measure")
    while record.is_alive() and record.facts().get("measured", 0) == at:
        if refused := record.answer(number):
            raise RunBusy(f"{record.id} cannot be measured now: {refused}")
        time.sleep(0.2)
    return record.info().quality


def _stop(chosen: argparse.Namespace) -> int:
    store = _store()
    record = store.open(chosen.run)
    if store.leave_queue(chosen.run):
        record.set_facts(state="stopped", words="Stopped before it started.")
    elif record.is_alive():
        record.command("stop")
        deadline = time.monotonic() + 30
        while record.is_alive() and time.monotonic() < deadline:
            time.sleep(0.1)
    elif record.info().state == "queued":
        record.command("stop")  # should its worker be starting at this moment
        record.set_facts(state="stopped", words="Stopped before it started.")
    info = record.info()
    _say(json.dumps({"run": info.id, "status": info.state}) if chosen.json else info.state)
    return 0 if not info.live else 1


def _delete(chosen: argparse.Namespace) -> int:
    store = _store()
    store.open(chosen.run)
    if not chosen.yes:
        if not sys.stdin.isatty():
            raise ConfigError(f"deleting {chosen.run} cannot be undone: add --yes")
        if input(f"Delete {chosen.run} and all it holds? [y/N] ").strip().lower() != "y":
            return 1
    store.delete(chosen.run)
    _say(json.dumps({"deleted": chosen.run}) if chosen.json else f"Deleted {chosen.run}.")
    return 0


def _export(chosen: argparse.Namespace) -> int:
    from ganlab.export import files
    from ganlab.export.film.film import film

    record, path = _store().open(chosen.run), Path(chosen.out)
    if chosen.tensorboard:
        return _export_events(chosen, record, path)
    writers = {
        ".csv": files.metrics_csv,
        ".gif": lambda record: film(record, ".gif").content,
        ".png": files.grid_png,
        ".safetensors": files.players_file if chosen.with_d else files.generator_file,
    }
    if path.suffix not in writers:
        raise ConfigError(f"--out must end in {', '.join(writers)}, got {path.name}")
    from ganlab.files import write_file

    write_file(path, writers[path.suffix](record))
    _say(json.dumps({"file": str(path)}) if chosen.json else str(path))
    return 0


def _export_events(chosen: argparse.Namespace, record: Any, home: Path) -> int:
    from ganlab.export.comparison import compared
    from ganlab.export.tensorboard import write_events

    record.config()  # raises for a run that is no GAN's
    folder = write_events(compared(record), home)
    _say(json.dumps({"folder": str(folder)}) if chosen.json else str(folder))
    return 0
