"""The version number has one place."""

import tomllib
from pathlib import Path

import ganlab

ROOT = Path(__file__).parents[1]


def test_the_project_takes_its_version_from_the_package():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "version" not in project["project"]
    assert project["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "ganlab.__version__"}


def test_the_changelog_has_an_entry_for_the_version():
    assert f"## [{ganlab.__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
