"""Looking back: a slider over the steps of which a run has kept something, the newest at first."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import streamlit as st

from ganlab.errors import GanlabError
from ganlab.export import files
from ganlab.jobs.kept_states import kept_steps, state_file
from pages.widgets.lab import hub

MOMENTS = 60
"""Steps that the slider over pictures offers at most."""

GONE = "state that has gone"
"""Where a session keeps the last file for which a page has begun again."""


def choose_state(run: str, key: str) -> Path | None:
    """A slider over the states that a run has kept; the file of the one chosen.

    None of a run that has kept none. There is no slider over one alone.
    """
    found = stored_states(run)
    return found[step_slider("At step", list(found), key)] if found else None


@contextmanager
def still_there(path: Path | str | None) -> Iterator[None]:
    """Begin the page again where the state that is read inside has gone meanwhile.

    A run that trains thins out the states that it has kept; those that are left are offered then.
    Where that does not help the error goes on its way.
    """
    try:
        yield
    except (GanlabError, OSError):
        gone = isinstance(path, Path) and not path.is_file()
        if gone and st.session_state.get(GONE) != path:
            st.session_state[GONE] = path
            st.rerun()
        raise


def stored_states(run: str) -> dict[int, Path]:
    """The files of all states of a run by step, ascending, its checkpoint the newest."""
    record = hub().store.open(run)
    found = {step: state_file(record, step) for step in kept_steps(record)}
    if record.checkpoint.is_file():
        found[int(record.facts().get("checkpoint_step", 0))] = record.checkpoint
    return dict(sorted(found.items()))


def choose_moment(runs: Sequence[str]) -> int | None:
    """A slider over the steps of which the runs have pictures; None for the newest of each."""
    found = {step for run in runs for step in hub().store.open(run).sample_steps()}
    if len(found) < 2:
        return None
    steps = np.array(sorted(found))
    places = np.linspace(0, len(steps) - 1, min(MOMENTS, len(steps))).round().astype(int)
    offered = steps[np.unique(places)].tolist()
    at = step_slider(
        "Pictures at step",
        offered,
        f"moment.{'.'.join(runs)}",
        help="All runs look back together: each shows its last pictures up to that step.",
    )
    return None if at == offered[-1] else at


def pictures_at(run: str, step: int | None) -> tuple[int, bytes]:
    """The last pictures of a run up to a step, else its first, as (step, PNG); the newest for None.

    Raises RunError if it has none, as on points.
    """
    record = hub().store.open(run)
    steps = record.sample_steps()
    shown = [one for one in steps if step is None or one <= step] or steps[:1] or [0]
    return shown[-1], files.grid_png(record, shown[-1])


def step_slider(label: str, steps: Sequence[int], key: str, help: str | None = None) -> int:
    """One of these steps, which ascend.

    Who looks at the newest stays with the newest when more come while the run trains; who looks
    back stays there, or next to it where that step is not kept any more.
    """
    newest, state = steps[-1], st.session_state
    if len(steps) < 2:
        return newest
    at = state.get(key)
    if at is None or at == state.get(f"{key}.newest"):
        state[key] = newest
    elif at not in steps:
        state[key] = min(steps, key=lambda one: abs(one - at))
    state[f"{key}.newest"] = newest
    return st.select_slider(label, steps, format_func=lambda one: f"{one:,}", key=key, help=help)
