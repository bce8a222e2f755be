"""The order in which the two players move."""

from ganlab.catalogue.spec import Spec

STRATEGIES: dict[str, Spec] = {
    "alternating": Spec(
        target="ganlab.training.strategies:alternating",
        summary="D moves K times, then G answers the D it now meets.",
        source="Goodfellow et al. 2014, algorithm 1",
    ),
    "simultaneous": Spec(
        target="ganlab.training.strategies:simultaneous",
        summary="G answers the D from before D's move.",
        source="Mescheder et al. 2017",
    ),
}
