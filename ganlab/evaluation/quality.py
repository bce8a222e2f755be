"""The measured quality of a run on pictures: every score with N and what real ones score."""

import time
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from ganlab.data.pictures import PictureSource, to_bytes
from ganlab.data.progress import Report, silent
from ganlab.errors import DataError
from ganlab.evaluation.classifier import DigitClassifier, load_classifier
from ganlab.evaluation.digit_scores import distance_scores, reading_scores
from ganlab.evaluation.feature_networks import FeatureExtractor, extractor_for
from ganlab.evaluation.variety import birthdays, shares
from ganlab.metrics.digits import class_entropy
from ganlab.metrics.feature_distances import SUBSET, SUBSETS, K
from ganlab.networks.classifier import Reading
from ganlab.records import imported
from ganlab.registry import Network, find
from ganlab.training.state import State
from ganlab.training.tasks.pictures import draw_z

QUICK = 1_000
"""How many pictures the quality of a run is measured on, where there are twice as many real."""
FEWEST = 100
"""With fewer a distance tells more of N than of the pictures."""
SECONDS = 30.0
"""What making pictures may take: a large G on a CPU is measured on fewer, and N says so."""
BATCH = 100


@torch.no_grad()
def run_quality(state: State, report: Report = silent, n: int = QUICK) -> dict[str, Any]:
    """N pictures by the G that is shown against N real ones, as JSON; {} of a run on points.

    'frechet', 'kid' (mean over subsets, with 'kid_deviation'), 'coverage', 'density', 'precision'
    and 'recall' are taken in 'features'; with '_floor' they are what N other real pictures score.
    Where the feature network knows classes, 'classes' and 'real_classes' are the shares it reads,
    'class_entropy' is that of the first as a share of log(classes); 'accuracy', of a conditional G,
    is the share read as meant, and 'accuracy_real' its ceiling; 'duplicates' are the pairs that
    the birthday test counts. A system's own scores, see `evaluation.systems`, are added. Draws
    nothing from the run's own streams.

    Raises DataError if there are too few real pictures, or SqueezeNet is wanted and not to be had.
    """
    if not isinstance(state.source, PictureSource):
        return {}
    n = min(n, len(state.source) // 2)
    if n < FEWEST:
        raise DataError(
            f"{len(state.source)} real pictures are too few to measure by: {2 * FEWEST} are wanted"
        )
    report("Measuring quality", 0.0)
    extractor = extractor_for(state.config, state.device)
    labels = state.shown_labels(n)
    fake = look_at_generated(state, extractor, n, labels, report)
    n = len(fake.features)
    pictures, shown = state.source.sample(2 * n, seed=state.config.seed + 1)
    parts = []
    for k, part in enumerate(pictures.split(BATCH)):
        parts.append(extractor.read(part))
        report("Measuring quality", 0.5 + 0.4 * k * BATCH / (2 * n))
    real, other = (_joined(parts, some) for some in (slice(n), slice(n, None)))
    report("Measuring quality", 0.9)
    found: dict[str, Any] = {"features": extractor.name, "step": state.step, "n": n, "k": K}
    found |= {"kid_subsets": SUBSETS, "kid_size": min(SUBSET, n // 2)}
    found |= distance_scores(fake.features, real.features, "run")
    floor = distance_scores(other.features, real.features, "run")
    found |= {f"{name}_floor": value for name, value in floor.items() if name != "repeated"}
    if extractor.classes:
        found |= _classes(extractor, fake, _joined(parts, slice(None)), labels, shown)
        found["duplicates"] = birthdays(fake.features, real.features, n)["pairs"]
    found |= _of_system(state, load_classifier(device=state.device) if extractor.classes else None)
    report("Measuring quality", 1.0)
    return found


def numbers(quality: Mapping[str, Any]) -> dict[str, float]:
    """The scores of a quality alone, for the results of a run; 'judged' is its N."""
    kept = {k: float(v) for k, v in quality.items() if isinstance(v, int | float)}
    for name in ("step", "k", "kid_subsets", "kid_size"):
        kept.pop(name, None)
    return {"judged" if name == "n" else name: value for name, value in kept.items()}


def _classes(
    extractor: FeatureExtractor, fake: Reading, real: Reading, labels: Tensor | None, shown: Tensor
) -> dict[str, Any]:
    """What the classifier reads: the scores that need no distance, and both histograms."""
    intended = None if labels is None else labels[: len(fake.features)].cpu()
    scores = {
        k: v for k, v in reading_scores(fake, intended, "run").items() if isinstance(v, float)
    }
    own, others = fake.logits.argmax(1), real.logits.argmax(1)
    count = len(extractor.classes)
    return scores | {
        "class_entropy_real": class_entropy(others, count),
        "accuracy_real": float((others == shown.cpu()).double().mean()),
        "class_names": list(extractor.classes),
        "classes": shares(own, count),
        "real_classes": shares(others, count),
    }


def _of_system(state: State, classifier: DigitClassifier | None) -> dict[str, float]:
    """What these networks can be asked beyond what every generator can.

    Without a classifier of these pictures, the scores that need none.
    """
    target = find(Network, state.config.network.name).scores
    if not target:
        return {}
    G = state.shown_generator
    was_training = G.training
    G.eval()
    try:
        return imported(target)(state, classifier)
    finally:
        G.train(was_training)


def look_at_generated(
    state: State, extractor: FeatureExtractor, n: int, labels: Tensor | None, report: Report
) -> Reading:
    """The features of n pictures by G, or of as many as its time allows, at least FEWEST."""
    chance = torch.Generator().manual_seed(state.config.seed + 1)
    z = draw_z(state.config, n, chance).to(state.device)
    if state.source.conditions is not None:
        # Left to itself such a G takes its examples from the first again in every batch.
        rows = torch.randint(len(state.source), (n,), generator=chance)
        labels = state.source.conditions[rows.to(state.device)]
    G = state.shown_generator
    was_training = G.training
    G.eval()
    parts: list[Reading] = []
    started, done = time.perf_counter(), 0
    try:
        while done < n and (done < FEWEST or time.perf_counter() - started < SECONDS):
            some = slice(done, min(n, done + BATCH))
            given = None if labels is None else labels[some]
            parts.append(extractor.read(to_bytes(G(z[some], given))))
            done = some.stop
            report("Measuring quality", 0.5 * done / n)
    finally:
        G.train(was_training)
    return _joined(parts, slice(None))


def _joined(parts: list[Reading], some: slice) -> Reading:
    features, logits = (torch.cat(column)[some] for column in zip(*parts, strict=True))
    return Reading(features, logits)
