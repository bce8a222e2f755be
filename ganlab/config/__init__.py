"""Run configurations: frozen dataclasses with a JSON round trip, and what is asked of them."""

from ganlab.config.choice import Choice
from ganlab.config.optimizer import OptimizerConfig
from ganlab.config.run_config import RunConfig
from ganlab.config.setting import Setting
from ganlab.config.settings import FIXED, MANY, SETTINGS, VERSION

__all__ = [
    "FIXED",
    "MANY",
    "SETTINGS",
    "VERSION",
    "Choice",
    "OptimizerConfig",
    "RunConfig",
    "Setting",
]
