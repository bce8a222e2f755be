"""Make each of many small faults in a copy of the tree and see whether its tests notice.

    python -m tests.meta.seeded_faults                    all of them, some minutes
    python -m tests.meta.seeded_faults --only cosine      those with this in name, package or file
    python -m tests.meta.seeded_faults --json             one object as the last line

The faults stand in `seeded_faults.toml`. The copy holds what git tracks and what it would add, as
it stands in the working tree. First the tests run there as they are: a test that fails without a
fault shows nothing. Then each fault is made alone, its tests run until the first one fails, on one
thread and without a browser, and the file is put back. The exit status is 1 if a fault is missed or
cannot be made, or if a test fails without one.
"""

import argparse
import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.meta.count import CODE, ROOT, tracked

LIST = Path(__file__).with_suffix(".toml")
LIMIT = 600.0
"""Seconds that the tests of one fault may take; a fault that keeps them from ending is noticed."""


class CannotBeMade(Exception):
    """The fault's text, or one of its tests, is not found where only one can be meant."""


@dataclass(frozen=True)
class Fault:
    """One small change; see `seeded_faults.toml`."""

    package: str
    name: str
    file: str
    where: str
    old: str
    new: str
    tests: tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """Where a fault's text stands in a file: from a character to another."""

    path: str
    start: int
    end: int


@dataclass(frozen=True)
class Outcome:
    """What became of one fault: "caught", "missed" or "not made", by which test or why not."""

    package: str
    name: str
    outcome: str
    by: str
    seconds: float


def read_faults(path: Path = LIST) -> list[Fault]:
    """The faults in a file."""
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["fault"]
    return [Fault(**row | {"tests": tuple(row["tests"])}) for row in rows]


def sources(root: Path = ROOT) -> dict[str, str]:
    """The Python files outside `tests/`, path to text."""
    paths = [p for p in tracked(root) if p.endswith(".py") and p.split("/")[0] in CODE]
    return {path: (root / path).read_text(encoding="utf-8") for path in paths}


def spans(text: str) -> list[tuple[str, int, int]]:
    """Qualified name, first and last character of every function and class; "" is the module."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(min(starts[-1] + len(line) + 1, len(text)))
    found = [("", 0, len(text))]

    def visit(body: Iterable[ast.AST], above: str) -> None:
        for node in body:
            name = above
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                name = f"{above}.{node.name}".lstrip(".")
                found.append((name, starts[node.lineno - 1], starts[node.end_lineno or 0]))
            visit(ast.iter_child_nodes(node), name)

    visit(ast.parse(text).body, "")
    return found


def locate(fault: Fault, texts: Mapping[str, str]) -> Place:
    """Where the fault is to be made; raise CannotBeMade unless there is exactly one such place.

    The recorded file is asked first. Where it is gone, or its function no longer holds the text,
    the one file counts whose function of that name does; then the one whose function of the same
    last name does, whatever class or module it stands in; at last the one file that holds the text
    at all.
    """
    last = fault.where.rpartition(".")[2]
    recorded = {fault.file: texts[fault.file]} if fault.file in texts else {}
    searches = [(recorded, fault.where, False), (texts, fault.where, False)]
    searches += [(texts, last, True)] * bool(last) + [(texts, "", False)]
    for some, where, by_last in searches:
        found = {
            (path, low + place)
            for path, text in some.items()
            if fault.old in text
            for name, low, high in spans(text)
            if (name.rpartition(".")[2] if by_last else name) == where
            for place in _places(text[low:high], fault.old)
        }
        if len(found) == 1:
            ((path, start),) = found
            return Place(path, start, start + len(fault.old))
        if len(found) > 1:
            raise CannotBeMade(f"{fault.old!r} stands {len(found)} times in {where or 'modules'}")
    raise CannotBeMade(f"{fault.old!r} stands nowhere")


def _places(text: str, part: str) -> list[int]:
    return [match.start() for match in re.finditer(re.escape(part), text)]


def files_of_tests(fault: Fault, paths: Iterable[str]) -> list[str]:
    """The fault's test files as they lie now: where recorded, else all of the same file name."""
    paths = list(paths)
    found: list[str] = []
    for test in fault.tests:
        name = test.rpartition("/")[2]
        there = [test] if test in paths else [p for p in paths if p.rpartition("/")[2] == name]
        if not there:
            raise CannotBeMade(f"there are no tests {name}")
        found += there
    return list(dict.fromkeys(found))


def copy_tree(root: Path, to: Path) -> None:
    """Copy what git tracks or would add, but `findings/`, which no test reads."""
    for path in tracked(root):
        if path.split("/")[0] != "findings":
            (to / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / path, to / path)


def run_tests(tree: Path, tests: Sequence[str], first: bool) -> tuple[str, list[str]]:
    """Run tests in the tree: "passed", "failed" or what else happened, and those that failed.

    With `first` the run ends at the first failure.
    """
    base = tree.parent / "pytest"
    command = [sys.executable, "-m", "pytest", "-q", "--tb=no", "-p", "no:cacheprovider"]
    command += ["-m", "not browser", f"--basetemp={base}", *(["-x"] if first else []), *tests]
    settings = {"OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": ""}  # compiled once
    try:
        ran = subprocess.run(
            command,
            cwd=tree,
            env=os.environ | settings,
            capture_output=True,
            text=True,
            timeout=LIMIT if first else None,
        )
    except subprocess.TimeoutExpired:
        return "failed", [f"no end within {LIMIT:.0f} s"]
    finally:
        shutil.rmtree(base, ignore_errors=True)
    failed = re.findall(r"^(?:FAILED|ERROR) (\S+)", ran.stdout, re.MULTILINE)
    if ran.returncode in (1, 2) and failed:
        return "failed", failed
    return ("passed", []) if ran.returncode == 0 else (f"pytest exited {ran.returncode}", [])


def try_fault(tree: Path, fault: Fault, texts: Mapping[str, str], paths: Sequence[str]) -> Outcome:
    """Make one fault in the tree, run its tests and put the file back."""
    began = time.perf_counter()
    try:
        place, tests = locate(fault, texts), files_of_tests(fault, paths)
    except CannotBeMade as reason:
        return Outcome(fault.package, fault.name, "not made", str(reason), 0.0)
    text = texts[place.path]
    file = tree / place.path
    before = file.stat()
    file.write_text(text[: place.start] + fault.new + text[place.end :], encoding="utf-8")
    # Compiled files are known by whole seconds and length: no two states may share both.
    changed = max(time.time(), before.st_mtime) + 10
    os.utime(file, (changed, changed))
    try:
        ended, failed = run_tests(tree, tests, first=True)
    finally:
        file.write_text(text, encoding="utf-8")
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    seconds = time.perf_counter() - began
    outcome = {"failed": "caught", "passed": "missed"}.get(ended, "not made")
    by = failed[0] if failed else ", ".join(tests) if ended == "passed" else ended
    return Outcome(fault.package, fault.name, outcome, by, round(seconds, 1))


def main(arguments: list[str] | None = None) -> int:
    """Try the faults; 0 if each of them is caught."""
    parser = argparse.ArgumentParser(prog="python -m tests.meta.seeded_faults", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--only", metavar="TEXT", default="", help="part of name, package or file")
    parser.add_argument("--json", action="store_true", help="end with one JSON object")
    parser.add_argument(
        "--unchecked", action="store_true", help="do not run the tests without a fault first"
    )
    chosen = parser.parse_args(arguments)
    faults = [f for f in read_faults() if chosen.only in f"{f.name} {f.package} {f.file}"]
    if not faults:
        parser.error(f"no fault has {chosen.only!r} in its name, package or file")
    out = sys.stderr if chosen.json else sys.stdout
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        tree = Path(folder) / "tree"
        copy_tree(ROOT, tree)
        texts = sources(ROOT)
        paths = [path for path in tracked(ROOT) if path.startswith("tests/")]
        broken = [] if chosen.unchecked else _broken(tree, faults, paths)
        for test in broken:
            print(f"fails without a fault: {test}", file=out, flush=True)
        outcomes: list[Outcome] = []
        for fault in [] if broken else faults:
            one = try_fault(tree, fault, texts, paths)
            line = f"{one.outcome:<8} {one.seconds:>5.1f} s  {one.package}: {one.name} ({one.by})"
            print(line, file=out, flush=True)
            outcomes.append(one)
    result = summary(outcomes, broken)
    if chosen.json:
        print(json.dumps(result | {"faults": [asdict(one) for one in outcomes]}))  # noqa: T201
    else:
        print("{caught} of {tried} caught in {packages} packages".format(**result))  # noqa: T201
    return 0 if not broken and result["caught"] == result["tried"] else 1


def _broken(tree: Path, faults: Sequence[Fault], paths: Sequence[str]) -> list[str]:
    """The tests that fail without any fault."""
    wanted: dict[str, None] = {}
    for fault in faults:
        try:
            wanted |= dict.fromkeys(files_of_tests(fault, paths))
        except CannotBeMade:
            continue  # said when its turn comes
    if not wanted:
        return []  # without a path pytest would run everything
    ended, failed = run_tests(tree, list(wanted), first=False)
    return failed if ended in ("passed", "failed") else [ended]


def summary(outcomes: Sequence[Outcome], broken: Sequence[str] = ()) -> dict[str, Any]:
    """The counts, the faults that were not caught, and the seconds of all."""
    return {
        "tried": len(outcomes),
        "caught": sum(one.outcome == "caught" for one in outcomes),
        "packages": len({one.package for one in outcomes}),
        "missed": [one.name for one in outcomes if one.outcome == "missed"],
        "not_made": [one.name for one in outcomes if one.outcome == "not made"],
        "broken": list(broken),
        "seconds": round(sum(one.seconds for one in outcomes), 1),
    }


if __name__ == "__main__":
    sys.exit(main())
