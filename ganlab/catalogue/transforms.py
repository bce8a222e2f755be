"""What can stand before D."""

from ganlab.catalogue.spec import Parameter, Spec

TRANSFORMS: dict[str, Spec] = {
    "instance-noise": Spec(
        target="ganlab.transforms:instance_noise",
        summary="Blurs real and fake until they overlap, so that D cannot be sure.",
        formula=r"D(x + \sigma\varepsilon)",
        source="Sønderby et al. 2017; Arjovsky & Bottou 2017",
        parameters={
            "sigma": Parameter(0.1, "Standard deviation σ of the noise.", 0.0, 5.0),
            "decay_steps": Parameter(
                0, "Steps over which σ fades to zero; 0 keeps it.", 0, 10_000_000
            ),
        },
    ),
    "packing": Spec(
        target="ganlab.transforms:pack",
        summary="D judges m samples at a time: one that lacks variety gives itself away.",
        formula=r"D(x_1,\dots,x_m)",
        source="Lin et al. 2018 (PacGAN)",
        parameters={"m": Parameter(2, "Samples judged together.", 1, 8, live=False)},
    ),
}
