"""Networks through spandrel, and the same tensors through our own door, made for the test."""

import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
from torch import nn

from ganlab.errors import CheckpointError, PictureError
from ganlab.images.picture import Picture
from ganlab.networks.community import RRDBNet, SRVGGCompact
from ganlab.networks.files import opening
from ganlab.trained.upscaling import Region, UpscaleRequest, Upscaling, upscale


def test_without_spandrel_a_foreign_file_is_refused_with_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "spandrel", None)
    with pytest.raises(CheckpointError, match="known here") as caught:
        opening.through_spandrel({"a": torch.zeros(3)}, "odd.pth")
    assert opening.INSTALL in str(caught.value)
    assert opening.INSTALL in (Path(__file__).parents[3] / "README.md").read_text()


class Descriptor:
    """What spandrel tells of a network, as far as it is asked here."""

    def __init__(self, tiling: str) -> None:
        self.model = nn.Identity()
        self.scale = 1
        self.tiling = type("Tiling", (), {"name": tiling})

    def __call__(self, lr):
        return lr.repeat(1, 100, 1, 1)[:, :3]  # 1200 bytes a pixel


def test_a_network_that_needs_the_whole_picture_is_not_tiled(monkeypatch):
    network = opening.Foreign(Descriptor("DISCOURAGED"))
    monkeypatch.setattr("ganlab.trained.upscaling.network_for", lambda order: network)
    picture = Picture(np.zeros((60, 80, 3), np.uint8))
    assert [p.total for p in Upscaling(picture, UpscaleRequest("x.pth"))] == [1]
    with pytest.raises(PictureError, match="looks at the whole picture at once"):
        upscale(picture, UpscaleRequest("x.pth", budget=2**20))
    corner = UpscaleRequest("x.pth", budget=2**20, region=Region(0, 0, 8, 8))
    with pytest.raises(PictureError, match="looks at the whole picture at once"):
        upscale(picture, corner)  # what lies around it goes through the network too


class Doubling(nn.Module):
    """A network that spandrel would know: every pixel becomes four, and some pictures break it."""

    fails_below = 0

    def forward(self, lr):
        if lr.shape[-1] < self.fails_below:
            raise IndexError("window")
        return lr.repeat_interleave(2, -1).repeat_interleave(2, -2)


class Known:
    """What spandrel tells of `Doubling`."""

    def __init__(self, **other: object) -> None:
        self.model = Doubling()
        self.scale, self.input_channels, self.purpose = 2, 3, "SR"
        self.architecture = type("Architecture", (), {"name": "Doubling"})
        self.tiling = type("Tiling", (), {"name": "SUPPORTED"})
        vars(self).update(other)

    def __call__(self, lr):
        return self.model(lr)


@pytest.fixture
def stub(monkeypatch, tmp_path):
    """A stand-in for spandrel that recognises one network, and a file of unknown tensors."""

    def put(**other: object) -> Path:
        class Loader:
            def __init__(self, device):
                assert device == "cpu"

            def load_from_state_dict(self, weights):
                if "odd.weight" not in weights:
                    raise ValueError
                return Known(**other)

        module = ModuleType("spandrel")
        vars(module).update(ImageModelDescriptor=Known, ModelLoader=Loader)
        monkeypatch.setitem(sys.modules, "spandrel", module)
        torch.save({"odd.weight": torch.zeros(3)}, tmp_path / "odd.pth")
        return tmp_path / "odd.pth"

    return put


def test_a_network_that_spandrel_knows_enlarges_a_picture_in_tiles(stub):
    path = stub()
    loaded = opening.load(path)
    assert (loaded.architecture, loaded.upscaler.scale) == ("Doubling", 2)
    colour = np.random.default_rng(0).integers(0, 256, (21, 17, 3), dtype=np.uint8)
    result = upscale(Picture(colour), UpscaleRequest(str(path), half=False, tile=8))
    np.testing.assert_array_equal(result.colour, colour.repeat(2, 0).repeat(2, 1))


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ({"purpose": "Restoration"}, "a Doubling network for restoration: expected one that"),
        ({"input_channels": 1}, "expected one that enlarges colour pictures"),
        ({"scale": 16}, "the scale must be from 1 to 8"),
        ({"scale": 3}, "its weights do not fit together"),
    ],
)
def test_what_spandrel_knows_and_does_not_fit_is_refused(stub, other, sentence):
    with pytest.raises(CheckpointError, match=sentence):
        opening.load(stub(**other))


def test_a_network_that_fails_on_some_pictures_is_refused_in_one_sentence(stub, monkeypatch):
    path = stub()
    monkeypatch.setattr(Doubling, "fails_below", 12)
    tall = Picture(np.zeros((20, 5, 3), np.uint8))
    with pytest.raises(CheckpointError, match="fails on a piece of 5×20 pixels"):
        upscale(tall, UpscaleRequest(str(path), half=False))
    monkeypatch.setattr(Doubling, "fails_below", 100)
    with pytest.raises(CheckpointError, match="fails on a picture of 16×16 pixels"):
        opening.load(path)


@pytest.fixture
def spandrel():
    return pytest.importorskip("spandrel", reason="spandrel, an optional package, is not here")


def seeded(network: nn.Module) -> nn.Module:
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for weight in network.parameters():
            weight.normal_(0, 0.05, generator=generator)
    return network.eval()


@pytest.mark.parametrize(
    "network",
    [RRDBNet(4, 16, 2), RRDBNet(2, 16, 1), SRVGGCompact(4, 16, 3)],
    ids=["RRDB ×4", "RRDB ×2", "SRVGG ×4"],
)
def test_spandrel_computes_the_same_from_the_same_tensors(spandrel, network):
    weights = seeded(network).state_dict()
    theirs, _ = opening.through_spandrel(dict(weights), "x.pth")
    # Sides of four: spandrel fills other sides up, and what it adds is seen near the edge.
    picture = torch.rand(1, 3, 12, 16, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        torch.testing.assert_close(theirs(picture), network(picture).clamp(0, 1))


def test_an_architecture_that_only_spandrel_knows_enlarges_a_picture(spandrel, tmp_path):
    from spandrel.architectures.RCAN import RCAN

    torch.save(
        seeded(RCAN(scale=2, n_resgroups=1, n_resblocks=2, n_feats=16)).state_dict(),
        tmp_path / "rcan.pth",
    )
    loaded = opening.load(tmp_path / "rcan.pth")
    assert (loaded.architecture, loaded.upscaler.scale) == ("RCAN", 2)
    picture = Picture(np.random.default_rng(0).integers(0, 256, (21, 17, 3), dtype=np.uint8))
    result = upscale(picture, UpscaleRequest(str(tmp_path / "rcan.pth"), half=False))
    assert (result.width, result.height) == (34, 42)


def test_a_network_that_does_not_enlarge_is_refused(spandrel, tmp_path):
    from spandrel.architectures.DnCNN import DnCNN

    weights = seeded(DnCNN(in_nc=3, out_nc=3, nc=8, nb=17)).state_dict()
    torch.save(weights, tmp_path / "dncnn.pth")
    with pytest.raises(CheckpointError, match="expected one that enlarges colour pictures"):
        opening.load(tmp_path / "dncnn.pth")


def test_unknown_tensors_are_refused_in_one_sentence(spandrel):
    with pytest.raises(CheckpointError, match="nor of those that spandrel knows"):
        opening.through_spandrel({"some.weight": torch.zeros(3, 3)}, "odd.pth")
