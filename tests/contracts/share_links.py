"""Links to shared runs as they are written today, with what each of them holds.

`python -m tests.contracts.share_links` records them in share_links.json.
"""

import hashlib
import json
from typing import Any

from ganlab.data.points_text import write_points
from ganlab.presets import preset
from ganlab.registry import Preset, table
from tests.contracts import adapters
from tests.contracts.recorded import keep

DRAWN = [(k / 7 - 2, (k * 7919 % 601) / 150 - 2) for k in range(60)]


def turn(step: int, name: str, old: Any, new: Any) -> dict[str, Any]:
    """An intervention as a link holds it."""
    return {"step": step, "name": name, "old": old, "new": new}


def links() -> dict[str, str]:
    """The text of each link, by what it holds."""
    ring = preset("ring")
    made = {
        f"preset {name}": (one.config, [], 0, one.title) for name, one in table(Preset).items()
    } | {
        "penalties of one's own": (
            ring.with_values(
                {
                    "loss": "non-saturating",
                    "loss.smoothing": 0.1,
                    "penalties": [
                        {"name": "r1", "gamma": 0.5, "end": 0.1},
                        {"name": "dragan"},
                        "consensus",
                    ],
                }
            ),
            [],
            120,
            "Three penalties",
        ),
        "transforms": (
            ring.with_values(
                {
                    "batch": 126,
                    "transforms": [{"name": "packing", "m": 3}, "instance-noise"],
                    "seed": 7,
                }
            ),
            [],
            0,
            "",
        ),
        "drawn points": (
            ring.with_values({"data": {"name": "drawing", "points": write_points(DRAWN)}}),
            [],
            900,
            "Gezeichnet: ∞ — 画",
        ),
        "knobs and moves": (
            ring,
            [
                turn(40, "loss", "relativistic", "hinge"),
                turn(41, "move", "both", "D"),
                turn(41, "move", "both", "G"),
                turn(60, "d_optimizer.lr", 0.001, 0.0003),
                turn(60, "d_steps", 1, 3),
                turn(75, "penalties.r1-r2.gamma", 0.03, 1.5),
                turn(90, "steps", 8000, 9000),
            ],
            100,
            "Turned",
        ),
        "strategy and optimizers": (
            preset("grid").with_values(
                {
                    "strategy": {"name": "unrolled"},
                    "d_optimizer": {"name": "sgd", "lr": 0.1},
                    "g_optimizer": {"name": "adam", "lr": 1e-3, "beta1": 0.9, "decay": "linear"},
                    "network": {"name": "mlp", "g_width": 17, "d_batch_feature": "discrimination"},
                    "noise": "uniform",
                    "z_dim": 5,
                    "d_clip": 0.01,
                    "ema": 0.0,
                    "seconds": 12.5,
                }
            ),
            [],
            0,
            "Unrolled",
        ),
    }
    for data in ("line", "two-gaussians", "unbalanced", "spiral", "two-moons", "swiss-roll"):
        made[f"data {data}"] = (ring.with_values({"data": data}), [], 3, data)
    return {
        name: adapters.link_of(config.to_json(), script, step, title)
        for name, (config, script, step, title) in made.items()
    }


def digest(flat: dict[str, Any]) -> str:
    """The hash of settings by path."""
    return hashlib.sha256(json.dumps(flat, sort_keys=True).encode()).hexdigest()


def main() -> None:
    """Record the links."""
    table = {}
    for name, text in links().items():
        shared = adapters.read_shared(text)
        table[name] = {"text": text, "digest": digest(shared["flat"]), **shared}
    keep("share_links", table)


if __name__ == "__main__":
    main()
