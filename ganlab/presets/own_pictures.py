"""The preset for the user's own pictures."""

from collections.abc import Mapping

from ganlab.config import Choice, OptimizerConfig, RunConfig
from ganlab.presets.entry import Preset

OWN_PRESETS: Mapping[str, Preset] = {
    "own-pictures": Preset(
        title="Your own pictures",
        summary="A folder or a ZIP of pictures that you bring, cut to squares of 32×32.",
        watch="Colours and layout come within minutes; with few pictures, tiles repeat them.",
        source="Miyato et al. 2018; Mescheder et al. 2018",
        config=RunConfig(
            data=Choice("folder", {"size": 32}),
            network=Choice("dcgan-body", {"d_norm": "spectral"}),
            loss=Choice("hinge"),
            penalties=(Choice("r1", {"gamma": 0.1}),),
            d_optimizer=OptimizerConfig(lr=2e-4),
            g_optimizer=OptimizerConfig(lr=2e-4),
            batch=32,
            ema=0.995,
            steps=10_000,
        ),
    ),
}
