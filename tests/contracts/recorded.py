"""Tables that were recorded once, and what it means that something still has all they name."""

import json
import math
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def table(name: str) -> Any:
    """The recorded table NAME.json."""
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


def keep(name: str, content: Any) -> None:
    """Record a table."""
    text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False)
    (HERE / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def missing(recorded: Any, found: Any, at: str = "") -> list[str]:
    """Where found lacks something that was recorded or has another value; more may be there.

    Numbers may differ by a thousandth, for processors differ in their last bits.
    """
    if isinstance(recorded, dict) and isinstance(found, dict):
        lost = [f"{at}.{name} is gone" for name in recorded if name not in found]
        common = [name for name in recorded if name in found]
        return lost + [
            one for name in common for one in missing(recorded[name], found[name], f"{at}.{name}")
        ]
    if isinstance(recorded, list) and isinstance(found, list) and len(recorded) == len(found):
        pairs = enumerate(zip(recorded, found, strict=True))
        return [one for k, (old, new) in pairs for one in missing(old, new, f"{at}[{k}]")]
    if isinstance(recorded, float) and isinstance(found, int | float):
        close = math.isclose(recorded, found, rel_tol=1e-3, abs_tol=1e-6)
        return [] if close else [f"{at} was {recorded}, is {found}"]
    return [] if recorded == found else [f"{at} was {recorded!r}, is {found!r}"]


def shape(value: Any, depth: int = 3) -> Any:
    """The keys of a JSON value with the types below them; of a list its first entry's."""
    if isinstance(value, dict):
        if not depth:
            return "object"
        return {name: shape(one, depth - 1) for name, one in value.items()}
    if isinstance(value, list):
        return [shape(value[0], depth - 1)] if value and depth else "list"
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return "number"
    return "text" if isinstance(value, str) else "null"


def lacking(recorded: Any, found: Any, at: str = "") -> list[str]:
    """Where the shape found lacks a recorded key or has another type; null fits each type."""
    if isinstance(recorded, dict) and isinstance(found, dict):
        lost = [f"{at}.{name} is gone" for name in recorded if name not in found]
        common = [name for name in recorded if name in found]
        return lost + [
            one for name in common for one in lacking(recorded[name], found[name], f"{at}.{name}")
        ]
    if isinstance(recorded, list) and isinstance(found, list):
        return lacking(recorded[0], found[0], f"{at}[0]")
    if "null" in (recorded, found) or recorded == found:
        return []
    if {str(recorded), str(found)} & {"list", "object"} and type(recorded) is not type(found):
        return []  # an empty list or an object that was not looked into
    return [f"{at} was {recorded}, is {found}"]
