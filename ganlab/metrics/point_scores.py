"""What is measured of a GAN on points, whatever its data have: modes, a curve, or only samples."""

from dataclasses import asdict

import torch
from torch import Tensor

from ganlab.data.distribution import Points
from ganlab.data.points import Curve
from ganlab.metrics.ceilings import CEILINGS, kl_floor, one_mode_kl
from ganlab.metrics.curves import PARTS, coverage, on_curve
from ganlab.metrics.divergence import cell_counts, js, kl, noise_floor
from ganlab.metrics.modes import score_modes

SAMPLES = 2500
"""How many points are measured, as in PacGAN's protocol."""
REAL_SEED = 20_019


def score_points(samples: Tensor, data: Points) -> list[dict[str, float]]:
    """The measures of samples (E, N, 2) by name, one dictionary a member.

    Everything gets `js` and `kl` against as many real samples. Mixtures get `modes` (captured) out
    of `modes_of` and `modes_near` (around which samples gather), `high_quality` by the ball and
    `high_quality_box` by the box, `reverse_kl`, `reverse_kl_all` and `spread`; curves get
    `on_curve`, and `covered` out of `covered_of`.
    """
    counts = cell_counts(samples, data.extent)
    real = data.sample(samples.shape[1], torch.Generator().manual_seed(REAL_SEED)).to(samples)
    real_counts = cell_counts(real, data.extent).expand_as(counts)
    columns = {"js": js(real_counts, counts), "kl": kl(real_counts, counts)}
    facts: dict[str, float] = {}
    if data.modes is not None and data.std is not None:
        ball = score_modes(samples, data.modes, data.std, data.weights)
        box = score_modes(samples, data.modes, data.std, data.weights, rule="box")
        columns |= {
            "modes": ball.modes,
            "modes_near": ball.near,
            "high_quality": ball.high_quality,
            "high_quality_box": box.high_quality,
            "reverse_kl": ball.reverse_kl,
            "reverse_kl_all": ball.reverse_kl_all,
            "spread": ball.spread,
        }
        facts["modes_of"] = len(data.modes)
    if isinstance(data, Curve):
        columns |= {
            "on_curve": on_curve(samples, data.nodes, data.tolerance),
            "covered": coverage(samples, data.nodes, data.tolerance),
        }
        facts["covered_of"] = PARTS
    whole = ("modes", "modes_near", "covered")
    rows = [
        {name: values[k].item() for name, values in columns.items()} for k in range(len(samples))
    ]
    return [
        facts | {name: int(v) if name in whole else float(v) for name, v in row.items()}
        for row in rows
    ]


def bounds(data: Points, n: int = SAMPLES) -> dict[str, float]:
    """What perfect samples of this number score: ceilings, floors and the noise floor."""
    band = asdict(noise_floor(data, n, torch.Generator().manual_seed(REAL_SEED)))
    out = {f"{name}_luck": value for name, value in band.items()}
    if data.modes is not None:
        out |= {
            "high_quality_ceiling": CEILINGS["ball"],
            "high_quality_box_ceiling": CEILINGS["box"],
        }
        out["reverse_kl_floor"] = kl_floor(len(data.modes), n)
        out["reverse_kl_ceiling"] = one_mode_kl(
            len(data.modes), [] if data.weights is None else data.weights.tolist()
        )
    return out
