"""Trained weights as the beginning of another training."""

from pathlib import Path

from ganlab.errors import CheckpointError
from ganlab.networks.files import opening
from ganlab.networks.superres import LeanSRResNet
from ganlab.training.superres.recipes import PRESETS, Generator, check_scale


def started(path: Path, scale: int, preset: str = "srresnet") -> Generator:
    """The preset's network at that scale with the weights of a file, as far as shapes agree.

    At another scale than the file's, the last layer of our own network and the paper's second
    doubling start from fresh weights. CheckpointError if the file holds another kind of network.
    """
    check_scale(preset, scale)
    source, wanted = opening.load(path).network, PRESETS[preset].network
    if not isinstance(source, wanted):
        whose = "our own network" if wanted is LeanSRResNet else "the paper's network"
        raise CheckpointError(
            f"weights of {whose} were wanted, {path.name} has {type(source).__name__}'s"
        )
    network = wanted(scale, source.channels, source.blocks)
    mine = network.state_dict()
    weights = {
        name: value
        for name, value in source.state_dict().items()
        if name in mine and mine[name].shape == value.shape
    }
    network.load_state_dict(weights, strict=False)
    return network
