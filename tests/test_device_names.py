"""No device is named outside `ganlab.device`, and nothing that trains reads a value on the CPU."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1] / "ganlab"
TRAINING = (
    "objective",
    "fast_cpu",
    "networks",
    "training/step.py",
    "training/step_report.py",
    "training/strategies.py",
    "training/unrolled.py",
    "training/batch.py",
    "training/averaging.py",
    "training/player_losses.py",
    "training/terms",
    "training/tasks",
)
READS = {"cpu", "item", "tolist", "numpy"}
NAME = re.compile(r"(cpu|cuda|mps)(:\d+)?")

MAY_READ = {
    "networks/ensemble_layers.py:EnsembleDropout.forward: .tolist": "the seeds stay on the CPU",
    "training/player_losses.py:_penalty: float()": "numbers of the configuration",
    "training/tasks/pictures.py:PictureTask.shown_real: .cpu": "once a run",
    "training/tasks/pictures.py:PictureTask.shown_real: .numpy": "once a run",
    "training/tasks/pictures.py:PictureTask.snapshot: .cpu": "once a snapshot",
    "training/tasks/pictures.py:PictureTask.snapshot: .numpy": "once a snapshot",
    "training/tasks/points.py:PointTask.measure: .cpu": "once a measurement",
    "training/tasks/points.py:PointTask.snapshot: .cpu": "once a snapshot",
    "training/tasks/points.py:PointTask.snapshot: .numpy": "once a snapshot",
    "training/tasks/points.py:manifold_z: float()": "a number of the configuration's noise",
    "training/unrolled.py:Rule.__init__: float()": "the optimiser's count, once a step of G",
}
"""'file:function: what it does' to the reason why no accelerator waits for it."""

MAY_NAME: dict[str, str] = {}
"""'file:function' to the reason why it names a device."""


def places(path: Path) -> Iterator[tuple[str, ast.AST]]:
    """Every node of a module with 'file:function', the innermost function around it."""

    def walk(node: ast.AST, name: str) -> Iterator[tuple[str, ast.AST]]:
        for child in ast.iter_child_nodes(node):
            inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            deeper = f"{name}.{child.name}".lstrip(".") if inside else name
            yield f"{path.relative_to(ROOT).as_posix()}:{deeper}", child
            yield from walk(child, deeper)

    yield from walk(ast.parse(path.read_text(encoding="utf-8")), "")


def what_reads(node: ast.AST) -> str:
    """What a node does with a value on the CPU, or nothing."""
    if isinstance(node, ast.Attribute) and node.attr in READS:
        return f".{node.attr}"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float":
        return "" if isinstance(node.args[0], ast.Constant) else "float()"
    return ""


def modules(names: tuple[str, ...]) -> Iterator[Path]:
    for name in names:
        path = ROOT / name
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path] * path.is_file()


def test_nothing_that_trains_reads_a_value():
    found = {
        f"{place}: {what}"
        for path in modules(TRAINING)
        for place, node in places(path)
        if (what := what_reads(node))
    }
    assert found == set(MAY_READ)


def test_no_other_module_names_a_device():
    found = {
        place
        for path in sorted(ROOT.rglob("*.py"))
        if path != ROOT / "device.py"
        for place, node in places(path)
        if isinstance(node, ast.Constant)
        if isinstance(node.value, str) and NAME.fullmatch(node.value)
    }
    assert found == set(MAY_NAME)


def test_both_rules_see_what_they_forbid():
    lines = "x.cpu()", "x.item()", "x.tolist()", "x.numpy()", "float(x)"
    seen = [any(what_reads(node) for node in ast.walk(ast.parse(line))) for line in lines]
    assert all(seen)
    assert not what_reads(ast.parse("float('inf')", mode="eval").body)
    assert all(NAME.fullmatch(name) for name in ("cpu", "cuda", "cuda:1", "mps"))
