"""The page that looks inside a GAN, all its panels, on a short run of every pair of networks."""

import pytest

from ganlab.config import Choice, RunConfig
from tests.networks.building import PICTURE_NETWORKS
from tests.pages.runs import own_pictures, short_run
from tests.pages.test_inside import INSIDE
from tests.pages.test_pages import everything_said, opened

PANELS = {
    "D's eye": "Where D looks",
    "You against D": "Did a person make this",
    "The networks": "parameters",
}


def a_config(name: str, **values) -> RunConfig:
    spec = PICTURE_NETWORKS[name]
    slim = {k: 8 for k in ("width", "g_width", "d_width") if k in spec.parameters}
    if name == "transgan":
        slim = {"width": 32, "d_width": 16}
    noise = Choice(spec.noise or "normal")
    chosen = Choice(name, slim)
    config = RunConfig(Choice("digits"), chosen, noise=noise, z_dim=16, batch=8, seed=1)
    if not spec.makes(28):
        config = RunConfig(Choice("folder", {"path": "x"}), chosen, z_dim=16, batch=8)
        config = own_pictures(config, 64)
    return config.with_values(values)


def all_said(run: str) -> dict[str, str]:
    """What each panel says of a run."""
    app = opened(INSIDE, run=run)
    said = {}
    for panel, words in PANELS.items():
        app.segmented_control[0].set_value(panel).run()
        assert not app.error
        assert app.selectbox[0].value == run
        said[panel] = everything_said(app)
        assert words in said[panel]
    return said


@pytest.mark.slow
@pytest.mark.parametrize("name", PICTURE_NETWORKS)
def test_every_panel_opens_on_a_run_of_every_pair(name):
    said = all_said(short_run(a_config(name)))
    assert ("The encoder: from that picture" in said["The networks"]) == (name == "vae-gan")
    assert ("The classifier: from that picture" in said["The networks"]) == (name == "figan")


@pytest.mark.parametrize("m", [2, 3])
def test_a_packed_run_is_asked_about_packs(m):
    config = a_config("fast28", batch=6 * m, transforms=[{"name": "packing", "m": m}])
    said = all_said(short_run(config))
    assert f"of {400 // m} real packs real" in said["D's eye"]
    assert f"This D judges {m} pictures together" in said["You against D"]
    assert f"D: from that picture beside {m - 1} more" in said["The networks"]


def test_few_pictures_with_few_classes_give_a_short_game():
    config = own_pictures(a_config("conditional"), 28, classes=("left", "right"))
    said = all_said(short_run(config))
    assert "D answers the same 16" in said["You against D"]
    assert "of 16 real pictures real" in said["D's eye"]


def test_features_of_coloured_pictures_are_told_to_d():
    config = own_pictures(a_config("figan"), 32, classes=("left", "right", "middle"), count=30)
    assert "of 30 real pictures real" in all_said(short_run(config))["D's eye"]
