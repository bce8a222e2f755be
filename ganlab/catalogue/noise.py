"""The distributions that z can be drawn from."""

from ganlab.catalogue.spec import Parameter, Spec

NOISE: dict[str, Spec] = {
    "normal": Spec(
        target="ganlab.data.noise:normal",
        summary="Independent standard normal coordinates.",
        formula=r"z_i \sim \mathcal N(0,1)",
    ),
    "uniform01": Spec(
        target="ganlab.data.noise:uniform01",
        summary="Independent coordinates, uniform between 0 and 1.",
        formula=r"z_i \sim \mathcal U[0,1]",
    ),
    "uniform": Spec(
        target="ganlab.data.noise:uniform",
        summary="Independent coordinates, uniform between −1 and 1.",
        formula=r"z_i \sim \mathcal U[-1,1]",
    ),
    "student-t": Spec(
        target="ganlab.data.noise:student_t",
        summary="Independent coordinates with heavy tails.",
        formula=r"z_i \sim t_\nu",
        parameters={
            "nu": Parameter(3.0, "Degrees of freedom ν: small is heavy-tailed.", 1.0, 100.0)
        },
    ),
    "codes": Spec(
        target="ganlab.data.noise:codes",
        summary="A categorical code and uniform ones on [−1, 1], the rest standard normal.",
        formula=r"z=(c_1,c_2,\dots,\varepsilon),\;c_1\sim\mathrm{Cat}(K),\;c_j\sim\mathcal U",
        source="Chen et al. 2016 (InfoGAN)",
        parameters={
            "categories": Parameter(10, "K: values of the categorical code.", 2, 100, live=False),
            "continuous": Parameter(2, "How many uniform codes.", 0, 16, live=False),
        },
        traits={"inside_z": ("categories", "continuous")},
    ),
}
