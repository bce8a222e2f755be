"""`python -m tests.golden.record`: store what this checkout computes, for later ones to equal.

It records four times: as this processor computes, and as three others would, to find out how many
steps processors agree on. With --json OUT nothing is stored; all values go to OUT in full
precision, for `benchmarks/same_bytes.py`, which compares two checkouts on one machine.
"""

import argparse
import base64
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import ganlab
from tests.golden import arithmetic
from tests.golden.measured import Outcome, everything, plain
from tests.golden.stored import NUMBERS, PICTURES, TOLERANCE, pictures, recorded


def main() -> None:
    """Record; times go to stdout."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write every value here instead of storing it")
    parser.add_argument(
        "--native",
        action="store_true",
        help="with --json: in the precision that this processor is fast at, not float32",
    )
    parser.add_argument(
        "--only", default="", metavar="PART", help="cases with this in 'kind: name: ', such as wgan"
    )
    chosen = parser.parse_args()
    if chosen.native and not chosen.json:
        parser.error("what is stored is float32: --native needs --json")
    with tempfile.TemporaryDirectory() as folder:
        found = list(_timed(everything(Path(folder), not chosen.native, chosen.only)))
        if chosen.json:
            content = {"package": str(Path(ganlab.__file__).parent), "values": exact(found)}
            chosen.json.write_text(json.dumps(content))
            return
        others = [_elsewhere(one, Path(folder), chosen.only) for one in arithmetic.VARIANTS]
    store(found, others, whole=not chosen.only)


def _elsewhere(variant: Mapping[str, str], folder: Path, only: str) -> dict[str, Any]:
    """What `exact` gives in that environment."""
    out = folder / "elsewhere.json"
    print(" ".join(f"{key}={value}" for key, value in variant.items()), flush=True)  # noqa: T201
    command = [sys.executable, "-m", "tests.golden.record", "--json", str(out), "--only", only]
    subprocess.run(command, env=os.environ | variant, check=True, stdout=subprocess.DEVNULL)
    return json.loads(out.read_text())["values"]


def _timed(cases: Iterator[tuple[str, str, Any]]) -> Iterator[tuple[str, str, Any]]:
    began = before = time.process_time()
    for kind, name, value in cases:
        now = time.process_time()
        print(f"{now - before:6.2f} CPU s  {kind:10}{name}", flush=True)  # noqa: T201
        before = now
        yield kind, name, value
    print(f"{time.process_time() - began:6.2f} CPU s  together")  # noqa: T201


def exact(found: list[tuple[str, str, Any]]) -> dict[str, Any]:
    """Every value without loss: floats as hexadecimal, arrays as their bytes, files' digests."""
    values: dict[str, Any] = {}
    for kind, name, value in found:
        if isinstance(value, Outcome):
            values[f"{kind}: {name}: file"] = value.digest
            for key, array in value.arrays.items():
                values[f"{kind}: {name}: {key}"] = {
                    "dtype": str(array.dtype),
                    "shape": array.shape,
                    "bytes": base64.b64encode(array.tobytes()).decode(),
                }
        else:
            for key, numbers in value.items():
                values[f"{kind}: {name}: {key}"] = [float(number).hex() for number in numbers]
    return values


def store(
    found: list[tuple[str, str, Any]], others: Sequence[Mapping[str, Any]], whole: bool
) -> None:
    """Rewrite the stored files, or where not the whole was recorded, those values in them."""
    digest = arithmetic.digest()
    numbers, agreed, arrays = {}, {}, {}
    if not whole:
        if recorded()["arithmetic"] != digest:
            raise SystemExit("this processor is not the one that recorded the rest: record all")
        numbers, agreed, arrays = recorded()["numbers"], recorded()["agreed"], pictures()
    for kind, name, value in found:
        if isinstance(value, Outcome):
            arrays |= {f"{kind}: {name}: {key}": array for key, array in value.arrays.items()}
            continue
        for key, series in value.items():
            long = f"{kind}: {name}: {key}"
            numbers[long] = [plain(float(f"{number:.7g}")) for number in series]
            elsewhere = [[float.fromhex(one) for one in other[long]] for other in others]
            agreed[long] = arithmetic.near(series, elsewhere, TOLERANCE)
    NUMBERS.parent.mkdir(exist_ok=True)
    NUMBERS.write_text(_lines({"arithmetic": digest, "agreed": agreed, "numbers": numbers}))
    np.savez_compressed(PICTURES, **arrays)


def _lines(parts: Mapping[str, Any]) -> str:
    """JSON with a line for each entry."""
    texts = []
    for name, part in parts.items():
        text = json.dumps(part)
        if isinstance(part, dict):
            entries = (f"{json.dumps(key)}: {json.dumps(value)}" for key, value in part.items())
            text = "{\n" + ",\n".join(entries) + "\n}"
        texts.append(f"{json.dumps(name)}: {text}")
    return "{\n" + ",\n".join(texts) + "\n}\n"


if __name__ == "__main__":
    main()
