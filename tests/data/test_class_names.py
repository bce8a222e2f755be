"""Names of classes against what the data sets themselves call them."""

import zipfile
from pathlib import Path

import pytest
from torchvision.datasets import KMNIST, FashionMNIST

from ganlab.config import Choice
from ganlab.data.embedded import load_digits
from ganlab.data.mnist import FASHION
from ganlab.data.own_pictures import class_names, noun
from ganlab.registry import Data, table
from tests.pages.runs import own_pictures
from tests.pages.test_inside_runs import a_config

PICTURES = {name: one for name, one in table(Data).items() if one.space == "pictures"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("digits", load_digits().classes),
        ("mnist", load_digits().classes),
        ("kmnist", tuple(KMNIST.classes)),
        ("fashion-mnist", FASHION.classes),
    ],
)
def test_names_are_those_of_the_data_set(name, expected):
    assert class_names(Choice.parse("data", name)) == expected


def test_fashion_is_called_as_torchvision_does():
    found = class_names(Choice.parse("data", "fashion-mnist"))
    assert found == tuple(one.lower() for one in FashionMNIST.classes)


def test_photographs_are_called_as_their_archive_does(given_data):
    path = Path(given_data) / "cifar10-test.zip"
    if not given_data or not path.is_file():
        pytest.skip("wants the archive of CIFAR-10 in GANLAB_DATA")
    with zipfile.ZipFile(path) as archive:
        folders = {one.split("/")[1] for one in archive.namelist() if one.count("/") == 2}
    assert class_names(Choice.parse("data", "cifar10")) == tuple(sorted(folders - {""}))


def test_own_pictures_are_called_by_their_folders_and_by_numbers_once_they_are_gone():
    config = own_pictures(a_config("fast28"), 28, classes=("left", "right"))
    assert class_names(config.data) == ("left", "right")
    gone = Choice.parse("data", {**config.data.to_json(), "path": "noise-00000000"})
    assert class_names(gone) == ("0", "1")


def test_every_set_has_a_name_for_each_class_and_only_digits_are_called_so():
    for name, spec in PICTURES.items():
        assert len(class_names(Choice.parse("data", name))) == spec.classes
    called = {name: noun(Choice.parse("data", name)) for name in PICTURES}
    assert [name for name, word in called.items() if word == "digit"] == ["digits", "mnist"]
