from pages.explore import (
    latent_arithmetic,
    latent_directions,
    latent_inversion,
    latent_pad,
    latent_walk,
)
from pages.widgets.panels import show_panels

show_panels(
    "Latent space",
    "Every picture is a point *z* that went through **G**. Neighbours in latent space are "
    "neighbours on the screen, so one can walk from any picture to any other.",
    {
        "Walk": latent_walk.panel,
        "Pad": latent_pad.panel,
        "Directions": latent_directions.panel,
        "Arithmetic": latent_arithmetic.panel,
        "Inversion": latent_inversion.panel,
    },
    conditional=False,
)
