"""FIGAN's teacher: the classifier whose features G learns to draw, and those of the data.

The shipped classifier for digits; for other pictures one that is trained on them first.
"""

import torch
from torch import Tensor, nn

from ganlab.data.pictures import PictureSource, to_float
from ganlab.data.progress import Report
from ganlab.device import autocast
from ganlab.errors import ConfigError
from ganlab.evaluation.classifier import is_there, load_classifier, readable
from ganlab.evaluation.classifier_training import Recipe, train_classifier
from ganlab.networks.classifier import Classifier
from ganlab.networks.figan import Generator
from ganlab.networks.frozen import Frozen

BATCH = 500
TEACHER = Recipe(epochs=2)
"""For data that the shipped classifier cannot read."""


def prepare(G: nn.Module, source: PictureSource, report: Report) -> None:
    """Give G its classifier and the principal axes of its features, and source its conditions."""
    assert isinstance(G, Generator)
    wanted = len(G.spread)
    if len(source) <= wanted:
        raise ConfigError(
            f"{wanted} principal features need more than {wanted} pictures, got {len(source)}: set "
            f"network.features to {len(source) - 1} at most"
        )
    with torch.random.fork_rng(devices=[]):  # building and training draw from the caller's stream
        reader = Frozen(teacher(source, report)).to(source.device)
    G.reader.load_state_dict(reader.state_dict())
    report("Reading the features of the data", 0.0)
    features = features_of(reader, source)
    G.take_axes(features.cpu())  # in float64, which not every accelerator has
    source.conditions = G.principal(features)
    rows = torch.linspace(0, len(features) - 1, len(G.examples)).round().long()
    G.examples.copy_(source.conditions[rows.to(source.device)])
    report("Reading the features of the data", 1.0)


def teacher(source: PictureSource, report: Report) -> Classifier:
    """A classifier of the pictures of source: the shipped one where it can read them."""
    if source.set.name in readable() and is_there():
        return load_classifier().net
    steps = TEACHER.epochs * max(1, len(source) // TEACHER.batch)

    def say(epoch: int, step: int, loss: float) -> None:
        del epoch, loss
        report("Training the classifier", step / steps)

    return train_classifier(source.set, TEACHER, source.device, say)


@torch.no_grad()
def features_of(reader: nn.Module, source: PictureSource) -> Tensor:
    """The classifier's features of every picture, (N, 64) float32."""
    parts = []
    for pictures in source.set.pictures.split(BATCH):
        with autocast(source.device):
            parts.append(reader(to_float(pictures.to(source.device))).features.float())
    return torch.cat(parts)
