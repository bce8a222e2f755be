"""The two-dimensional distributions that a run can choose."""

from ganlab.catalogue.spec import Parameter, Spec


def _noise(default: float) -> Parameter:
    return Parameter(default, "Standard deviation of the noise around the curve.", 0.0, 1.0)


POINTS: dict[str, Spec] = {
    "line": Spec(
        target="ganlab.data.curves:line",
        summary="A straight piece of a line: the easiest thing to learn.",
        parameters={
            "length": Parameter(2.0, "Its length.", 0.1, 10.0),
            "angle": Parameter(30.0, "Its slope in degrees.", -180.0, 180.0),
            "noise": _noise(0.02),
        },
        traits={"space": "points", "kind": "curve"},
    ),
    "two-gaussians": Spec(
        target="ganlab.data.mixtures:two_gaussians",
        summary="Two equal Gaussians side by side: the smallest case of mode collapse.",
        parameters={
            "distance": Parameter(2.0, "Distance between the centres.", 0.1, 10.0),
            "std": Parameter(0.2, "Standard deviation of each.", 0.001, 2.0, logarithmic=True),
        },
        traits={"space": "points", "kind": "modes"},
    ),
    "ring": Spec(
        target="ganlab.data.mixtures:ring",
        summary="Gaussians on a circle, the literature's first test of mode collapse.",
        source="Metz et al. 2017; Lin et al. 2018",
        parameters={
            "modes": Parameter(8, "How many.", 1, 64),
            "radius": Parameter(1.0, "Radius of the circle.", 0.1, 10.0),
            "std": Parameter(
                0.01,
                "Standard deviation of each; 0.05 is easier to see and to learn.",
                0.001,
                1.0,
                logarithmic=True,
            ),
        },
        traits={"space": "points", "kind": "modes"},
    ),
    "grid": Spec(
        target="ganlab.data.mixtures:grid",
        summary="Twenty-five Gaussians on a square grid: many modes, far apart.",
        source="Dumoulin et al. 2017; Lin et al. 2018",
        parameters={
            "side": Parameter(5, "Gaussians along a side.", 1, 10),
            "spacing": Parameter(2.0, "Distance between neighbours.", 0.1, 10.0),
            "std": Parameter(0.05, "Standard deviation of each.", 0.001, 2.0, logarithmic=True),
        },
        traits={"space": "points", "kind": "modes"},
    ),
    "unbalanced": Spec(
        target="ganlab.data.mixtures:unbalanced",
        summary="Gaussians of falling weight: rare modes are the first to be lost.",
        parameters={
            "modes": Parameter(5, "How many.", 2, 16),
            "ratio": Parameter(2.0, "How much rarer each is than the one before.", 1.0, 10.0),
            "std": Parameter(0.05, "Standard deviation of each.", 0.001, 1.0, logarithmic=True),
        },
        traits={"space": "points", "kind": "modes"},
    ),
    "sine": Spec(
        target="ganlab.data.curves:sine",
        summary="x₁ uniform on [0, 2π] and x₂ = sin x₁, as in the lecture notes.",
        formula=r"x_2 = \sin x_1",
        parameters={"noise": _noise(0.0)},
        traits={"space": "points", "kind": "curve"},
    ),
    "spiral": Spec(
        target="ganlab.data.curves:spiral",
        summary="Interleaved arms that wind outwards.",
        parameters={
            "turns": Parameter(1.5, "Turns of each arm.", 0.25, 5.0),
            "arms": Parameter(2, "How many arms.", 1, 6),
            "noise": _noise(0.02),
        },
        traits={"space": "points", "kind": "curve"},
    ),
    "two-moons": Spec(
        target="ganlab.data.curves:two_moons",
        summary="Two interleaved half circles.",
        parameters={"noise": _noise(0.05)},
        traits={"space": "points", "kind": "curve"},
    ),
    "swiss-roll": Spec(
        target="ganlab.data.curves:swiss_roll",
        summary="A rolled sheet seen from its side.",
        parameters={"noise": _noise(0.02)},
        traits={"space": "points", "kind": "curve"},
    ),
    "drawing": Spec(
        target="ganlab.data.drawings:Drawing",
        summary="Points that you draw or upload.",
        parameters={
            "points": Parameter("", "The points as text: 'x,y;x,y;…'.", live=False),
            "jitter": Parameter(0.0, "Blur, as a share of the drawing's size.", 0.0, 0.5),
        },
        traits={"space": "points", "kind": "drawing"},
    ),
}
