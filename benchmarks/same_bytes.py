"""Whether this checkout computes the same bytes as another commit, on this machine.

    python -m benchmarks.same_bytes HEAD~1
    python -m benchmarks.same_bytes main --precision float32 --only "presets: hinge: "

The other commit gets a git worktree in a temporary folder, and each tree records with its own
`tests.golden.record`, so that modules may have been moved and renamed between the two. Compared are
the losses of every preset and recipe to the last bit, pictures, and the bytes of written files.
Exit 1 if anything differs.
"""

import argparse
import base64
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[1]
PRECISIONS = {"float32": [], "native": ["--native"]}
"""Choice to what the recorder wants for it: native is bfloat16 on a processor made for it."""


@contextmanager
def worktree(commit: str, folder: Path) -> Iterator[Path]:
    """Within it the commit is checked out in the folder."""
    git = ["git", "-C", str(ROOT), "worktree"]
    subprocess.run([*git, "add", "--quiet", "--detach", str(folder), commit], check=True)
    try:
        yield folder
    finally:
        subprocess.run([*git, "remove", "--force", str(folder)], check=True)


def record(tree: Path, out: Path, options: list[str]) -> dict[str, Any]:
    """What the tree's own recorder finds, by case."""
    surroundings = os.environ | {"PYTHONPATH": str(tree), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "tests.golden.record", "--json", str(out), *options]
    subprocess.run(command, cwd=tree, env=surroundings, check=True, stdout=subprocess.DEVNULL)
    found = json.loads(out.read_text())
    if not Path(found["package"]).resolve().is_relative_to(tree.resolve()):
        raise SystemExit(f"the package of {tree} was wanted, got {found['package']}")
    return found["values"]


def differences(here: Mapping[str, Any], there: Mapping[str, Any]) -> list[str]:
    """A line for each value that is not the same in both."""
    lines = [f"{case}: only here" for case in here if case not in there]
    lines += [f"{case}: only in the other commit" for case in there if case not in here]
    both = [case for case in here if case in there and here[case] != there[case]]
    return sorted(lines + [f"{case}: {how_far(here[case], there[case])}" for case in both])


def how_far(here: Any, there: Any) -> str:
    """How two values differ that are not the same: numbers, an array, or a digest."""
    if isinstance(here, str):
        return "other bytes"
    if isinstance(here, list):
        if len(here) != len(there):
            return f"{len(here)} numbers, {len(there)} in the other commit"
        steps = [step for step, (a, b) in enumerate(zip(here, there, strict=True), 1) if a != b]
        one, other = (float.fromhex(series[steps[0] - 1]) for series in (here, there))
        return f"from number {steps[0]} on, {one!r} here and {other!r} there"
    if (here["dtype"], here["shape"]) != (there["dtype"], there["shape"]):
        return f"{here['dtype']} {here['shape']}, {there['dtype']} {there['shape']} there"
    one, other = (
        np.frombuffer(base64.b64decode(value["bytes"]), value["dtype"]) for value in (here, there)
    )
    apart = np.abs(one.astype(float) - other.astype(float))
    return f"{np.count_nonzero(one != other)} of {one.size} values, by at most {np.nanmax(apart):g}"


def main() -> int:
    """Compare; the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("commit", help="a commit that has tests/golden")
    parser.add_argument("--precision", choices=(*PRECISIONS, "both"), default="both")
    parser.add_argument("--only", default="", help="cases with this in 'kind: name: '")
    chosen = parser.parse_args()
    wanted = list(PRECISIONS) if chosen.precision == "both" else [chosen.precision]
    failed = False
    with (
        tempfile.TemporaryDirectory() as folder,
        worktree(chosen.commit, Path(folder) / "other") as other,
    ):
        if not (other / "tests" / "golden" / "record.py").is_file():
            parser.error(f"{chosen.commit} has no tests/golden/record.py: take a later commit")
        for precision in wanted:
            here, there = (
                record(
                    tree,
                    Path(folder) / "values.json",
                    [*PRECISIONS[precision], "--only", chosen.only],
                )
                for tree in (ROOT, other)
            )
            found = differences(here, there)
            failed |= bool(found)
            print(f"{precision}: {len(found)} of {len(here | there)} values differ", flush=True)
            for line in found:
                print(f"  {line}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
