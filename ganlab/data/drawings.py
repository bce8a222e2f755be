"""Points that a user draws or uploads, sampled with replacement."""

import torch
from torch import Tensor

from ganlab.data.distribution import Points, mean_of_gaussians, root_mean_square, square_extent
from ganlab.data.points_text import parse_points
from ganlab.registry import Parameter, data


@data(
    "drawing",
    title="Drawing",
    summary="Points that you draw or upload.",
    space="points",
    parameters={
        "points": Parameter("", "The points as text: 'x,y;x,y;…'.", live=False),
        "jitter": Parameter(0.0, "Blur, as a share of the drawing's size.", 0.0, 0.5),
    },
    own="points",
)
class Drawing(Points):
    """Points written as 'x,y;x,y;…', drawn with replacement, blurred by jitter times their size."""

    def __init__(self, points: str = "", jitter: float = 0.0) -> None:
        self.points = torch.tensor(parse_points(points), dtype=torch.float64).float()
        self.extent = square_extent(self.points)
        self.scale = root_mean_square(self.points)
        self.jitter = jitter * self.scale

    def draw(self, n: int, generator: torch.Generator) -> Tensor:
        """Return (n, 2) points: one of the given ones, then a Gaussian step of size jitter."""
        device = generator.device
        which = torch.randint(len(self.points), (n,), generator=generator, device=device)
        points = self.points.to(device)[which]
        if not self.jitter:
            return points
        return points + self.jitter * torch.randn(n, 2, generator=generator, device=device)

    def log_prob(self, x: Tensor) -> Tensor | None:
        """Log-density at x (..., 2) -> (...); None without jitter."""
        if not self.jitter:
            return None
        return mean_of_gaussians(x, self.points, self.jitter)
