"""A training's state, nested as optimisers nest it, as named tensors and JSON, and back."""

from typing import Any

from torch import Tensor

from ganlab.errors import CheckpointError

TENSOR, TABLE = "tensor", "table"


def flattened(state: Any) -> tuple[dict[str, Tensor], Any]:
    """Tensors by a name made of their way in, and the rest as JSON that says where they stand."""
    tensors: dict[str, Tensor] = {}

    def walk(value: Any, name: str) -> Any:
        if isinstance(value, Tensor):
            tensors[name] = value
            return {TENSOR: name}
        if isinstance(value, dict):  # as pairs: an optimiser's keys are whole numbers
            return {TABLE: [[key, walk(one, f"{name}.{key}")] for key, one in value.items()]}
        if isinstance(value, list | tuple):
            return [walk(one, f"{name}.{place}") for place, one in enumerate(value)]
        return value

    return tensors, walk(state, "state")


def nested(tensors: dict[str, Tensor], layout: Any) -> Any:
    """The state that `flattened` took apart; CheckpointError if a tensor is missing."""
    if isinstance(layout, list):
        return [nested(tensors, one) for one in layout]
    if not isinstance(layout, dict):
        return layout
    if TABLE in layout:
        return {key: nested(tensors, one) for key, one in layout[TABLE]}
    try:
        return tensors[layout[TENSOR]]
    except KeyError as error:
        raise CheckpointError(f"the checkpoint lacks {error.args[0]}: start a new run") from error
