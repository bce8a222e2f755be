"""Every scatter says its mode: without one Plotly adds stray markers below twenty points."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCATTERS = ("add_scatter", "Scatter", "add_scattergl", "Scattergl")


def test_every_scatter_names_its_mode():
    calls, without = 0, []
    for path in (*ROOT.glob("ganlab/**/*.py"), *ROOT.glob("pages/**/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or getattr(node.func, "attr", "") not in SCATTERS:
                continue
            calls += 1
            if not any(one.arg == "mode" for one in node.keywords):
                without.append(f"{path.name}:{node.lineno}")
    assert without == []
    assert calls > 20
