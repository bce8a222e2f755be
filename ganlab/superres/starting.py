"""Trained weights as the beginning of another training."""

from pathlib import Path

from ganlab.errors import CheckpointError
from ganlab.superres import zoo
from ganlab.superres.networks import LeanSRResNet


def started(path: Path, scale: int) -> LeanSRResNet:
    """A network of that scale with the body of a file; its last layer too if the scale is equal."""
    source = zoo.load(path).network
    if not isinstance(source, LeanSRResNet):
        raise CheckpointError(f"weights of our own network were wanted, {path.name} has others")
    network = LeanSRResNet(scale, source.channels, source.blocks)
    weights = source.state_dict()
    if source.scale != scale:
        weights = {name: value for name, value in weights.items() if not name.startswith("tail")}
    network.load_state_dict(weights, strict=False)
    return network
