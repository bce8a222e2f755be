"""A run's files for people: metrics as CSV, a grid as PNG, G with its card."""

import csv
import io

from ganlab.catalogue import DATA
from ganlab.errors import RunError
from ganlab.presets import PRESETS, preset
from ganlab.runs.record import SUPERRES, Record

PNG = b"\x89PNG"


def metrics_csv(record: Record) -> bytes:
    """Every stored row: step, seconds and the metrics, one column each."""
    columns = record.columns()
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    table = zip(*columns.values(), strict=True)
    writer.writerows([f"{value:.9g}" if value == value else "" for value in row] for row in table)
    return out.getvalue().encode()


def grid_png(record: Record, step: int | None = None) -> bytes:
    """The pictures of the fixed z at a step, or the newest, as one PNG."""
    found = record.sample(step)
    if found is None or not found[1].startswith(PNG):
        raise RunError(f"{record.id} has no pictures yet")
    return found[1]


def superres_network(record: Record) -> bytes:
    """The file of weights of a super-resolution run, as `upscale --method` takes it."""
    if not record.network.is_file():
        raise RunError(f"{record.id} has left no network yet: let it train for a few seconds")
    return record.network.read_bytes()


def generator_file(record: Record) -> bytes:
    """The G that makes the run's pictures, alone, with a card: what it is and how it came to be.

    A generator of digits is judged for its card, which takes a minute. `generator.load` reads it.
    """
    return _network_file(record, with_d=False)


def players_file(record: Record) -> bytes:
    """Both networks as they stand, with a card but not judged; `load_players` reads it."""
    return _network_file(record, with_d=True)


def _network_file(record: Record, with_d: bool) -> bytes:
    from ganlab.checkpoint import load_tensors, to_file  # torch, which the other files do without
    from ganlab.generator import load
    from ganlab.judge.classifier import JUDGED, is_there
    from ganlab.judge.evaluation import evaluate

    info = record.info()
    if info.kind == SUPERRES:
        return superres_network(record)
    config = record.config()
    if not record.checkpoint.exists():
        raise RunError(f"{record.id} has no checkpoint yet: let it train for a few seconds")
    tensors, stored = load_tensors(record.checkpoint)
    prefixes = ("G_mean." if config.ema else "G.", *(("D.",) if with_d else ()))
    kept = {name: tensor for name, tensor in tensors.items() if name.startswith(prefixes)}
    changed = config.difference(preset(info.preset)) if info.preset in PRESETS else {}
    options = "".join(f" --set {path}={mine}" for path, (mine, _) in changed.items())
    card = {
        "what": f"{config.network.name} on {config.data.name}, the averaged G"
        + (" and its D" if with_d else ""),
        "data": DATA[config.data.name].summary,
        "config": config.to_json(),
        "seed": config.seed,
        "steps": int(stored["step"]),
        "seconds": round(float(stored["seconds"])),
        "hardware": f"{record.facts().get('device_name', info.device)}, 1 thread",
        "command": f"python -m ganlab train {info.preset or 'FILE.json'}{options} --device cpu",
    }
    if config.data.name in JUDGED and is_there() and not with_d:
        card["quality"] = evaluate(load(record.checkpoint))
    if info.quality.get("step") == stored["step"]:
        card["measured"] = info.quality
    return to_file(kept, {"config": config.to_json(), "card": card})
