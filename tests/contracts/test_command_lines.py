"""Every command, flag and key of earlier days is still there."""

import shutil

import pytest
import torch

from tests.contracts import adapters, command_lines, stored_home
from tests.contracts.recorded import lacking, shape, table

KEYS, COMMANDS = table("json_keys"), table("commands")


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    return stored_home.unpack(tmp_path_factory.mktemp("stored") / "home")


SLOW = ("train", "bench", "augment", "evaluate", "runs measure", "film")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.slow) if name.startswith(SLOW) else name
        for name in command_lines.CALLS
    ],
)
def test_a_command_ends_with_the_keys_it_ended_with(
    name, unpacked, tmp_path, monkeypatch, given_data
):
    torch.set_num_threads(1)
    home = shutil.copytree(unpacked, tmp_path / "home")
    monkeypatch.setenv("GANLAB_HOME", str(home))
    if name in command_lines.NEEDS_MNIST:
        if not given_data:
            pytest.skip("GANLAB_DATA names no folder with MNIST")
        monkeypatch.setenv("GANLAB_DATA", given_data)
    done = command_lines.call(name, command_lines.material(tmp_path / "out"))
    assert done.status == KEYS[name]["status"], done.err
    assert lacking(KEYS[name]["shape"], shape(done.json)) == []


def test_each_call_has_its_recorded_keys():
    assert set(KEYS) == set(command_lines.CALLS)
    assert all(one["shape"] != "null" for one in KEYS.values())


@pytest.mark.parametrize("words", COMMANDS["all"])
def test_a_command_still_takes_its_flags(words):
    assert adapters.command(*words.split(), "--help").status == 0
    now = command_lines.commands(adapters.parser())
    assert words in now
    recorded = COMMANDS["all"][words]
    assert set(recorded["flags"]) <= set(now[words]["flags"])
    assert len(now[words]["places"]) == len(recorded["places"])


@pytest.mark.parametrize("words", COMMANDS["choices"])
def test_a_flag_still_takes_its_values(words):
    now = command_lines.choices(adapters.parser())[words]
    for flag, values in COMMANDS["choices"][words].items():
        assert set(values) <= set(now.get(flag, values)), flag
