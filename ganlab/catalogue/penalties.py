"""The penalties that a run can add, all in the convention γ/2 · E‖∇D‖²."""

from ganlab.catalogue.spec import Parameter, Spec


def _gamma(default: float) -> Parameter:
    return Parameter(
        default, "Strength γ in γ/2 · E‖∇D‖² (twice a paper's λ).", 0.0, 1000.0, logarithmic=True
    )


END = Parameter(
    1.0,
    "Share of γ that is left at the run's end; it falls by the same factor in every step.",
    1e-4,
    1.0,
    logarithmic=True,
    live=False,
)
EVERY = Parameter(
    1,
    "Only in every so many steps, and as much stronger: on pictures it saves most of its time.",
    1,
    64,
    live=False,
)
"""Lazy regularisation (Karras et al. 2020, section 3.1)."""


PENALTIES: dict[str, Spec] = {
    "r1": Spec(
        target="ganlab.objective.penalties:r1",
        summary="Flattens D at real samples: the game converges near its solution.",
        formula=r"\tfrac\gamma2\,\mathbb E_{x}\|\nabla D(x)\|^2",
        source="Mescheder et al. 2018",
        parameters={"gamma": _gamma(1.0), "end": END, "every": EVERY},
        traits={"kind": "samples"},
    ),
    "r2": Spec(
        target="ganlab.objective.penalties:r2",
        summary="Flattens D at fake samples, where R1 does not look.",
        formula=r"\tfrac\gamma2\,\mathbb E_{z}\|\nabla D(G(z))\|^2",
        source="Mescheder et al. 2018",
        parameters={"gamma": _gamma(1.0), "end": END, "every": EVERY},
        traits={"kind": "samples"},
    ),
    "r1-r2": Spec(
        target="ganlab.objective.penalties:r1_r2",
        summary="Both, in one pass: with the relativistic loss, a game that converges.",
        formula=r"\tfrac\gamma2\,(\mathbb E_{x}\|\nabla D\|^2+\mathbb E_{z}\|\nabla D\|^2)",
        source="Huang et al. 2024 (R3GAN)",
        parameters={"gamma": _gamma(1.0), "end": END, "every": EVERY},
        traits={"kind": "samples"},
    ),
    "wgan-gp": Spec(
        target="ganlab.objective.penalties:wgan_gp",
        summary="Slope 1 between real and fake, as a Wasserstein critic wants it.",
        formula=r"\tfrac\gamma2\,\mathbb E_{\hat x}(\|\nabla D(\hat x)\|-1)^2",
        source="Gulrajani et al. 2017, λ = 10",
        parameters={"gamma": _gamma(20.0)},
        traits={"kind": "samples"},
    ),
    "zero-centred": Spec(
        target="ganlab.objective.penalties:zero_centred",
        summary="Flattens D between real and fake.",
        formula=r"\tfrac\gamma2\,\mathbb E_{\hat x}\|\nabla D(\hat x)\|^2",
        source="Thanh-Tung et al. 2019",
        parameters={"gamma": _gamma(1.0), "end": END},
        traits={"kind": "samples"},
    ),
    "dragan": Spec(
        target="ganlab.objective.penalties:dragan",
        summary="Slope 1 in a neighbourhood of the data.",
        formula=r"\tfrac\gamma2\,\mathbb E_{x,\delta}(\|\nabla D(x+\delta)\|-1)^2",
        source="Kodali et al. 2017, λ = 10",
        parameters={
            "gamma": _gamma(20.0),
            "spread": Parameter(0.5, "Size of δ in standard deviations of the data.", 0.0, 2.0),
        },
        traits={"kind": "samples"},
    ),
    "consensus": Spec(
        target="ganlab.objective.penalties:consensus",
        summary="Both players also shrink the length of the game's vector field v.",
        formula=r"\tfrac\gamma2\,\|v(\theta,\psi)\|^2",
        source="Mescheder et al. 2017",
        parameters={"gamma": _gamma(10.0)},
        traits={"kind": "game"},
    ),
}
