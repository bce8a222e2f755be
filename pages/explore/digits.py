from pages.explore import (
    digits_augment,
    digits_dataset,
    digits_measured,
    digits_morph,
    digits_table,
    digits_write,
)
from pages.widgets.panels import show_panels

show_panels(
    "Digits on demand",
    "A conditional GAN is given **which** digit to write; the random vector *z* decides **how**. "
    "Nothing here is looked up: every picture is made when you ask for it.",
    {
        "Write": digits_write.panel,
        "Style × class": digits_table.panel,
        "Morph": digits_morph.panel,
        "Measured": digits_measured.panel,
        "Make a data set": digits_dataset.panel,
        "Does it help?": digits_augment.panel,
    },
    conditional=True,
)
