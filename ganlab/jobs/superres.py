"""Super-resolution trainings as runs: what their records hold besides what every run's holds.

Nothing here loads torch before it is needed: pages that only list runs import it too.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganlab.errors import ConfigError
from ganlab.files import write_file
from ganlab.jobs.folder import RunFolder
from ganlab.jobs.info import SUPERRES, RunInfo
from ganlab.jobs.store import Store

if TYPE_CHECKING:
    from ganlab.training.superres.config import Plan


def start_of(record: RunFolder) -> Path:
    """The weights that the run goes on from, if it has any."""
    return record.folder / "start.safetensors"


def create(
    store: Store, plan: "Plan", title: str = "", start: Path | None = None, start_name: str = ""
) -> RunFolder:
    """A new run of that plan, not started; `start` is a file of weights to go on from.

    The weights are copied, so that the run stays whole when their own run is deleted.
    """
    from ganlab.training.superres.initial_weights import started
    from ganlab.training.superres.recipes import PRESETS, needs_start

    if needs_start(plan.preset) and start is None:
        first = plan.preset.replace("srgan", "srresnet")
        raise ConfigError(
            f"{plan.preset} goes on from trained weights: train {first} first, or name a file"
        )
    if start is not None:
        started(start, plan.scale, plan.preset)  # refuses what could not be gone on from
    facts: dict[str, Any] = {
        "kind": SUPERRES,
        "config": plan.to_json(),
        "title": title or PRESETS[plan.preset].title,
        "preset": plan.preset,
        "start": start_name or (start.stem if start else None),
    }
    record = store.add(plan.preset, facts)
    if start is not None:
        write_file(start_of(record), start.read_bytes())
    return record


def with_networks(store: Store, infos: Iterable[RunInfo]) -> dict[Path, RunInfo]:
    """The super-resolution runs that stand still and have left a network, by its file."""
    ended = (info for info in infos if info.kind == SUPERRES and not info.live)
    found = {store.open(info.id).network: info for info in ended}
    return {path: info for path, info in found.items() if path.is_file()}
