"""Count the lines of code, the documented functions and the importers of each module.

    python -m tests.meta.count            a table
    python -m tests.meta.count --json     one object

A line of code holds at least one token that is neither a comment nor part of a documentation
string. A documentation string is an expression statement that is a string alone: the first
statement of a module, class or function, or the one after an assignment.

A module's importers are the modules of `ganlab/`, `pages/`, `benchmarks/`, `app.py` and `lab.py`
that name it in an import statement, wherever in the file it stands; tests are not counted, nor is
the package that holds it for importing a part of it.
"""

import argparse
import ast
import io
import json
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = ("ganlab", "pages", "benchmarks", "app.py", "lab.py")
SMALL = 60
"""A module with fewer lines of code and a single importer is listed."""

_NO_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
}
_JAVASCRIPT = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
      | (?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)
      | (?P<pattern>(?<=[(,=:\[!&|?{};])[ ]*/(?![/*])
        (?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/)""",
    re.VERBOSE | re.DOTALL,
)
_CSS = re.compile(
    r"""(?P<comment>/\*.*?\*/)
      | (?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class Single:
    """A module that only one other module imports; `whole` counts every line of its file."""

    module: str
    importer: str
    lines: int
    whole: int


@dataclass(frozen=True)
class Counts:
    """What `python -m tests.meta.count` prints.

    Attributes:
        code: lines of `ganlab/`, `pages/`, `benchmarks/`, `app.py` and `lab.py` together.
        folders: the same by folder or file.
        tests: lines of `tests/`.
        javascript: lines of `.js`, `.mjs` and `.ts` files outside `tests/`.
        css: lines of `.css` files outside `tests/`.
        docstrings: functions, classes and methods with a docstring, each of a public name.
        modules: Python files that are counted as code.
        singles: the modules with exactly one importer.
        small_singles: those of them with fewer than `SMALL` lines.
    """

    code: int
    folders: dict[str, int]
    tests: int
    javascript: int
    css: int
    docstrings: int
    modules: int
    singles: list[Single]
    small_singles: list[Single]


def python_lines(source: str) -> int:
    """The lines of `source` that hold code."""
    held: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in _NO_CODE:
            held.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        if _is_text(node):
            held.difference_update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return len(held)


def script_lines(source: str, kind: str = "js") -> int:
    """The lines of JavaScript or CSS (`kind` is "css") that hold code."""
    pattern = _CSS if kind == "css" else _JAVASCRIPT

    def kept(match: re.Match[str]) -> str:
        text = match.group()
        return re.sub(r"[^\n]", " ", text) if match.lastgroup == "comment" else text

    return sum(1 for line in pattern.sub(kept, source).splitlines() if line.strip())


def public_docstrings(source: str) -> int:
    """How many public functions, classes and methods of a module have a docstring."""

    def inside(body: Iterable[ast.stmt]) -> int:
        found = 0
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                if node.name.startswith("_"):
                    continue
                found += ast.get_docstring(node) is not None
                if isinstance(node, ast.ClassDef):
                    found += inside(node.body)
        return found

    return inside(ast.parse(source).body)


def module_name(path: str) -> str:
    """The dotted name of a file: `ganlab/data/__init__.py` is `ganlab.data`."""
    parts = path.removesuffix(".py").split("/")
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(source: str, modules: Iterable[str]) -> set[str]:
    """Which of `modules` the source names in import statements.

    `from a.b import c` names `a.b.c` where that is a module, else `a.b`.
    """
    known = set(modules)
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                longer = f"{node.module}.{alias.name}"
                found.add(longer if longer in known else node.module)
    return found & known


def importers(sources: dict[str, str]) -> dict[str, set[str]]:
    """For each module (by dotted name) the modules that import it, itself left out."""
    found: dict[str, set[str]] = {name: set() for name in sources}
    for name, source in sources.items():
        for other in imported(source, sources) - {name}:
            found[other].add(name)
    return found


def tracked(root: Path) -> list[str]:
    """The files that git knows or would add, as paths relative to `root`."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=root,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    return sorted(path for path in set(listed.split("\0")) if path and (root / path).is_file())


def count(root: Path = ROOT) -> Counts:
    """Count the tree at `root`."""
    folders = dict.fromkeys(CODE, 0)
    tests = javascript = css = docstrings = 0
    sources: dict[str, str] = {}
    lines: dict[str, int] = {}
    for path in tracked(root):
        top = path.split("/")[0]
        suffix = path.rpartition(".")[2]
        if suffix not in ("py", "js", "mjs", "ts", "css"):
            continue
        source = (root / path).read_text(encoding="utf-8")
        if suffix == "py" and top in CODE:
            name = module_name(path)
            sources[name], lines[name] = source, python_lines(source)
            folders[top] += lines[name]
            docstrings += public_docstrings(source)
        elif suffix == "py" and top == "tests":
            tests += python_lines(source)
        elif suffix == "css" and top != "tests":
            css += script_lines(source, "css")
        elif suffix != "py" and top != "tests":
            javascript += script_lines(source)
    singles = [
        Single(name, next(iter(by)), lines[name], len(sources[name].splitlines()))
        for name, by in sorted(importers(sources).items())
        if len(by) == 1
    ]
    return Counts(
        code=sum(folders.values()),
        folders=folders,
        tests=tests,
        javascript=javascript,
        css=css,
        docstrings=docstrings,
        modules=len(sources),
        singles=singles,
        small_singles=[one for one in singles if one.lines < SMALL],
    )


def table(counts: Counts) -> str:
    """The counts as lines of text, with the small modules of a single importer."""
    rows = [
        ("code lines", counts.code),
        *((f"  {folder}", number) for folder, number in counts.folders.items()),
        ("test lines", counts.tests),
        ("JavaScript lines", counts.javascript),
        ("CSS lines", counts.css),
        ("docstrings of public names", counts.docstrings),
        ("modules", counts.modules),
        ("modules with one importer", len(counts.singles)),
        (f"  under {SMALL} lines of code", len(counts.small_singles)),
        (f"  under {SMALL} lines in all", sum(one.whole < SMALL for one in counts.small_singles)),
    ]
    listed = [
        f"    {one.module} ({one.lines} of {one.whole}) <- {one.importer}"
        for one in counts.small_singles
    ]
    return "\n".join([*(f"{label:<28} {number:>7,}" for label, number in rows), *listed])


def _is_text(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def main(arguments: list[str] | None = None) -> int:
    """Print the counts of the present tree."""
    parser = argparse.ArgumentParser(prog="python -m tests.meta.count", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    chosen = parser.parse_args(arguments)
    counts = count()
    print(json.dumps(asdict(counts)) if chosen.json else table(counts))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
