"""Where things live, by the two variables of the contract."""

from pathlib import Path

import platformdirs
import pytest

from ganlab.errors import StoreError
from ganlab.paths import data_folders, home


def test_ganlab_home_decides_and_a_tilde_is_the_users_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("GANLAB_HOME", str(tmp_path))
    assert home() == tmp_path
    monkeypatch.setenv("GANLAB_HOME", "~/lab")
    assert home() == Path.home() / "lab"


def test_without_it_the_platforms_folder_is_taken(monkeypatch):
    for value in (None, ""):
        if value is None:
            monkeypatch.delenv("GANLAB_HOME")
        else:
            monkeypatch.setenv("GANLAB_HOME", value)
        assert home() == Path(platformdirs.user_data_dir("ganlab", False))


@pytest.mark.parametrize("given", ["", "~/lab"])
def test_a_user_without_a_home_folder_is_asked_for_ganlab_home(monkeypatch, given):
    def none(path):
        raise RuntimeError("could not determine the home directory")

    monkeypatch.setenv("GANLAB_HOME", given)
    monkeypatch.setattr(Path, "expanduser", none)
    with pytest.raises(StoreError, match="name a folder for runs and data in GANLAB_HOME"):
        home()


def test_data_are_looked_for_in_the_given_folder_first_and_downloaded_to_home(
    tmp_path, monkeypatch, own_home
):
    assert data_folders() == [own_home / "data"]
    monkeypatch.setenv("GANLAB_DATA", str(tmp_path))
    assert data_folders() == [tmp_path, own_home / "data"]
