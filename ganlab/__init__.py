"""ganlab: a laboratory for generative adversarial networks.

    config = ganlab.preset("digits").with_values({"steps": 500})
    for tick in ganlab.train(config):
        print(tick.step, tick.scalars["g_loss"])

Names are imported when they are first used, so that `import ganlab` loads no torch.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ganlab.config import RunConfig as RunConfig
    from ganlab.errors import GanlabError as GanlabError
    from ganlab.presets import preset as preset
    from ganlab.trained.generator import load as load
    from ganlab.training.loop import Training as Training
    from ganlab.training.own_parts import train as train

__version__ = "0.1.0"

_HOMES = {
    "GanlabError": "ganlab.errors",
    "RunConfig": "ganlab.config",
    "Training": "ganlab.training.loop",
    "load": "ganlab.trained.generator",
    "preset": "ganlab.presets",
    "train": "ganlab.training.own_parts",
}

__all__ = ["GanlabError", "RunConfig", "Training", "load", "preset", "train"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'ganlab' has no attribute {name!r}")
