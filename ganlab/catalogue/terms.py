"""What a system of networks adds to the two players' losses beyond the game itself.

The trait `d` is where D's part is, left out where D has none; `sees_real` says that G's part looks
at real samples; `needs` is what the networks must offer.
"""

from ganlab.catalogue.spec import Parameter, Spec

TERMS: dict[str, Spec] = {
    "information": Spec(
        target="ganlab.training.terms.information:of_g",
        summary="D's second head reads the codes back off the picture: G must write them into it.",
        formula=r"-\lambda\,\mathbb E[\log Q(c\mid G(z,c))]\;\ge\;\lambda\,(H(c)-I(c;G(z,c)))",
        source="Chen et al. 2016 (InfoGAN), equations 5 and 6",
        parameters={
            "weight": Parameter(1.0, "λ of the categorical code.", 0.0, 10.0),
            "continuous": Parameter(0.1, "λ of the continuous codes.", 0.0, 10.0),
        },
        traits={"d": "ganlab.training.terms.information:of_d", "needs": "codes"},
    ),
    "reconstruction": Spec(
        target="ganlab.training.terms.reconstruction:of_g",
        summary="An encoder's z must give the picture back, as D's own features see it.",
        formula=r"\gamma\,(\|D_\ell(x)-D_\ell(G(E(x)))\|^2+\beta\,\mathrm{KL}(E(x)\,\|\,p(z)))",
        source="Larsen et al. 2016, algorithm 1",
        parameters={
            "weight": Parameter(20.0, "γ: likeness against style.", 0.0, 100.0),
            "prior": Parameter(0.0001, "β: how strongly codes are drawn to N(0, I).", 0.0, 10.0),
        },
        traits={
            "d": "ganlab.training.terms.reconstruction:of_d",
            "sees_real": True,
            "needs": "an encoder",
        },
    ),
    "consistency": Spec(
        target="ganlab.training.terms.consistency:of_g",
        summary="The classifier must find in the picture the features that G was asked for.",
        formula=r"\lambda\,\tfrac1K\|F(G(z,f))-f\|^2",
        source="Ours; the conditional game is Hasenstab et al. 2023's",
        parameters={"weight": Parameter(1.0, "λ.", 0.0, 100.0)},
        traits={"needs": "a classifier's features"},
    ),
}
