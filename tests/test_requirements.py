"""Whatever the lab imports, it asks for: nothing is left to what another package brings along."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[1]
SHIPPED = [ROOT / "app.py", *(ROOT / "ganlab").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]
OWN = {"ganlab", "pages", "app"}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def asked_for() -> set[str]:
    """The distributions of requirements.txt and of the extras in pyproject.toml."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines += [one for some in project["optional-dependencies"].values() for one in some]
    found = (re.match(r"[A-Za-z0-9_.-]+", line) for line in lines)
    return {plain(name[0]) for name in found if name}


def imported() -> set[str]:
    names: set[str] = set()
    for path in SHIPPED:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.partition(".")[0])
    return names - OWN - set(sys.stdlib_module_names)


def test_every_package_that_is_imported_is_required_or_an_extra():
    providers = packages_distributions()
    wanted = asked_for()
    left_out = {
        name
        for name in imported()
        if not {plain(one) for one in providers.get(name, [name])} & wanted
    }
    assert left_out == set()
