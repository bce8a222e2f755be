"""The adversarial losses that a run can choose, with the values they take where G has won.

The trait `undecided` is the score at which D takes a sample for neither real nor fake, 0 where it
is left out; None says that only differences of scores mean something, so that there is none.
`probability` says that σ of the score is D's probability of real.
"""

import math

from ganlab.catalogue.spec import Parameter, Spec

LOSSES: dict[str, Spec] = {
    "non-saturating": Spec(
        target="ganlab.objective.losses:non_saturating_g",
        summary="G maximises log D(G(z)): strong gradients even where D is sure.",
        formula=r"L_G = -\log\sigma(D(G(z)))",
        source="Goodfellow et al. 2014, section 3",
        parameters={
            "smoothing": Parameter(0.0, "One-sided label smoothing of the real targets.", 0.0, 0.5)
        },
        traits={
            "d": "ganlab.objective.losses:minimax_d",
            "d_level": math.log(4),
            "g_level": math.log(2),
            "probability": True,
        },
    ),
    "minimax": Spec(
        target="ganlab.objective.losses:minimax_g",
        summary="The game as first written: G's gradient fades where D is sure.",
        formula=r"L_G = \log(1-\sigma(D(G(z))))",
        source="Goodfellow et al. 2014, equation 1",
        parameters={
            "smoothing": Parameter(0.0, "One-sided label smoothing of the real targets.", 0.0, 0.5)
        },
        traits={
            "d": "ganlab.objective.losses:minimax_d",
            "d_level": math.log(4),
            "g_level": -math.log(2),
            "probability": True,
        },
    ),
    "least-squares": Spec(
        target="ganlab.objective.losses:least_squares_g",
        summary="Squared distance to 1 and 0: samples far on the right side are pulled back too.",
        formula=r"L_G = \tfrac12 (D(G(z))-1)^2",
        source="Mao et al. 2017",
        traits={
            "d": "ganlab.objective.losses:least_squares_d",
            "d_level": 0.25,
            "g_level": 0.125,
            "undecided": 0.5,
        },
    ),
    "wasserstein": Spec(
        target="ganlab.objective.losses:wasserstein_g",
        summary="The critic estimates a distance; clipping or a penalty must keep it 1-Lipschitz.",
        formula=r"L_G = -D(G(z))",
        source="Arjovsky et al. 2017",
        traits={"d": "ganlab.objective.losses:wasserstein_d", "d_level": 0.0, "undecided": None},
    ),
    "hinge": Spec(
        target="ganlab.objective.losses:wasserstein_g",
        summary="D stops caring about samples it already separates by a margin of 1.",
        formula=r"L_D = \max(0,1-D(x))+\max(0,1+D(G(z)))",
        source="Lim & Ye 2017; Miyato et al. 2018",
        traits={"d": "ganlab.objective.losses:hinge_d", "d_level": 2.0},
    ),
    "relativistic": Spec(
        target="ganlab.objective.losses:relativistic_g",
        summary="D compares real with fake in pairs: no mode can be left aside for free.",
        formula=r"L_D = -\log\sigma(D(x)-D(G(z)))",
        source="Jolicoeur-Martineau 2018; Huang et al. 2024",
        traits={
            "d": "ganlab.objective.losses:relativistic_d",
            "paired": True,
            "undecided": None,
            "d_level": math.log(2),
            "g_level": math.log(2),
        },
    ),
    "relativistic-average": Spec(
        target="ganlab.objective.losses:relativistic_average_g",
        summary="Least squares about the other side's mean score: real 1 above fake, on average.",
        formula=r"L_D = (D(x)-\overline{D(G(z))}-1)^2+(D(G(z))-\overline{D(x)}+1)^2",
        source="Jolicoeur-Martineau 2018 (RaLSGAN)",
        traits={
            "d": "ganlab.objective.losses:relativistic_average_d",
            "paired": True,
            "undecided": None,
            "d_level": 2.0,
            "g_level": 2.0,
        },
    ),
}
