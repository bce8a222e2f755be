"""Both players of super-resolution: what enlarges, and what tells it from an original."""

from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn

from ganlab.errors import CheckpointError
from ganlab.networks.files import opening
from ganlab.networks.srgan_paper import SRGANDiscriminator, SRResNet
from ganlab.networks.superres import LeanSRResNet
from ganlab.networks.superres_discriminator import NoDiscriminator, PatchDiscriminator
from ganlab.registry import Parameter, network

Restart = Callable[[], object]
"""Begins the stream of random numbers again: D's first weights are the same whatever G is."""
Players = tuple[nn.Module, nn.Module]


def sizes(channels: int, blocks: int) -> dict[str, Parameter]:
    """The parameters that both networks have."""
    return {
        "channels": Parameter(channels, "Channels of the residual blocks.", 1, 512, live=False),
        "blocks": Parameter(blocks, "Residual blocks.", 1, 64, live=False),
        "game": Parameter(True, "Whether there is a D; without one no game is played.", live=False),
    }


@network(
    "sr-lean",
    title="SRResNet without batch norm",
    summary="A residual body at the small size, added to the bicubic picture; D judges patches.",
    source="Ours; Ledig et al. 2017; Lim et al. 2017; Miyato et al. 2018",
    space="superres",
    parameters=sizes(64, 16),
    offers=("an original", "D's own maps"),
    scales=(2, 3, 4),
)
def lean(
    scale: int,
    side: int,
    restart: Restart,
    channels: int = 64,
    blocks: int = 16,
    game: bool = True,
) -> Players:
    """Our own G, and a D of patches that hands out its maps."""
    del side
    G = LeanSRResNet(scale, channels, blocks)
    restart()
    return G, PatchDiscriminator() if game else NoDiscriminator()


@network(
    "sr-paper",
    title="SRResNet and SRGAN's D",
    summary="The networks of the paper's figure 4, with batch norm and a dense head.",
    source="Ledig et al. 2017",
    space="superres",
    parameters=sizes(64, 16),
    offers=("an original",),
    scales=(2, 4),
)
def paper(
    scale: int,
    side: int,
    restart: Restart,
    channels: int = 64,
    blocks: int = 16,
    game: bool = True,
) -> Players:
    """The paper's G, and its D for crops of one side."""
    G = SRResNet(scale, channels, blocks)
    restart()
    return G, SRGANDiscriminator(side) if game else NoDiscriminator()


def copy_weights(path: Path, G: nn.Module, seed: int = 0) -> None:
    """Give G the weights of a file, as far as shapes agree.

    At another scale than the file's, the last layer of our own network and the paper's second
    doubling start from fresh weights of that seed. CheckpointError if the file holds another kind
    of network.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        source = opening.load(path).network
        if not isinstance(source, type(G)):
            own = "our own network" if isinstance(G, LeanSRResNet) else "the paper's network"
            raise CheckpointError(
                f"weights of {own} were wanted, {path.name} has {type(source).__name__}'s"
            )
        fresh = type(G)(G.scale, source.channels, source.blocks)  # type: ignore[arg-type]
    mine, theirs = fresh.state_dict(), source.state_dict()
    fits = {
        name: one for name, one in theirs.items() if name in mine and mine[name].shape == one.shape
    }
    try:
        G.load_state_dict(mine | fits)
    except RuntimeError as error:
        raise CheckpointError(
            f"{path.name} has {source.blocks} blocks of {source.channels} channels: choose as many"
        ) from error
