"""Every choice that a run can make, without importing torch.

`TABLES` maps the field of a run configuration to its table.
"""

from collections.abc import Mapping

from ganlab.catalogue.losses import LOSSES
from ganlab.catalogue.networks import PICTURE_NETWORKS
from ganlab.catalogue.noise import NOISE
from ganlab.catalogue.penalties import PENALTIES
from ganlab.catalogue.pictures import PICTURES
from ganlab.catalogue.point_networks import POINT_NETWORKS
from ganlab.catalogue.points import POINTS
from ganlab.catalogue.spec import Parameter, Spec, Value, checked, find
from ganlab.catalogue.strategies import STRATEGIES
from ganlab.catalogue.terms import TERMS
from ganlab.catalogue.transforms import TRANSFORMS

DATA: dict[str, Spec] = {**POINTS, **PICTURES}
NETWORKS: dict[str, Spec] = {**POINT_NETWORKS, **PICTURE_NETWORKS}

TABLES: Mapping[str, Mapping[str, Spec]] = {
    "data": DATA,
    "network": NETWORKS,
    "noise": NOISE,
    "loss": LOSSES,
    "penalties": PENALTIES,
    "terms": TERMS,
    "transforms": TRANSFORMS,
    "strategy": STRATEGIES,
}

__all__ = [
    "DATA",
    "LOSSES",
    "NETWORKS",
    "NOISE",
    "PENALTIES",
    "STRATEGIES",
    "TABLES",
    "TERMS",
    "TRANSFORMS",
    "Parameter",
    "Spec",
    "Value",
    "checked",
    "find",
]
