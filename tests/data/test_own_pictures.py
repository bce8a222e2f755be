"""Pictures that a person brings are kept whole and found again by their name alone."""

import numpy as np
import pytest
import torch

from ganlab.data.archives import uploaded_entries
from ganlab.data.ingest import gather
from ganlab.data.own_pictures import keep, kept, kept_facts, kept_names, load_own
from ganlab.errors import DataError
from ganlab.presets import preset
from tests.data.packed import archive, many, one_sentence


def test_kept_pictures_come_back_in_any_size_and_colour(own_home):
    got = gather(
        uploaded_entries((many(20, "a/") | many(20, "b/")).items(), "My Pets!"), "pets", 32
    )
    name = keep(got, "My Pets!.zip")
    assert name.startswith("my-pets-")
    assert keep(got, "My Pets!.zip") == name == kept_names()[0]
    assert kept_facts(name)["words"] == "40 pictures in 2 classes."
    whole = load_own(name, 32, "colour", 2)
    assert torch.equal(whole.pictures, got.pictures)
    assert whole.classes == ("a", "b")
    small = load_own(name, 28, "grey", 0).pictures
    assert small.shape == (40, 1, 28, 28)
    luma = np.dot([11, 22, 33], [0.299, 0.587, 0.114])
    assert small[11].float().mean().item() == pytest.approx(luma, abs=1)
    with pytest.raises(DataError, match="2 classes and the run expects 3"):
        load_own(name, 32, "colour", 3)


@pytest.mark.parametrize("name", ["", "nothing-12345678", "/etc", "../x-12345678", "x" * 500])
def test_only_names_of_kept_pictures_are_read(name):
    with pytest.raises(DataError, match="this lab keeps no pictures called") as error:
        load_own(name, 32, "colour", 0)
    one_sentence(error)


def test_damaged_kept_pictures_are_said(own_home):
    name = keep(gather(uploaded_entries(many().items(), "x"), "x", 16), "x")
    file = own_home / "pictures" / f"{name}.safetensors"
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(DataError, match="are damaged: upload them again"):
        load_own(name, 16, "colour", 0)


def test_a_path_becomes_a_name_and_a_run_outlives_the_folder(tmp_path):
    files = many(20, "a/") | many(20, "b/")
    path = tmp_path / "two.zip"
    path.write_bytes(archive(files).getvalue())
    config = kept(preset("own-pictures").with_values({"data.path": str(path)}))
    path.unlink()
    values = config.data.values
    assert values["classes"] == 2
    assert kept(config) == config
    assert load_own(**values).pictures.shape == (40, 3, 32, 32)
