"""Losses and pictures are what they were when they were recorded: see README.md."""

import pytest

from tests.golden import adapters
from tests.golden.arithmetic import near
from tests.golden.cases import SAMPLES, SUPERRES, UPSCALES
from tests.golden.measured import (
    sampled,
    superres_trajectory,
    surroundings,
    trajectory,
    upscaled,
)
from tests.golden.stored import check_outcome, check_trajectory, pictures, recorded

HEAVY = {
    "digits-cgan",
    "dcgan-mnist",
    "dcgan-cifar10",
    "wgan",
    "wgan-gp",
    "lsgan",
    "sngan",
    "hinge",
    "sagan",
    "ralsgan",
    "r3gan",
    "own-pictures",
    "vae-gan",
    "transgan",
    "srresnet-full",
    "srresnet-finish",
    "srresnet-mean",
    "srresnet-x2",
    "srgan",
    "srgan, D's features",
    "srgan, standard",
    "srgan-full",
    "srresnet-paper",
    "srgan-paper",
}
"""Cases of a second and more."""


def slow_where_heavy(names):
    return [pytest.param(n, marks=pytest.mark.slow) if n in HEAVY else n for n in names]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("golden")


@pytest.fixture
def data(folder):
    with surroundings(folder) as made:
        yield made


@pytest.mark.parametrize("name", slow_where_heavy(adapters.PICTURE_PRESETS))
def test_the_first_steps_of_a_preset_are_those_recorded(data, name):
    check_trajectory("presets", name, trajectory(name, data))


@pytest.mark.parametrize("name", slow_where_heavy(SUPERRES))
def test_the_first_steps_towards_super_resolution_are_those_recorded(data, name):
    check_trajectory("superres", name, superres_trajectory(name, data))


@pytest.mark.parametrize("name", SAMPLES)
def test_what_sample_and_walk_write_is_what_was_recorded(data, tmp_path, name):
    check_outcome("samples", name, sampled(name, tmp_path))


@pytest.mark.parametrize("name", UPSCALES)
def test_an_enlarged_picture_is_the_one_recorded(data, tmp_path, name):
    check_outcome("upscales", name, upscaled(name, tmp_path))


def test_every_preset_and_every_recorded_value_has_its_case():
    assert {case.preset for case in SUPERRES.values()} == set(adapters.SUPERRES_PRESETS)
    cases = [("presets", adapters.PICTURE_PRESETS), ("superres", SUPERRES)]
    assert _cases(recorded()["numbers"]) == {
        (kind, name) for kind, names in cases for name in names
    }
    commands = [("samples", SAMPLES), ("upscales", UPSCALES)]
    assert _cases(pictures()) == {(kind, name) for kind, names in commands for name in names}


def test_steps_agree_until_one_processor_leaves_a_quarter_of_the_tolerance():
    nan = float("nan")
    assert near([1.0, 2.0, 3.0], [[1.0, 2.0, 3.0]], 1e-4) == 3
    assert near([1.0, 2.0, 3.0], [[1.0, 2.00005, 3.0], [1.00009, 2.0, 3.0]], 1e-4) == 0
    assert near([1.0, 2.0, 3.0], [[1.0, 2.00005, 3.1]], 1e-4) == 2
    assert near([nan, 2.0], [[nan, nan]], 1e-4) == 1


def _cases(values):
    return {tuple(key.split(": ")[:2]) for key in values}
