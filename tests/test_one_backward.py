"""One step of D and one of G in the repository: nothing else takes a gradient to train a player."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1] / "ganlab"
ELSEWHERE = ("theory", "fast_cpu")


def calls(name, attributes):
    """'file:function' of every call of one of the attributes."""
    found = set()
    for path in ROOT.rglob("*.py"):
        where = path.relative_to(ROOT).as_posix()
        if where.startswith(ELSEWHERE):
            continue

        def walk(node, inside, where=where):
            for child in ast.iter_child_nodes(node):
                nested = isinstance(child, ast.FunctionDef | ast.ClassDef)
                deeper = f"{inside}.{child.name}".lstrip(".") if nested else inside
                called = isinstance(child, ast.Call) and isinstance(child.func, ast.Attribute)
                if called and not (child.func.attr == "backward" and child.args):
                    text = ast.unparse(child.func)
                    if child.func.attr in attributes and name(text):
                        found.add(f"{where}:{inside}")
                walk(child, deeper)

        walk(ast.parse(path.read_text(encoding="utf-8")), "")
    return found


def test_a_player_goes_back_through_its_loss_in_one_place():
    found = calls(lambda text: True, {"backward"})
    assert {place.partition(":")[0] for place in found} == {"evaluation/classifier_training.py"}
    step = (ROOT / "training" / "step.py").read_text(encoding="utf-8")
    assert step.count("autograd.grad(") == 1


def test_training_has_one_loop_one_average_and_one_worker():
    gone = ("training/superres", "jobs/superres_worker.py", "jobs/dispatch.py")
    assert not any((ROOT / path).exists() for path in gone)
    assert calls(lambda text: True, {"_foreach_lerp_"}) == {
        "training/averaging.py:average_towards",
        "training/ensemble_optimizers.py:EnsembleAdam.changes",
    }
