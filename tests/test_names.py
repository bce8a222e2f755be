"""No registered name is compared with, matched or looked up outside its record and the presets.

Code asks for what a record says, so that an entry of a plug-in is treated as the lab's own are.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from ganlab.registry import KINDS, table

ROOT = Path(__file__).parents[1]
SETTINGS = set(KINDS) - {"preset", "method", "metric"}
"""Presets and methods are made of settings, and most are called after one: 'ring', 'spectral'. A
metric's name is the key of its value in stored facts."""
NAMES = {name for kind in SETTINGS for name in table(kind)}
PRESETS = ("ganlab/presets/",)

OWN_TABLE = "the names of a table of its own, which happen to be those of records"
PLOTLY = "a key of a figure"
FOLDER = "a key for where something lies"
EXCEPTIONS: dict[str, tuple[set[str], str]] = {
    "ganlab/bench/methods.py": ({"grid"}, "methods, some of them with values for certain data"),
    "ganlab/bench/stacked.py": ({"r1-r2"}, "methods by name, made of settings"),
    "ganlab/bench/sweep.py": (
        {"r1", "r1-r2", "ring"},
        "axes of a map by name, and settings for the data that it is made of",
    ),
    "ganlab/cli/runs.py": ({"folder"}, FOLDER),
    "ganlab/cli/upscale.py": ({"folder", "none"}, OWN_TABLE),
    "ganlab/fast_cpu/passes.py": ({"sine"}, "an activation by name"),
    "ganlab/figures/points.py": ({"line"}, PLOTLY),
    "ganlab/figures/superres.py": ({"line"}, PLOTLY),
    "ganlab/figures/theory/dirac_field.py": ({"line"}, PLOTLY),
    "ganlab/figures/theory/dirac_spectrum.py": ({"line"}, PLOTLY),
    "ganlab/figures/theory/loss_shapes.py": ({"line"}, PLOTLY),
    "ganlab/figures/theory/optimal_discriminator.py": ({"line"}, PLOTLY),
    "ganlab/figures/variety.py": ({"line"}, PLOTLY),
    "ganlab/jobs/forkserver.py": ({"folder"}, FOLDER),
    "ganlab/jobs/launcher.py": ({"folder"}, FOLDER),
    "ganlab/networks/mlp.py": ({"none"}, "no norm"),
    "ganlab/networks/perceptual_features.py": ({"none"}, OWN_TABLE),
    "ganlab/theory/spectrum.py": (
        {"alternating", "extragradient", "optimistic", "simultaneous"},
        "updates of the Dirac-GAN",
    ),
    "pages/explore/loss_choice.py": ({"none", "relativistic"}, "super-resolution's own"),
    "pages/understand/loss_functions.py": (
        {"minimax", "non-saturating"},
        "its text compares these two",
    ),
    "pages/widgets/playground_knobs.py": ({"ring"}, "a preset by name"),
    "pages/widgets/sketch.py": ({"drawing"}, "a component's state"),
}
"""File to names that may stand in it, and why."""


def literals(node: ast.AST) -> Iterator[str]:
    """The strings that a node compares with or looks up, itself or in a tuple, list or set."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Tuple | ast.List | ast.Set):
        for one in node.elts:
            yield from literals(one)


def looked_up(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Compare):
        for one in (node.left, *node.comparators):
            yield from literals(one)
    elif isinstance(node, ast.MatchValue):
        yield from literals(node.value)
    elif isinstance(node, ast.Subscript):
        yield from literals(node.slice)
    elif isinstance(node, ast.Dict):
        for key in node.keys:
            if key is not None:
                yield from literals(key)
    elif isinstance(node, ast.Call):
        called = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if called in ("get", "find", "pop", "index", "startswith", "d_curve", "g_curve"):
            for one in node.args:
                yield from literals(one)


def found() -> dict[str, set[str]]:
    """File to the names that it looks up."""
    places: dict[str, set[str]] = {}
    for folder in ("ganlab", "pages"):
        for path in (ROOT / folder).rglob("*.py"):
            where = path.relative_to(ROOT).as_posix()
            if where.startswith(PRESETS):
                continue
            nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if names := {name for node in nodes for name in looked_up(node)} & NAMES:
                places[where] = names
    return places


def test_names_stand_in_their_records_and_in_presets_alone_and_no_exception_is_out_of_use():
    assert found() == {file: names for file, (names, _) in EXCEPTIONS.items()}
