"""The configuration of each method: one plain GAN on points, and the settings that it changes."""

from collections.abc import Mapping
from typing import Any

from ganlab.catalogue.methods import METHODS, PLAIN, ROWS, Method
from ganlab.config import Choice, OptimizerConfig, RunConfig
from ganlab.errors import ConfigError

PROTOCOL = ("ring", "grid")
"""The data of the literature's comparison: eight of σ 0.01 on a circle, twenty-five of σ 0.05."""
STEPS = 5_000
KEY = "remedy"
"""The key of the method in stored records, tables and JSON output."""
ADAM = OptimizerConfig(lr=1e-3, beta1=0.5, beta2=0.999)


def plain(data: str = "ring", steps: int = STEPS) -> RunConfig:
    """The plain GAN that every method starts from, on data with its default values.

    Its networks are ordinary multilayer perceptrons. A method keeps them unless it sets others, so
    that rows differ by the method alone.
    """
    if data not in PROTOCOL:
        raise ConfigError(f"data must be one of {', '.join(PROTOCOL)}, got {data!r}")
    return RunConfig(
        data=Choice(data),
        network=Choice("mlp", {"g_width": 64, "d_width": 64}),
        z_dim=2,
        d_optimizer=ADAM,
        g_optimizer=ADAM,
        batch=60,  # which two, three and four divide
        ema=0.0,
        precision="float32",
        steps=steps,
    )


def method_config(name: str, data: str = "ring", steps: int = 0) -> RunConfig:
    """The plain GAN on data with the method called name; raise ConfigError that lists them.

    steps is the budget of the run; 0 takes the method's own.
    """
    if name not in ROWS:
        raise ConfigError(f"method must be one of {', '.join(ROWS)}, got {name!r}")
    config = apply(name, plain(data))
    return config.with_values({"steps": steps}) if steps else config


def apply(name: str, config: RunConfig) -> RunConfig:
    """The configuration with the settings of the method; 'plain' changes nothing."""
    return config.with_values(ROWS[name].values_on(config.data.name))


def names(text: str = "", table: Mapping[str, Method] = METHODS) -> tuple[str, ...]:
    """The names in text, which commas separate, plain first; all of the table for ''."""
    chosen = [one.strip() for one in text.split(",") if one.strip()] or list(table)
    unknown = [one for one in chosen if one not in table]
    if unknown:
        raise ConfigError(f"method must be one of {', '.join(table)}, got {unknown[0]!r}")
    return tuple(dict.fromkeys(sorted(chosen, key=lambda one: one != PLAIN)))


def to_stored(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a record for JSON: 'method' is stored under KEY."""
    return {KEY if name == "method" else name: value for name, value in fields.items()}


def from_stored(stored: Mapping[str, Any]) -> dict[str, Any]:
    """The inverse of `to_stored`."""
    return {"method" if name == KEY else name: value for name, value in stored.items()}
