"""A module imports only from its left on the way of the data; only pages speak Streamlit."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]
ORDER = [
    ["errors"],
    ["paths", "files", "formatting", "device"],
    ["records"],
    ["registry"],
    ["config"],
    ["presets"],
    ["images"],
    ["data"],
    ["metrics"],
    ["objective"],
    ["fast_cpu"],  # kernels that networks need too, and so not in training
    ["networks"],
    ["training"],
    ["trained"],
    ["evaluation"],
    ["latent"],
    ["theory"],
    ["figures"],
    ["bench"],
    ["jobs"],
    ["export"],
    ["cli"],
]
RANK = {name: rank for rank, names in enumerate(ORDER) for name in names}
PUBLIC = {"__init__", "__main__"}


def imported_names(path: Path) -> list[str]:
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == "ganlab":
            names += [f"ganlab.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.append(node.module)
    return names


def layer(path: Path) -> str:
    return path.relative_to(ROOT / "ganlab").parts[0].removesuffix(".py")


def test_every_module_has_a_place_in_the_order():
    found = {layer(path) for path in (ROOT / "ganlab").rglob("*.py")}
    assert found - PUBLIC <= set(RANK)


def test_modules_import_only_from_their_left():
    wrong = []
    for path in (ROOT / "ganlab").rglob("*.py"):
        own = layer(path)
        if own in PUBLIC:
            continue
        for name in imported_names(path):
            parts = name.split(".")
            if parts[0] == "ganlab" and len(parts) > 1:
                other = parts[1]
                if other in RANK and other != own and RANK[other] >= RANK[own]:
                    wrong.append(f"{path.relative_to(ROOT)} imports {name}")
    assert wrong == []


def test_only_pages_speak_streamlit():
    for path in (ROOT / "ganlab").rglob("*.py"):
        assert not any(name.split(".")[0] == "streamlit" for name in imported_names(path)), path


def test_kernels_are_reached_through_their_one_door():
    for path in (ROOT / "ganlab").rglob("*.py"):
        inside = [name for name in imported_names(path) if name.startswith("ganlab.fast_cpu.")]
        assert not inside or layer(path) == "fast_cpu", path
