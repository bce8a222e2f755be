"""Records read off the source against those that the imported modules register; plug-ins."""

import ast
import importlib
import os
import subprocess
import sys
import textwrap
from dataclasses import fields
from pathlib import Path

import pytest

from ganlab import registry
from ganlab.errors import ConfigError, UnknownName
from ganlab.registry import KINDS, MODULES, Loss, Penalty, find, table

ROOT = Path(__file__).parents[1]
EVERY = [(kind, name) for kind in KINDS for name in table(kind)]
SOFT = '''
from torch.nn.functional import softplus

from ganlab.registry import loss


@loss("NAME", summary="A loss of a test.", source="Here")
class Soft:
    """A pair of softplus."""

    @staticmethod
    def d(real_logits, fake_logits):
        return softplus(-real_logits) + softplus(fake_logits)

    @staticmethod
    def g(real_logits, fake_logits):
        return softplus(-fake_logits)
'''


@pytest.fixture
def plugins(tmp_path, monkeypatch):
    """A folder of plug-ins, empty at first; `read` has the registry look into it now."""
    count = iter(range(1_000))

    def write(name, text):
        (tmp_path / name).write_text(textwrap.dedent(text), encoding="utf-8")

    def read():
        # Another way to write the same folder has it read anew.
        monkeypatch.setenv("GANLAB_PLUGINS", str(tmp_path) + "/." * next(count))
        return registry.plugin_errors()

    yield type("Plugins", (), {"write": staticmethod(write), "read": staticmethod(read)})
    monkeypatch.delenv("GANLAB_PLUGINS")
    registry.plugin_errors()


def test_all_records_are_listed_without_torch():
    code = (
        "import sys; from ganlab import registry; from ganlab.registry import KINDS, table; "
        "assert all(table(kind) for kind in KINDS if registry.MODULES[kind]); "
        "sys.exit('torch' in sys.modules)"
    )
    environment = {k: v for k, v in os.environ.items() if k != "GANLAB_PLUGINS"}
    done = subprocess.run([sys.executable, "-c", code], check=False, cwd=ROOT, env=environment)
    assert done.returncode == 0


@pytest.mark.parametrize(("kind", "name"), EVERY)
def test_what_is_read_off_the_source_is_what_the_import_registers(kind, name):
    read = {one.name: one for module in MODULES[kind] for one in registry._written_in(module)}[name]
    for module in MODULES[kind]:
        importlib.import_module(module)
    real = find(kind, name)
    assert real.thing is real.load()
    assert real.thing.__doc__
    for one in fields(read):
        mine, theirs = getattr(read, one.name), getattr(real, one.name)
        if one.name == "thing":
            assert mine is None
        elif not callable(mine):
            assert mine == theirs
    assert read.load() is real.load()


@pytest.mark.parametrize(("kind", "name"), EVERY)
def test_every_record_says_what_it_is(kind, name):
    one = find(kind, name)
    assert one.summary.endswith(".")
    assert one.title
    for parameter in one.parameters.values():
        assert parameter.help.endswith(".")


def test_every_decorated_thing_stands_in_a_module_that_is_read():
    """A record in another module would be listed only once that module happens to be imported."""
    found = set()
    for path in (ROOT / "ganlab").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in tree.body:
            for one in getattr(node, "decorator_list", ()):
                if isinstance(one, ast.Call) and getattr(one.func, "id", "") in KINDS:
                    module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
                    found.add((one.func.id, module))
    assert found == {(kind, module) for kind in KINDS for module in MODULES[kind]}


def test_find_lists_what_there_is():
    with pytest.raises(UnknownName, match=r"^loss must be one of .*hinge.*, got 'hinges'$"):
        find(Loss, "hinges")
    with pytest.raises(UnknownName, match=r"^penalties must be one of .*r1.*, got 'r7'$"):
        find(Penalty, "r7", called="penalties")


def test_two_things_of_one_name_are_an_error_that_names_both():
    with pytest.raises(ConfigError, match=r"ganlab\.objective\.losses:Hinge and .*test_registry"):

        @registry.loss("hinge", summary="Another.")
        class Other:
            pass

    assert find(Loss, "hinge").target == "ganlab.objective.losses:Hinge"


def test_a_plugin_is_listed_last_used_and_gone_again(plugins, monkeypatch):
    lab = list(table(Loss))
    plugins.write("soft.py", SOFT.replace("NAME", "soft"))
    assert plugins.read() == ()
    assert list(table(Loss)) == [*lab, "soft"]
    assert [one.name for one in registry.from_plugins()] == ["soft"]
    assert find(Loss, "soft").load().d is find(Loss, "soft").thing.d
    monkeypatch.setenv("GANLAB_PLUGINS", "")
    assert list(table(Loss)) == lab
    with pytest.raises(UnknownName):
        find(Loss, "soft")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("import nothing_of_that_name", "ModuleNotFoundError: No module named 'nothing_of_that"),
        ("def (", "SyntaxError: "),
        ("raise SystemExit(3)", "SystemExit: 3"),
        (SOFT.replace("NAME", "hinge"), "ConfigError: two of one name: the loss 'hinge' is "),
        (SOFT.replace("summary=", "summery="), "TypeError: "),
        (SOFT.replace("NAME", "half") + "\n1 / 0\n", "ZeroDivisionError: "),
    ],
)
def test_a_plugin_that_fails_is_one_sentence_and_takes_nothing_down(plugins, text, words):
    lab = list(table(Loss))
    plugins.write("broken.py", text)
    plugins.write("whole.py", SOFT.replace("NAME", "whole"))
    (error,) = plugins.read()
    assert error.startswith(f"the plug-in broken.py could not be loaded ({words}")
    assert "\n" not in error
    assert list(table(Loss)) == [*lab, "whole"]
    with pytest.raises(UnknownName, match=r"broken\.py could not be loaded"):
        find(Loss, "absent")


def test_a_folder_that_is_none_and_two_files_of_one_name_are_said(plugins, tmp_path, monkeypatch):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    for folder in ("one", "two"):
        (tmp_path / folder / "same.py").write_text(SOFT.replace("NAME", folder), encoding="utf-8")
    folders = [str(tmp_path / name) for name in ("one", "two", "absent")]
    monkeypatch.setenv("GANLAB_PLUGINS", os.pathsep.join(folders))
    errors = registry.plugin_errors()
    assert len(errors) == 2
    assert "two plug-ins are called same.py" in errors[0]
    assert errors[1] == f"GANLAB_PLUGINS names {folders[2]}, which is no folder"
    assert "one" in table(Loss)
    assert "two" not in table(Loss)


def test_an_entry_point_registers_as_a_file_does(plugins, monkeypatch):
    class Point:
        name = "mine"

        @staticmethod
        def load():
            exec(SOFT.replace("NAME", "pointed"), {"__name__": "somebody.module"})

    with monkeypatch.context() as patched:  # undone before the plug-ins are read for the last time
        patched.setattr(registry, "entry_points", lambda group: [Point] * (group != ""))
        plugins.read()
        assert find(Loss, "pointed").target == "somebody.module:Soft"
