"""What can stand before D.

The trait `kind` is "pictures" where the callable alters a batch of them.
"""

from ganlab.catalogue.spec import Parameter, Spec

TRANSFORMS: dict[str, Spec] = {
    "instance-noise": Spec(
        target="ganlab.objective.transforms:instance_noise",
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
        target="ganlab.objective.transforms:pack",
        summary="D judges m samples at a time: one that lacks variety gives itself away.",
        formula=r"D(x_1,\dots,x_m)",
        source="Lin et al. 2018 (PacGAN)",
        parameters={"m": Parameter(2, "Samples judged together.", 1, 8, live=False)},
    ),
    "augment": Spec(
        target="ganlab.objective.augmentation:augment",
        summary="Moves, cuts and recolours real and fake alike: few pictures go further.",
        formula=r"D(T(x)),\quad D(T(G(z)))",
        source="Zhao et al. 2020 (DiffAugment)",
        parameters={
            "translation": Parameter(0.125, "Largest shift, as a share of the side.", 0.0, 0.5),
            "cutout": Parameter(0.5, "Side of the square cut out, as a share.", 0.0, 1.0),
            "color": Parameter(1.0, "Strength of brightness, saturation, contrast.", 0.0, 1.0),
        },
        traits={"kind": "pictures", "space": "pictures"},
    ),
}
