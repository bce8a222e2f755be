"""Every choice that a run can make, without importing torch.

`TABLES` maps the field of a run configuration to its table. Tables turn one by one into records
(see `ganlab.registry`), which stand with what they describe.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from ganlab.catalogue.networks import PICTURE_NETWORKS
from ganlab.catalogue.pictures import PICTURES
from ganlab.catalogue.point_networks import POINT_NETWORKS
from ganlab.catalogue.points import POINTS
from ganlab.catalogue.spec import Parameter, Spec, Value, checked, find
from ganlab.registry import table


class _Both(Mapping[str, Any]):
    """A table and the records of a kind, looked up again at each use."""

    def __init__(self, entries: Mapping[str, Spec], kind: str) -> None:
        self.entries, self.kind = entries, kind

    def __getitem__(self, name: str) -> Any:
        if name in self.entries:
            return self.entries[name]
        return table(self.kind)[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**self.entries, **table(self.kind)})

    def __len__(self) -> int:
        return len(self.entries) + len(table(self.kind))


DATA = _Both({**POINTS, **PICTURES}, "data")
NETWORKS = _Both({**POINT_NETWORKS, **PICTURE_NETWORKS}, "network")


class _Tables(Mapping[str, Mapping[str, Any]]):
    """Tables by the field of a configuration; records are looked up again at each use."""

    fixed: Mapping[str, Mapping[str, Any]] = {
        "data": DATA,
        "network": NETWORKS,
    }
    records: Mapping[str, str] = {
        "noise": "noise",
        "loss": "loss",
        "penalties": "penalty",
        "terms": "term",
        "transforms": "transform",
        "strategy": "strategy",
    }
    """Field to kind."""

    def __getitem__(self, field: str) -> Mapping[str, Any]:
        if field in self.records:
            return table(self.records[field])
        return self.fixed[field]

    def __iter__(self) -> Iterator[str]:
        return iter({**self.fixed, **self.records})

    def __len__(self) -> int:
        return len(self.fixed) + len(self.records)


TABLES = _Tables()

__all__ = [
    "DATA",
    "NETWORKS",
    "TABLES",
    "Parameter",
    "Spec",
    "Value",
    "checked",
    "find",
]
