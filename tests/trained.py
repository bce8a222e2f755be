"""Runs that are trained once a session; each test that needs one gets a copy of its own."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ganlab.jobs.folder import RunFolder
from ganlab.jobs.store import Store
from ganlab.jobs.worker import work
from ganlab.presets import preset
from ganlab.registry import Method, find

Copies = Callable[..., RunFolder]
"""Makes a copy of one trained run in a store, by default that of GANLAB_HOME; gives its record."""

STEPS = 12
MLP = {"network.g_width": 8, "network.d_width": 8, "batch": 16, "steps": STEPS}
DIGITS = {"network.width": 4, "batch": 8, "steps": STEPS}
RACE = [
    {"label": find(Method, name).title, "values": find(Method, name).racing_on("ring")}
    for name in ("plain", "pacgan2", "r1-r2")
]


def trained_once(
    home: Path, name: str, values: Mapping[str, Any], variants: Sequence[Any] = ()
) -> Copies:
    """Train a preset with these values under home; what copies the finished run."""
    original = Store(home).create(preset(name).with_values(values), "Trained", name, variants)
    assert work(original, "cpu") == "finished"

    def copy(store: Store | None = None, **facts: Any) -> RunFolder:
        store = store or Store()
        number = len(store.records())
        record = RunFolder(store.root / f"{original.id}-{number}")
        shutil.copytree(original.folder, record.folder)
        if facts:
            record.set_facts(**facts)
        return record

    return copy
