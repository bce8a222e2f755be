"""A loss term: a classifier finds in the picture the features that G was given."""

from torch import Tensor

from ganlab.networks.figan import Generator
from ganlab.registry import Parameter, term
from ganlab.training.step import Move


def disagreement(found: Tensor, wanted: Tensor) -> Tensor:
    """Mean squared difference over the features, (N, K), (N, K) -> (N,)."""
    return (found - wanted).square().mean(1)


@term(
    "consistency",
    summary="The classifier must find in the picture the features that G was asked for.",
    formula=r"\lambda\,\tfrac1K\|F(G(z,f))-f\|^2",
    source="Ours; the conditional game is Hasenstab et al. 2023's",
    parameters={"weight": Parameter(1.0, "λ.", 0.0, 100.0)},
    needs="a classifier's features",
)
class Consistency:
    """The classifier's reading against what G was asked for."""

    @staticmethod
    def g(move: Move, weight: float = 1.0) -> Tensor:
        """λ times how far the features found lie from those asked for, (N,), in float32.

        The classifier looks at the pictures as they are, whatever is done to them before D.
        """
        G, wanted = move.state.G, move.batch.labels
        assert isinstance(G, Generator)
        assert wanted is not None
        return weight * disagreement(G.read(move.clean), wanted)
