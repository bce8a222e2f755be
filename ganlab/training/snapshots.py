"""What a snapshot holds: pictures, or points with D's landscape, G's manifold and the arrows."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from ganlab.catalogue import DATA
from ganlab.config import RunConfig
from ganlab.config.fit import packing
from ganlab.data.distribution import Extent
from ganlab.data.pictures import to_bytes
from ganlab.objective.transforms import pack
from ganlab.registry import Noise, find
from ganlab.training.device import autocast
from ganlab.training.ensemble_groups import Field
from ganlab.training.points import shown_real
from ganlab.training.state import State

CELLS = 48
"""D's landscape is read at the centres of CELLS × CELLS squares."""
LINES = 21
"""G's manifold is the image of a grid of LINES × LINES z."""
PANES = 4
"""How many GANs of one run are shown in full, each on a plane of its own."""
CROWD = 120
"""Points of each GAN where there are more of them."""
Arrays = dict[str, NDArray[Any]]


@torch.no_grad()
def look_at_pictures(state: State, z: Tensor) -> Arrays:
    """{'fake': uint8 (N, C, H, W)}."""
    G = state.shown_generator
    labels = state.shown_labels(len(z))
    was_training = G.training
    G.eval()
    with autocast(state.device, state.config.precision):
        pictures = G(z, labels)
    G.train(was_training)
    return {"fake": to_bytes(pictures).cpu().numpy()}


def look_at_points(state: State, z: Tensor) -> Arrays:
    """Everything that the canvas draws, float32, with a leading member axis where E > 1.

    'fake' (N, 2) and 'real' (N, 2); 'landscape' (CELLS, CELLS), D's logits, row 0 at the bottom;
    'manifold' (rows, columns, 2); 'arrows' (N, 2); 'extent' (left, right, bottom, top).
    """
    data = state.source.data
    real = shown_real(state.members, data, state.device, z.shape[1])
    with _at_rest(state):
        fake = state.shown_generator(z).detach()
        arrays = {
            "fake": fake,
            "real": real,
            **_sheet(state),
            "arrows": arrows(state, real, fake),
        }
    alone = len(state.members) == 1
    out = {k: (v[0] if alone else v).cpu().numpy() for k, v in arrays.items()}
    return out | {"extent": torch.tensor(data.extent).numpy()}


def look_at_field(field: Field, zs: Sequence[Tensor]) -> Arrays:
    """What a page shows of many GANs, in float16, members first and in the field's order.

    'fake' (E, N, 2), 'real' (N, 2) of the first and 'extent'; up to PANES members also have
    'landscape' and 'manifold' as in `look_at_points`. More have CROWD points each, for a thumbnail.
    """
    panes = len(field.members) <= PANES
    looks: list[dict[str, Tensor]] = []
    for state, z in zip(field.states, zs, strict=True):
        with _at_rest(state):
            shown = z if panes else z[:, :CROWD]
            sheet = _sheet(state) if panes else {}
            looks.append({"fake": state.shown_generator(shown).detach(), **sheet})
    data, first = field.source.data, field.states[0]
    # A member that has diverged has values that no float16 holds; they are shown nowhere.
    out = {
        name: torch.stack(field.in_order([list(look[name].cpu()) for look in looks])).half().numpy()
        for name in looks[0]
    }
    real = shown_real(first.members[:1], data, field.device, zs[0].shape[1])[0]
    return out | {
        "real": real.half().cpu().numpy(),
        "extent": torch.tensor(data.extent).numpy(),
    }


@contextmanager
def _at_rest(state: State) -> Iterator[None]:
    """Inside, both players are as they are used, not as they learn; no gradient is wanted."""
    G, D = state.shown_generator, state.D
    modes = G.training, D.training
    G.eval()
    D.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        G.train(modes[0])
        D.train(modes[1])


def _sheet(state: State) -> dict[str, Tensor]:
    """D's landscape (E, CELLS, CELLS) and G's manifold (E, rows, columns, 2)."""
    grid = manifold_z(state.config, len(state.members)).to(state.device)
    manifold = state.shown_generator(grid.flatten(1, 2)).unflatten(1, grid.shape[1:3])
    return {
        "landscape": read_landscape(state, state.source.data.extent),
        "manifold": manifold,
    }


def read_landscape(state: State, extent: Extent, cells: int = CELLS) -> Tensor:
    """D's logits at the centres of cells × cells squares of extent, (E, cells, cells).

    A D that judges several samples together is shown the same point several times.
    """
    left, right, bottom, top = extent
    middles = (torch.arange(cells, device=state.device) + 0.5) / cells
    y, x = torch.meshgrid(
        bottom + (top - bottom) * middles, left + (right - left) * middles, indexing="ij"
    )
    places = torch.stack([x, y], dim=-1).reshape(1, -1, 2).repeat(1, 1, packing(state.config))
    logits = in_batches(state, places.expand(len(state.members), -1, -1))
    return logits.reshape(-1, cells, cells)


def in_batches(state: State, x: Tensor) -> Tensor:
    """D's logits of x (E, N, d); a D that compares a batch's samples gets batches of usual size.

    Each of them is spread over the whole of x, as a batch of samples is.
    """
    if not getattr(state.D, "mixes_batch", False):
        return state.D(x)
    parts = -(-x.shape[1] // state.config.batch)
    places = torch.arange(x.shape[1], device=x.device)
    order = torch.cat([places[k::parts] for k in range(parts)])
    logits = torch.cat([state.D(x[:, k::parts]) for k in range(parts)], dim=1)
    return logits[:, order.argsort()]


def arrows(state: State, real: Tensor, fake: Tensor) -> Tensor:
    """-∇L_G at the fake points (E, N, 2): where the loss in use pulls each of them.

    L_G is summed over samples, so that an arrow does not shrink with their number. Instance noise
    is left out: the arrow is that of the point itself.
    """
    m = packing(state.config)
    n = fake.shape[1] // m * m
    fake = fake.detach()[:, :n].requires_grad_(True)
    with torch.enable_grad():
        fake_logits = in_batches(state, pack(fake, m))
        real_logits = in_batches(state, pack(real[:, :n], m)).detach()
        loss = state.objective.g_loss(real_logits, fake_logits).sum()
        (gradient,) = torch.autograd.grad(loss, fake)
    return -gradient


def manifold_z(config: RunConfig, members: int, lines: int = LINES) -> Tensor:
    """A grid of z (E, rows, columns, z_dim) along the first two coordinates, the others at rest.

    It spans the middle 98 % of the noise, in equal shares of probability. With one coordinate
    there is one row.
    """
    shares = torch.linspace(0.01, 0.99, lines if config.z_dim > 1 else lines**2)
    quantile = find(Noise, config.noise.name).quantile or torch.special.ndtri
    along, rest = quantile(shares), float(quantile(torch.tensor(0.5)))
    if config.z_dim == 1:
        return along[None, None, :, None].expand(members, 1, -1, 1)
    z = torch.full((lines, lines, config.z_dim), rest)
    z[..., 0], z[..., 1] = along[None, :], along[:, None]
    return z.expand(members, *z.shape)


LOOKS = {"pictures": look_at_pictures, "points": look_at_points}


def look(state: State, z: Tensor) -> Arrays:
    """What the fixed z look like now. Draws no random number and changes nothing."""
    return LOOKS[DATA[state.config.data.name].traits["space"]](state, z)
