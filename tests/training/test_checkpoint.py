"""The one safe file against everything that can happen to a file."""

import json
import pickle
import struct

import pytest
import torch
from safetensors.torch import save_file

from ganlab.config import Choice, RunConfig
from ganlab.errors import CheckpointError, DeviceError, DiskFull
from ganlab.training.checkpoint import FORMAT, load_run, load_tensors, save_run, save_tensors
from ganlab.training.loop import Training
from ganlab.training.state_tensors import pack

TINY = RunConfig(
    network=Choice("fast28", {"width": 4}), z_dim=8, batch=8, steps=10, precision="float32"
)


@pytest.fixture(scope="session")
def run_file(tmp_path_factory):
    """A run of two steps and its file."""
    path = tmp_path_factory.mktemp("run") / "checkpoint.safetensors"
    training = Training(TINY, device="cpu")
    training.advance(2)
    save_run(path, training.state)
    return training.state, path


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.safetensors"
    save_tensors(path, {"a": torch.arange(6.0).view(2, 3), "b": torch.ones(1)}, {"n": [1, "two"]})
    return path


def test_tensors_and_facts_come_back_as_they_were(tmp_path):
    tensors = {
        "floats": torch.randn(3, 4, generator=torch.Generator().manual_seed(0)),
        "channels last": torch.arange(24.0).view(1, 2, 3, 4).to(memory_format=torch.channels_last),
        "part of another": torch.arange(10)[::3],
        "half": torch.tensor([1.5], dtype=torch.bfloat16),
        "bytes": torch.arange(5, dtype=torch.uint8),
        "a number": torch.tensor(7),
        "nothing": torch.zeros(0, 3),
        "with gradient": torch.ones(2, requires_grad=True),
    }
    facts = {"step": 3, "share": 0.1, "words": "ü – 漢", "list": [None, True, {"x": "y"}]}
    save_tensors(tmp_path / "x.safetensors", tensors, facts)
    got, got_facts = load_tensors(tmp_path / "x.safetensors")
    assert got_facts == facts
    assert got.keys() == tensors.keys()
    for name, tensor in tensors.items():
        assert got[name].dtype == tensor.dtype
        assert torch.equal(got[name], tensor.detach())


def test_a_file_cut_at_any_byte_is_refused_in_one_sentence(small):
    content = small.read_bytes()
    for length in range(len(content)):
        small.write_bytes(content[:length])
        with pytest.raises(CheckpointError, match=r"small.safetensors is no whole"):
            load_tensors(small)


@pytest.mark.parametrize(
    "content",
    [
        pickle.dumps({"weights": [1, 2, 3]}),
        b"",
        b"hello",
        b"\xff" * 100,
        struct.pack("<Q", 2**62) + b"{}",
        struct.pack("<Q", 2) + b"[]",
        struct.pack("<Q", 8) + b'{"a":1}}',
    ],
)
def test_foreign_bytes_are_refused_and_never_unpickled(tmp_path, content):
    path = tmp_path / "foreign.safetensors"
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match=r"foreign.safetensors"):
        load_tensors(path)


def test_a_pickle_of_torch_is_refused_and_not_run(tmp_path):
    class Trap:
        def __reduce__(self):
            return pytest.fail, ("it was unpickled",)

    path = tmp_path / "trap.safetensors"
    torch.save({"G.weight": torch.ones(1), "trap": Trap()}, path)
    with pytest.raises(CheckpointError, match="no whole safetensors file"):
        load_tensors(path)


@pytest.mark.parametrize(
    "header", [None, {}, {"format": "pt"}, {"format": "ganlab/99", "facts": "{}"}]
)
def test_a_file_of_another_format_is_refused(tmp_path, header):
    path = tmp_path / "other.safetensors"
    save_file({"a": torch.ones(1)}, path, header)
    with pytest.raises(CheckpointError, match="not written by ganlab, or by a newer one"):
        load_tensors(path)


@pytest.mark.parametrize("facts", [None, "", "{", "[1,"])
def test_facts_that_cannot_be_read_are_refused(tmp_path, facts):
    path = tmp_path / "facts.safetensors"
    header = {"format": FORMAT} | ({} if facts is None else {"facts": facts})
    save_file({"a": torch.ones(1)}, path, header)
    with pytest.raises(CheckpointError, match="header that cannot be read"):
        load_tensors(path)


def test_no_file_and_a_folder_are_refused(tmp_path):
    for path in (tmp_path / "none.safetensors", tmp_path):
        with pytest.raises(CheckpointError, match="there is no checkpoint at"):
            load_tensors(path)


def test_facts_that_json_cannot_hold_are_an_error_before_anything_is_written(small):
    before = small.read_bytes()
    with pytest.raises(ValueError, match="not JSON compliant"):
        save_tensors(small, {}, {"loss": float("nan")})
    assert small.read_bytes() == before


def test_a_full_disk_leaves_the_last_checkpoint_whole(small, monkeypatch):
    def full(_handle):
        raise OSError(28, "No space left on device")

    before = small.read_bytes()
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(DiskFull):
        save_tensors(small, {"a": torch.zeros(100)}, {})
    assert small.read_bytes() == before
    assert list(small.parent.iterdir()) == [small]


# --- runs -----------------------------------------------------------------------------------------


def test_a_run_comes_back_whole_and_goes_on(run_file):
    state, path = run_file
    again = load_run(path, "cpu").states[0]
    assert again.config == TINY
    wanted, facts = pack(state)
    got, got_facts = pack(again)
    assert got_facts == facts
    assert all(torch.equal(got[name], wanted[name]) for name in wanted)
    assert Training(again.config, state=again).advance(1).step == 3


def test_a_branch_takes_its_own_settings(run_file):
    branch = load_run(run_file[1], "cpu", TINY.with_values({"loss": "hinge", "steps": 20}))
    assert branch.config.loss.name == "hinge"
    assert branch.step == 2
    assert list(Training(branch.config, state=branch))[-1].step == 20


def test_a_device_that_is_not_there_is_its_own_error(run_file):
    with pytest.raises(DeviceError, match="got 'tpu'"):
        load_run(run_file[1], "tpu")


def test_a_run_with_a_damaged_tensor_is_refused_in_one_sentence(run_file, tmp_path):
    tensors, facts = load_tensors(run_file[1])  # other damages: test_state_tensors
    save_tensors(tmp_path / "x.safetensors", tensors | {"E.bias": torch.zeros(1)}, facts)
    with pytest.raises(CheckpointError, match=r"x.safetensors cannot be used: .*holds E\.bias"):
        load_run(tmp_path / "x.safetensors", "cpu")


@pytest.mark.parametrize("facts", [{}, [], None, {"config": 3}, {"config": {"loss": "?"}}])
def test_a_file_that_holds_no_run_is_refused(tmp_path, facts):
    path = tmp_path / "x.safetensors"
    save_tensors(path, {"a": torch.ones(1)}, facts)
    with pytest.raises(CheckpointError, match=r"configuration|config"):
        load_run(path, "cpu")


def test_the_header_names_the_format_and_holds_json(run_file):
    content = run_file[1].read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])["__metadata__"]
    assert header["format"] == FORMAT
    assert RunConfig.from_json(json.loads(header["facts"])["config"]) == TINY
