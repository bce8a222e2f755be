"""The order in which the two players move.

The trait `space` says that a strategy is for points alone; `terms` is False where it plays the
bare game, without what a system of networks adds to it.
"""

from ganlab.catalogue.spec import Parameter, Spec

STRATEGIES: dict[str, Spec] = {
    "alternating": Spec(
        target="ganlab.training.strategies:alternating",
        summary="D moves K times, then G answers the D it now meets.",
        source="Goodfellow et al. 2014, algorithm 1",
    ),
    "g-twice": Spec(
        target="ganlab.training.strategies:g_twice",
        summary="D moves K times, then G moves twice, so that D does not run away.",
        source="T. Kim's DCGAN for TensorFlow; Srivastava et al. 2017 (VEEGAN)",
    ),
    "simultaneous": Spec(
        target="ganlab.training.strategies:simultaneous",
        summary="G answers the D from before D's move.",
        source="Mescheder et al. 2017",
    ),
    "shared": Spec(
        target="ganlab.training.strategies:shared",
        summary="Both learn from one batch: a single pass of G and D serves both.",
        source="TensorFlow's DCGAN tutorial",
        traits={"terms": False},
    ),
    "unrolled": Spec(
        target="ganlab.training.unrolled:unrolled",
        summary="G answers the D that would come after some more of D's steps.",
        formula=r"\min_\theta L_G(\theta,\psi^{(k)}),\;\psi^{(i+1)}=\psi^{(i)}-\eta\nabla_\psi L_D",
        source="Metz et al. 2017",
        parameters={"unroll": Parameter(5, "Steps of D that G looks ahead.", 1, 10)},
        traits={"space": "points", "terms": False},
    ),
    "optimistic": Spec(
        target="ganlab.training.strategies:optimistic",
        summary="Both repeat their change and take back the one before: circles become spirals.",
        formula=r"w_{t+1}=w_t-2\eta g_t+\eta g_{t-1}",
        source="Daskalakis et al. 2018",
    ),
    "extragradient": Spec(
        target="ganlab.training.strategies:extragradient",
        summary="Both look one move ahead and move by the gradient found there.",
        formula=r"w_{t+1}=w_t-\eta\,g(w_t-\eta\,g(w_t))",
        source="Korpelevich 1976; Gidel et al. 2019",
    ),
}
