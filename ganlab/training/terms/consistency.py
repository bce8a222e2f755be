"""What G was asked to show must be what the classifier finds in the picture."""

from torch import Tensor

from ganlab.networks.figan import Generator
from ganlab.training.step import Move


def disagreement(found: Tensor, wanted: Tensor) -> Tensor:
    """Mean squared difference over the features, (N, K), (N, K) -> (N,)."""
    return (found - wanted).square().mean(1)


def of_g(move: Move, weight: float = 1.0) -> Tensor:
    """λ times how far the features found lie from those asked for, (N,), in float32.

    The classifier looks at the pictures as they are, whatever is done to them before D.
    """
    G, wanted = move.state.G, move.batch.labels
    assert isinstance(G, Generator)
    assert wanted is not None
    return weight * disagreement(G.read(move.clean), wanted)
