"""How records are made and found: one an idea, written above its function or class.

A decorator such as `@loss("hinge", summary=…)` makes a frozen record of what follows it. Listing
records imports nothing but this module: those of ganlab are read off the source files that
`MODULES` names, so that pages and the command line list every choice without torch; `Record.load`
imports what is needed. Further records come from plug-ins, which are imported at the first look-up
of a process: `*.py` files in the folders of the environment variable GANLAB_PLUGINS, and entry
points of the group `ganlab.plugins`.
"""

import ast
import importlib.util
import math
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from importlib.metadata import entry_points
from pathlib import Path
from types import MappingProxyType
from typing import Any, ParamSpec, TypeVar, overload

from ganlab.errors import ConfigError, UnknownName
from ganlab.records import (
    KINDS,
    Data,
    Decay,
    DiracGame,
    DiracUpdate,
    Equilibrium,
    Loss,
    Method,
    Metric,
    Network,
    Noise,
    Optimizer,
    Parameter,
    Penalty,
    Preset,
    Record,
    Strategy,
    Term,
    Transform,
    Value,
    checked,
)

__all__ = [
    "KINDS",
    "MODULES",
    "Data",
    "Decay",
    "DiracGame",
    "DiracUpdate",
    "Equilibrium",
    "Loss",
    "Method",
    "Metric",
    "Network",
    "Noise",
    "Optimizer",
    "Parameter",
    "Penalty",
    "Preset",
    "Record",
    "Strategy",
    "Term",
    "Transform",
    "Value",
    "checked",
    "data",
    "decay",
    "dirac_game",
    "dirac_update",
    "find",
    "forget",
    "from_plugins",
    "loss",
    "method",
    "metric",
    "network",
    "noise",
    "optimizer",
    "penalty",
    "plugin_errors",
    "preset",
    "register",
    "strategy",
    "table",
    "term",
    "transform",
]

Thing = TypeVar("Thing")
R = TypeVar("R", bound=Record)
P = ParamSpec("P")

MODULES: Mapping[str, tuple[str, ...]] = {
    "loss": ("ganlab.objective.losses",),
    "penalty": ("ganlab.objective.penalties",),
    "transform": ("ganlab.objective.transforms", "ganlab.objective.augmentation"),
    "noise": ("ganlab.data.noise",),
    "strategy": ("ganlab.training.strategies", "ganlab.training.unrolled"),
    "term": (
        "ganlab.training.terms.information",
        "ganlab.training.terms.reconstruction",
        "ganlab.training.terms.consistency",
        "ganlab.training.terms.superres",
    ),
    "optimizer": ("ganlab.training.optimizers",),
    "decay": ("ganlab.training.optimizers",),
    "data": (
        "ganlab.data.points",
        "ganlab.data.drawings",
        "ganlab.data.embedded",
        "ganlab.data.mnist",
        "ganlab.data.cifar10",
        "ganlab.data.own_pictures",
        "ganlab.data.degradation",
    ),
    "network": (
        "ganlab.networks.mlp",
        "ganlab.networks.vanilla",
        "ganlab.networks.dcgan",
        "ganlab.networks.fast28",
        "ganlab.networks.deep_dcgan",
        "ganlab.networks.conditional",
        "ganlab.networks.vae_gan",
        "ganlab.networks.infogan",
        "ganlab.networks.transgan",
        "ganlab.networks.figan",
        "ganlab.networks.dcgan64",
        "ganlab.networks.dcgan_body",
        "ganlab.networks.r3gan",
        "ganlab.networks.superres_pair",
    ),
    "metric": ("ganlab.metrics.feature_distances", "ganlab.metrics.digits"),
    "preset": (
        "ganlab.presets.points",
        "ganlab.presets.digits",
        "ganlab.presets.literature",
        "ganlab.presets.systems",
        "ganlab.presets.superres",
    ),
    "method": ("ganlab.bench.methods",),
    "dirac_game": ("ganlab.theory.dirac",),
    "dirac_update": ("ganlab.theory.updates",),
}
"""The modules of ganlab that hold the records of a kind, in the order in which they are listed."""


def _decorator(kind: Callable[P, Record]) -> Callable[P, Callable[[Thing], Thing]]:
    """A decorator that takes what the record of its kind takes."""

    def describe(*names: P.args, **facts: P.kwargs) -> Callable[[Thing], Thing]:
        record = kind(*names, **facts)

        def given(thing: Any) -> Any:
            target = f"{thing.__module__}:{thing.__qualname__}"
            register(replace(record, target=target, thing=thing))
            return thing

        return given

    return describe


data = _decorator(Data)
decay = _decorator(Decay)
dirac_game = _decorator(DiracGame)
dirac_update = _decorator(DiracUpdate)
loss = _decorator(Loss)
method = _decorator(Method)
metric = _decorator(Metric)
network = _decorator(Network)
noise = _decorator(Noise)
optimizer = _decorator(Optimizer)
penalty = _decorator(Penalty)
preset = _decorator(Preset)
strategy = _decorator(Strategy)
term = _decorator(Term)
transform = _decorator(Transform)

_lock = threading.RLock()
_records: dict[str, dict[str, Record]] = {kind: {} for kind in KINDS}
_read_modules: set[str] = set()
_plugins_of: str | None = None
"""What GANLAB_PLUGINS held when plug-ins were last loaded; None before."""
_added: list[Record] | None = None
"""What the plug-in that is being imported has registered so far."""
_from_plugins: list[Record] = []
_plugin_errors: list[str] = []


@overload
def table(kind: str) -> Mapping[str, Record]: ...
@overload
def table(kind: type[R]) -> Mapping[str, R]: ...
def table(kind: Any) -> Mapping[str, Any]:
    """All records of a kind by name, in the order of the modules and their text; plug-ins last."""
    name = kind if isinstance(kind, str) else kind.kind
    with _lock:
        _read(name)
        _load_plugins()
        return MappingProxyType(_records[name])


@overload
def find(kind: str, name: str, called: str = "") -> Record: ...
@overload
def find(kind: type[R], name: str, called: str = "") -> R: ...
def find(kind: Any, name: str, called: str = "") -> Any:
    """The record of that kind and name; raise UnknownName that lists what there is.

    called is what the error calls the setting, where that is not the kind.
    """
    label = kind if isinstance(kind, str) else kind.kind
    if not isinstance(name, str):
        raise UnknownName(
            f"{called or label} must be one of {', '.join(table(kind))}, got {name!r}"
        )
    if name in _records[label]:  # a training asks in each step
        return _records[label][name]
    with _lock:
        _read(label)
    # Plug-ins are left alone for what is the lab's own, as its presets are.
    known = _records[label] if name in _records[label] else table(kind)
    if name in known:
        return known[name]
    label = called or label
    words = f"{label} must be one of {', '.join(known)}, got {name!r}"
    if _plugin_errors:
        words += f" ({'; '.join(_plugin_errors)})"
    raise UnknownName(words)


def plugin_errors(load: bool = True) -> tuple[str, ...]:
    """One sentence for each plug-in that could not be loaded; they are loaded now, if so asked."""
    with _lock:
        if load:
            _load_plugins()
        return tuple(_plugin_errors)


def from_plugins() -> tuple[Record, ...]:
    """The records that plug-ins brought."""
    with _lock:
        _load_plugins()
        return tuple(_from_plugins)


def register(record: Record) -> None:
    """Keep a record from now on, as its decorator does."""
    with _lock:
        _read(record.kind)
        _register(record)


def forget(record: Record) -> None:
    """Take a record out that was registered in this process for a while."""
    with _lock:
        _records[record.kind].pop(record.name, None)


def _register(record: Record) -> None:
    """Keep the record, or the same one again as its module's import brings it."""
    known = _records[record.kind].get(record.name)
    if known and known.target != record.target:
        raise ConfigError(
            f"two of one name: the {record.kind} {record.name!r} is {known.target} and "
            f"{record.target}"
        )
    _records[record.kind][record.name] = record
    if known is None and _added is not None and record.thing is not None:
        _added.append(record)


# --- records of ganlab, read off the source -------------------------------------------------------


def _read(kind: str) -> None:
    """Register what the modules of a kind say above their functions and classes."""
    for module in MODULES[kind]:
        if module not in _read_modules:
            _read_modules.add(module)
            for record in _written_in(module):
                _register(record)


def _written_in(module: str) -> Iterator[Record]:
    """The records in a module's text, which is not imported.

    Each decorator's call is evaluated among this module's names, `math`, and the constants and
    helper functions of its own module that it uses.
    """
    path = Path(__file__).parent.parent.joinpath(*module.split(".")).with_suffix(".py")
    body = ast.parse(path.read_text(encoding="utf-8"), str(path)).body
    texts = {name: node for node in body for name in _bound_by(node)}
    names: dict[str, Any] = {**globals(), **KINDS, "math": math}
    for node in body:
        for call in getattr(node, "decorator_list", ()):
            if isinstance(call, ast.Call) and getattr(call.func, "id", None) in KINDS:
                _define(call, texts, names, path)
                record = eval(compile(ast.Expression(call), str(path), "eval"), names)
                yield replace(record, target=f"{module}:{node.name}")  # type: ignore[attr-defined]


def _bound_by(node: ast.stmt) -> list[str]:
    """The names of a module's constant or helper function."""
    if isinstance(node, ast.FunctionDef) and not node.decorator_list:
        return [node.name]
    if isinstance(node, ast.Assign):
        return [one.id for one in node.targets if isinstance(one, ast.Name)]
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return [node.target.id]
    return []


def _define(node: ast.AST, texts: dict[str, ast.stmt], names: dict[str, Any], path: Path) -> None:
    """Carry out the statements that bind what node uses, after those that they use themselves."""
    for used in list(ast.walk(node)):
        statement = texts.pop(used.id, None) if isinstance(used, ast.Name) else None
        if statement is None:
            continue
        # Annotations may name what is not imported here.
        if isinstance(statement, ast.AnnAssign) and statement.value:
            plain = ast.Assign([statement.target], statement.value)
            statement = ast.copy_location(plain, statement)
        elif isinstance(statement, ast.FunctionDef):
            statement.returns = None
            for one in ast.walk(statement.args):
                if isinstance(one, ast.arg):
                    one.annotation = None
        _define(statement, texts, names, path)
        exec(compile(ast.Module([statement], []), str(path), "exec"), names)


# --- plug-ins -------------------------------------------------------------------------------------


def _load_plugins() -> None:
    """Import plug-ins if that was not done yet for what GANLAB_PLUGINS holds now."""
    global _plugins_of
    wanted = os.environ.get("GANLAB_PLUGINS", "")
    if wanted == _plugins_of:
        return
    _plugins_of = wanted
    for record in _from_plugins:
        _records[record.kind].pop(record.name, None)
        sys.modules.pop(record.target.partition(":")[0], None)
    _from_plugins.clear()
    _plugin_errors.clear()
    for point in entry_points(group="ganlab.plugins"):
        _load_plugin(point.name, point.load)
    for folder in filter(None, wanted.split(os.pathsep)):
        if not Path(folder).is_dir():
            _plugin_errors.append(f"GANLAB_PLUGINS names {folder}, which is no folder")
        for path in sorted(Path(folder).glob("*.py")):
            _load_plugin(path.name, lambda path=path: _import_file(path))
    for record in tuple(_from_plugins):  # all are there now: one may use another
        try:
            record.check()
        except Exception as error:
            _plugin_errors.append(f"the {record.kind} {record.name} cannot be used ({error})")
            _from_plugins.remove(record)
            forget(record)
            sys.modules.pop(record.target.partition(":")[0], None)


def _load_plugin(name: str, load: Callable[[], Any]) -> None:
    """Import one plug-in; if that fails, keep one sentence about it and none of its records."""
    global _added
    _added = []
    try:
        load()
    except (Exception, SystemExit) as error:
        what = " ".join(f"{type(error).__name__}: {error}".rstrip(": ").split())
        _plugin_errors.append(f"the plug-in {name} could not be loaded ({what})")
        for record in _added:
            _records[record.kind].pop(record.name, None)
    else:
        _from_plugins.extend(_added)
    finally:
        _added = None


def _import_file(path: Path) -> None:
    name = f"ganlab_plugin_{path.stem}"
    if name in sys.modules:
        raise ConfigError(f"two plug-ins are called {path.name}")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
