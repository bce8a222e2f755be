"""Files of weights: ours and other people's are recognised, hostile ones refused."""

import os
import pickle
import zipfile

import pytest
import torch
from torch import nn

from ganlab.errors import CheckpointError
from ganlab.networks.community import MSRResNet, RRDBNet, SRVGGCompact
from ganlab.networks.files import opening, weights
from ganlab.networks.srgan_paper import SRResNet
from ganlab.networks.superres import LeanSRResNet

NETWORKS = [
    LeanSRResNet(4, 8, 2),
    LeanSRResNet(2, 8, 2),
    LeanSRResNet(3, 8, 2),
    SRResNet(4, 8, 2),
    SRResNet(2, 8, 2),
    RRDBNet(4, 8, 2, 4),
    RRDBNet(2, 8, 2, 4),
    RRDBNet(1, 8, 2, 4),
    SRVGGCompact(4, 8, 3),
    SRVGGCompact(2, 8, 2),
    MSRResNet(4, 8, 2),
    MSRResNet(3, 8, 2),
    MSRResNet(2, 8, 2),
]


def named(network: nn.Module) -> str:
    return f"{type(network).__name__}-x{network.scale}"


@pytest.mark.parametrize("network", NETWORKS, ids=named)
@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_every_architecture_is_recognised_from_its_tensors_alone(network, suffix, tmp_path):
    network = network.eval()
    path = tmp_path / f"x{suffix}"
    if suffix == ".pth":
        torch.save({"params_ema": network.state_dict()}, path)
    else:
        weights.save(path, network, {"loss": "L1"})
    loaded = opening.load(path)
    assert loaded.architecture == type(network).__name__
    picture = torch.rand(1, 3, 9, 7, generator=torch.Generator().manual_seed(0))
    tolerance = {} if suffix == ".pth" else {"atol": 0.02, "rtol": 0.02}
    torch.testing.assert_close(loaded.network(picture), network(picture).detach(), **tolerance)
    assert loaded.card == ({} if suffix == ".pth" else {"loss": "L1"})


@pytest.mark.parametrize("network", NETWORKS, ids=named)
@pytest.mark.parametrize("size", [(1, 1), (1, 5), (3, 2), (7, 12)])
def test_every_network_enlarges_the_smallest_pictures(network, size):
    sr = network.eval()(torch.rand(1, 3, *size))
    assert sr.shape == (1, 3, size[0] * network.scale, size[1] * network.scale)


@pytest.mark.parametrize("network", NETWORKS, ids=named)
def test_the_radius_covers_what_a_gradient_reaches_and_little_more(network):
    network = network.eval().double()
    with torch.no_grad():
        for weight in network.parameters():
            weight.abs_().add_(0.01)
    reach, scale = network.radius, network.scale
    side = 2 * reach + 8
    lr = torch.ones(1, 3, side, side, dtype=torch.float64, requires_grad=True)
    found = 0
    for corner in range(2):
        middle = side // 2 + corner
        sr = network(lr)
        (gradient,) = torch.autograd.grad(sr[0, :, middle * scale, middle * scale].sum(), lr)
        found = max(found, int((torch.nonzero(gradient[0].sum(0)) - middle).abs().max()))
    network.float()
    assert found <= reach <= found + 4


def test_the_names_of_esrgans_first_release_are_understood(tmp_path):
    network = RRDBNet(4, 8, 2, 4).eval()
    old = {}
    for key, value in network.state_dict().items():
        stem, _, kind = key.rpartition(".")
        heads = {
            "conv_first": "model.0",
            "conv_body": "model.1.sub.2",
            "conv_up1": "model.3",
            "conv_up2": "model.6",
            "conv_hr": "model.8",
            "conv_last": "model.10",
        }
        if stem in heads:
            old[f"{heads[stem]}.{kind}"] = value
        else:
            _, index, dense, conv = stem.split(".")
            old[f"model.1.sub.{index}.RDB{dense[-1]}.{conv}.0.{kind}"] = value
    torch.save(old, tmp_path / "old.pth")
    loaded = opening.load(tmp_path / "old.pth")
    picture = torch.rand(1, 3, 6, 6)
    torch.testing.assert_close(loaded.network(picture), network(picture).detach())


class Hostile:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (self.path,)


@pytest.mark.parametrize("modern", [True, False], ids=["zip", "legacy"])
def test_a_pickle_that_runs_code_is_refused_and_does_not_run(modern, tmp_path):
    trap, path = tmp_path / "trap", tmp_path / "evil.pth"
    content = {"params": {"w": torch.zeros(1), "x": Hostile(str(trap))}}
    torch.save(content, path, _use_new_zipfile_serialization=modern)
    with pytest.raises(CheckpointError, match="refused"):
        opening.load(path)
    assert not trap.exists()


def test_a_plain_pickle_is_refused(tmp_path):
    path = tmp_path / "plain.pth"
    path.write_bytes(pickle.dumps({"a": Hostile(str(tmp_path / "trap"))}, protocol=2))
    with pytest.raises(CheckpointError):
        opening.load(path)
    assert not (tmp_path / "trap").exists()


def test_a_few_bytes_that_claim_millions_of_parameters_are_refused(tmp_path):
    network = LeanSRResNet(4, 8, 1)
    bomb = {name: torch.zeros(()).expand(9_000, 8_000) for name in network.state_dict()}
    path = tmp_path / "bomb.pth"
    torch.save({name: bomb[name] for name in list(bomb)[:1]}, path)
    assert path.stat().st_size < 5_000
    with pytest.raises(CheckpointError, match="claims 72 million parameters and holds fewer bytes"):
        opening.load(path)
    torch.save(bomb, path)
    with pytest.raises(CheckpointError, match="at most 100 million"):
        opening.load(path)


@pytest.mark.parametrize(
    "hostile",
    [
        {"body.999999999.conv1.bias": torch.zeros(8)},
        {"head.weight": torch.zeros(2_000_000, 3, 1, 1)},
        {"tail.weight": torch.zeros(3 * 1000**2, 1)},
    ],
    ids=["a billion blocks", "two million channels", "scale 1000"],
)
def test_names_and_shapes_that_ask_for_huge_networks_are_refused(hostile, tmp_path):
    weights = {**LeanSRResNet(4, 8, 1).state_dict(), **hostile}
    torch.save(weights, tmp_path / "huge.pth")
    with pytest.raises(CheckpointError, match="none of the networks"):
        opening.load(tmp_path / "huge.pth")


@pytest.mark.slow
def test_a_file_that_unpacks_to_much_more_than_it_holds_is_refused(tmp_path):
    path = tmp_path / "bomb.pth"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for index in range(5):
            file.writestr(f"x/data/{index}", bytes(100 * 2**20))
    assert path.stat().st_size < 2**20
    with pytest.raises(CheckpointError, match="unpacks to 500 MB"):
        opening.load(path)


def test_sparse_tensors_are_refused(tmp_path):
    torch.save({"a": torch.eye(3).to_sparse()}, tmp_path / "sparse.pth")
    with pytest.raises(CheckpointError, match="no plain table"):
        opening.load(tmp_path / "sparse.pth")


def test_values_that_are_not_finite_are_refused(tmp_path):
    network = LeanSRResNet(4, 8, 1)
    with torch.no_grad():
        network.tail.weight[0, 0, 0, 0] = torch.nan
    torch.save(network.state_dict(), tmp_path / "nan.pth")
    with pytest.raises(CheckpointError, match=r"'tail\.weight' holds values that are not finite"):
        opening.load(tmp_path / "nan.pth")


HALF_KNOWN = {
    "first release without blocks": {"model.0.weight": (8, 3, 3, 3), "xRDB1": (1,)},
    "first release with a word for a number": {
        "model.0.weight": (8, 3, 3, 3),
        "model.1.sub.RDB1.x": (1,),
    },
    "no channels": {
        "conv_first.weight": (0, 3, 3, 3),
        "upconv1.weight": (0, 0, 3, 3),
        "body.0.conv1.weight": (0, 0, 3, 3),
    },
    "one number for a table": {
        "conv_first.weight": (),
        "body.0.rdb1.conv1.weight": (),
        "conv_up2.weight": (),
    },
}


@pytest.mark.parametrize("shapes", HALF_KNOWN.values(), ids=HALF_KNOWN)
def test_names_that_are_half_known_are_refused_in_one_sentence(shapes, tmp_path):
    torch.save({name: torch.zeros(shape) for name, shape in shapes.items()}, tmp_path / "x.pth")
    with pytest.raises(CheckpointError, match="none of the networks known here"):
        opening.load(tmp_path / "x.pth")


@pytest.mark.parametrize("dtype", [torch.float8_e4m3fn, torch.float8_e5m2], ids=str)
def test_floats_of_eight_bits_are_read_as_what_they_say(dtype, tmp_path):
    network = LeanSRResNet(4, 8, 1).eval()
    eight = {name: value.to(dtype) for name, value in network.state_dict().items()}
    network.load_state_dict({name: value.float() for name, value in eight.items()})
    weights.save_file(eight, tmp_path / "eight.safetensors")
    picture = torch.rand(1, 3, 6, 6)
    found = opening.load(tmp_path / "eight.safetensors").network(picture)
    torch.testing.assert_close(found, network(picture).detach())
    eight["tail.bias"] = torch.full((48,), torch.nan).to(dtype)
    weights.save_file(eight, tmp_path / "eight.safetensors")
    with pytest.raises(CheckpointError, match=r"'tail\.bias' holds values that are not finite"):
        opening.load(tmp_path / "eight.safetensors")


def test_numbers_that_pytorch_cannot_compute_with_are_refused_by_name(tmp_path):
    packed = torch.zeros(8, dtype=torch.uint8).view(torch.float4_e2m1fn_x2)
    weights.save_file({"head.weight": packed}, tmp_path / "four.safetensors")
    with pytest.raises(CheckpointError, match=r"'head\.weight' as float4_e2m1fn_x2"):
        opening.load(tmp_path / "four.safetensors")


def test_a_card_of_a_thousand_brackets_is_no_card(tmp_path):
    network = LeanSRResNet(4, 8, 1)
    tensors = {name: value.contiguous() for name, value in network.state_dict().items()}
    weights.save_file(tensors, tmp_path / "x.safetensors", metadata={"card": "[" * 100_000})
    assert opening.load(tmp_path / "x.safetensors").card == {}


def test_an_archive_with_a_torn_list_is_refused(tmp_path):
    path = tmp_path / "torn.pth"
    torch.save(LeanSRResNet(4, 8, 1).state_dict(), path)
    path.write_bytes(path.read_bytes().replace(b"PK\x01\x02", b"PK\x09\x09"))
    assert zipfile.is_zipfile(path)
    with pytest.raises(CheckpointError, match="cut off or no file of weights"):
        opening.load(path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.safetensors", b""),
        ("x.safetensors", b"not weights at all"),
        ("x.pth", b""),
        ("x.pth", b"not weights at all"),
        ("x.pth", b"PK\x03\x04cut"),
        ("x.onnx", b"0"),
        ("x.pt", b"0"),
    ],
)
def test_what_is_no_file_of_weights_is_refused_in_one_sentence(name, content, tmp_path):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CheckpointError):
        opening.load(tmp_path / name)


def test_a_missing_and_an_unknown_file_are_named(tmp_path):
    with pytest.raises(CheckpointError, match="No such file"):
        opening.load(tmp_path / "gone.pth")
    torch.save({"some.weight": torch.zeros(3)}, tmp_path / "other.pth")
    with pytest.raises(CheckpointError, match="none of the networks known here"):
        opening.load(tmp_path / "other.pth")
    torch.save({"a": 1}, tmp_path / "empty.pth")
    with pytest.raises(CheckpointError, match="holds no tensors"):
        opening.load(tmp_path / "empty.pth")


def test_a_failed_save_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "x.safetensors"
    path.write_bytes(b"old")

    def fail(*arguments: object, **options: object) -> None:
        raise OSError("full")

    monkeypatch.setattr(weights, "save_file", fail)
    with pytest.raises(OSError, match="full"):
        weights.save(path, LeanSRResNet(4, 8, 1), {})
    assert [p.name for p in tmp_path.iterdir()] == ["x.safetensors"]
