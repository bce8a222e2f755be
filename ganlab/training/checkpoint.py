"""One safe file: tensors as safetensors, the rest as JSON in its header. Nothing is unpickled."""

import json
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from ganlab.config import RunConfig
from ganlab.data.progress import Report, silent
from ganlab.device import choose_device
from ganlab.errors import CheckpointError
from ganlab.files import write_file
from ganlab.training import group_checkpoint
from ganlab.training.ensemble_groups import Field
from ganlab.training.state import State, build_state
from ganlab.training.state_tensors import pack, stored_config, stored_members, unpack

FORMAT = "ganlab/1"


def save_tensors(path: Path, tensors: dict[str, Tensor], facts: dict[str, Any]) -> None:
    """Write tensors and JSON facts as one file, atomically."""
    write_file(path, to_file(tensors, facts))


def to_file(tensors: dict[str, Tensor], facts: dict[str, Any]) -> bytes:
    """The file that `load_tensors` reads."""
    ready = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    header = {"format": FORMAT, "facts": json.dumps(facts, allow_nan=False)}
    return save(ready, header)


def load_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The tensors and facts of a file that `save_tensors` wrote.

    Raises CheckpointError in one sentence if the file is missing, cut, or of another kind.
    """
    if not path.is_file():
        raise CheckpointError(f"there is no checkpoint at {path}")
    try:
        with safe_open(str(path), framework="pt") as file:
            header = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (no dict)
    except (SafetensorError, OSError, ValueError) as error:
        raise CheckpointError(
            f"{path.name} is no whole safetensors file: it may be cut or foreign ({error})"
        ) from error
    if header.get("format") != FORMAT:
        raise CheckpointError(f"{path.name} was not written by ganlab, or by a newer one")
    try:
        return tensors, json.loads(header["facts"])
    except (KeyError, ValueError) as error:
        raise CheckpointError(f"{path.name} has a header that cannot be read") from error


def save_run(path: Path, state: State | Field) -> None:
    """Write all that is needed to go on with the run exactly where it stands."""
    tensors, facts = group_checkpoint.pack(state) if isinstance(state, Field) else pack(state)
    save_tensors(path, tensors, facts)


def load_run(
    path: Path,
    device: str = "auto",
    config: RunConfig | None = None,
    report: Report = silent,
) -> State:
    """The run stored at path, ready to go on. config replaces the stored one, for a branch."""
    tensors, facts = load_tensors(path)
    try:
        whole = [config or stored_config(facts), *stored_members(facts)]
        state = build_state(whole[0], choose_device(device), report, members=whole)
        unpack(state, tensors, facts)
    except CheckpointError as error:
        raise CheckpointError(f"{path.name} cannot be used: {error}") from error
    return state


def load_field(
    path: Path,
    device: str = "auto",
    config: RunConfig | None = None,
    report: Report = silent,
) -> Field:
    """The race stored at path, ready to go on. What config says otherwise, all members do."""
    tensors, facts = load_tensors(path)
    try:
        field = group_checkpoint.stored_field(facts, choose_device(device), config, report)
        group_checkpoint.unpack(field, tensors, facts)
    except CheckpointError as error:
        raise CheckpointError(f"{path.name} cannot be used: {error}") from error
    return field
