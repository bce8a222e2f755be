"""The games and the updates that the Dirac-GAN can be played with, for forms and their help.

`formula` is the vector field. Traits of a game: `spectrum`, its eigenvalues at the equilibrium;
`critical`, where a parameter turns a spiral into a straight approach.
"""

import math

from ganlab.catalogue.spec import Parameter, Spec

_PAPER = "Mescheder, Geiger & Nowozin 2018"
_GAMMA = Parameter(0.3, "Strength of the penalty, γ/2 · E‖∇D‖². Critical at γ = 1.", 0.0, 3.0)

GAMES: dict[str, Spec] = {
    "GAN": Spec(
        target="ganlab.theory.dirac:minimax",
        summary="The minimax game: both players turn around each other and nobody arrives.",
        formula=r"\dot\theta=-\psi f'(\theta\psi),\quad \dot\psi=\theta f'(\theta\psi)",
        source=f"{_PAPER}, section 2.1",
        traits={"spectrum": r"\lambda=\pm\tfrac{i}{2}"},
    ),
    "NS-GAN": Spec(
        target="ganlab.theory.dirac:non_saturating",
        summary="The non-saturating game: the same circle near the centre, a slow drift far out.",
        formula=r"\dot\theta=-\psi f'(-\theta\psi),\quad \dot\psi=\theta f'(\theta\psi)",
        source=f"{_PAPER}, section 3.1",
        traits={"spectrum": r"\lambda=\pm\tfrac{i}{2}"},
    ),
    "WGAN": Spec(
        target="ganlab.theory.dirac:wasserstein",
        summary="A linear critic, its weight clipped to [-c, c] after each step.",
        formula=r"\dot\theta=-\psi,\quad \dot\psi=\theta,\quad \psi\in[-c,c]",
        source=f"Arjovsky et al. 2017; {_PAPER}, section 3.2",
        parameters={"clip": Parameter(1.0, "The critic's weight stays within ±c.", 0.1, 2.0)},
        traits={"spectrum": r"\lambda=\pm i"},
    ),
    "WGAN-GP": Spec(
        target="ganlab.theory.dirac:wasserstein_penalty",
        summary="The penalty pulls the slope to g₀, not to 0: it pushes away from the centre.",
        formula=(
            r"\dot\theta=-\psi,\quad"
            r"\dot\psi=\theta-\gamma\,\mathrm{sgn}(\psi)\,(|\psi|-g_0)"
        ),
        source=f"Gulrajani et al. 2017; {_PAPER}, section 3.2",
        parameters={
            "gamma": Parameter(0.7, "Strength of the penalty.", 0.0, 3.0),
            "target": Parameter(1.0, "The slope g₀ that the penalty asks for.", 0.0, 2.0),
        },
        traits={"spectrum": r"\lambda\ \text{undefined: the field has a kink at } \psi=0"},
    ),
    "instance noise": Spec(
        target="ganlab.theory.dirac:instance_noise",
        summary="Noise on real and fake alike gives both an overlap: the circle becomes a spiral.",
        formula=(
            r"\dot\theta=-\psi\,\mathbb{E}f'((\theta+\varepsilon)\psi),\quad"
            r"\dot\psi=\mathbb{E}[(\theta+\varepsilon)f'((\theta+\varepsilon)\psi)-xf'(-x\psi)]"
        ),
        source=f"Sønderby et al. 2017; {_PAPER}, section 3.3",
        parameters={"sigma": Parameter(0.7, "Noise σ on both. Critical at σ² = 2.", 0.0, 2.5)},
        traits={
            "spectrum": r"\lambda=-\tfrac{\sigma^2}{4}\pm\tfrac14\sqrt{\sigma^4-4}",
            "critical": {"sigma": math.sqrt(2)},
        },
    ),
    "R1": Spec(
        target="ganlab.theory.dirac:zero_centred",
        summary="The zero-centred penalty is friction for D: it settles where the data are.",
        formula=r"\dot\theta=-\psi f'(\theta\psi),\quad \dot\psi=\theta f'(\theta\psi)-\gamma\psi",
        source=f"{_PAPER}, section 4.1",
        parameters={"gamma": _GAMMA},
        traits={
            "spectrum": r"\lambda=-\tfrac{\gamma}{2}\pm\tfrac12\sqrt{\gamma^2-1}",
            "critical": {"gamma": 1.0},
        },
    ),
    "NS-GAN + R1": Spec(
        target="ganlab.theory.dirac:non_saturating_zero_centred",
        summary="What StyleGAN trains with: near the centre it is the same as R1.",
        formula=r"\dot\theta=-\psi f'(-\theta\psi),\quad \dot\psi=\theta f'(\theta\psi)-\gamma\psi",
        source=f"{_PAPER}, section 4.1",
        parameters={"gamma": _GAMMA},
        traits={
            "spectrum": r"\lambda=-\tfrac{\gamma}{2}\pm\tfrac12\sqrt{\gamma^2-1}",
            "critical": {"gamma": 1.0},
        },
    ),
    "consensus": Spec(
        target="ganlab.theory.dirac:consensus",
        summary="Both players also shrink the field itself: they agree to stand still.",
        formula=r"\dot x=v-\gamma\nabla\tfrac12\lVert v\rVert^2,\quad v\ \text{as in GAN}",
        source="Mescheder, Nowozin & Geiger 2017",
        parameters={"gamma": Parameter(1.0, "Weight of the agreement.", 0.0, 3.0)},
        traits={"spectrum": r"\lambda=-\tfrac{\gamma}{4}\pm\tfrac{i}{2}"},
    ),
}

UPDATES: dict[str, Spec] = {
    "simultaneous": Spec(
        target="ganlab.theory.updates:simultaneous",
        summary="Both players answer the same position.",
        formula=r"x_{t+1}=x_t+h\,v(x_t)",
    ),
    "alternating": Spec(
        target="ganlab.theory.updates:alternating",
        summary="G moves first, then D answers where G now is, K times.",
        formula=(
            r"\theta_{t+1}=\theta_t+h\,v_\theta(\theta_t,\psi_t),\quad"
            r"\psi_{t+1}=\psi_t+h\,v_\psi(\theta_{t+1},\psi_t)"
        ),
        parameters={"d_steps": Parameter(1, "D's steps for each step of G.", 1, 10)},
    ),
    "extragradient": Spec(
        target="ganlab.theory.updates:extragradient",
        summary="Look one step ahead, then move from here with the slope found there.",
        formula=r"x_{t+1}=x_t+h\,v(x_t+h\,v(x_t))",
        source="Korpelevich 1976; Gidel et al. 2019",
    ),
    "optimistic": Spec(
        target="ganlab.theory.updates:optimistic",
        summary="Expect the opponent to keep moving: extrapolate from the last two slopes.",
        formula=r"x_{t+1}=x_t+2h\,v(x_t)-h\,v(x_{t-1})",
        source="Daskalakis et al. 2018",
    ),
}
