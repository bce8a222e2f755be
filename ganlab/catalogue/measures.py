"""The scores of a run's quality on pictures, and their text with N and noise floor."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class QualityScore(NamedTuple):
    """One score of a quality."""

    name: str
    """As it stands inside a sentence."""
    meaning: str
    """What it measures, which direction is better, and the paper that introduced it."""
    places: int = 3
    """Digits behind the point."""
    floor: str = ""
    """Under which name real pictures' own score stands; '' for the name with '_floor'."""

    @property
    def title(self) -> str:
        """As it stands alone."""
        return self.name[:1].upper() + self.name[1:]


QUALITY_SCORES: dict[str, QualityScore] = {
    "frechet": QualityScore(
        "Fréchet distance",
        "How far apart Gaussians fitted to the features of both sides are: lower is better. It is "
        "biased upwards by about 1/N, so compare it with real against real. Heusel et al. 2017.",
        2,
    ),
    "kid": QualityScore(
        "KID",
        "Kernel distance (squared MMD of a cubic kernel), unbiased at any N: 0 on average for "
        "equal distributions, so that it can come out below. ± is the standard deviation over "
        "random subsets. Bińkowski et al. 2018.",
        4,
    ),
    "coverage": QualityScore(
        "coverage",
        "Share of real pictures with a generated one in the neighbourhood that their k nearest "
        "real neighbours span: higher is better, and lost modes lower it. Naeem et al. 2020.",
    ),
    "density": QualityScore(
        "density",
        "In how many real neighbourhoods a generated picture lies, over k: about 1 for equal "
        "sets, low where pictures are like no real ones. Naeem et al. 2020.",
    ),
    "class_entropy": QualityScore(
        "entropy of classes",
        "Of the histogram of classes that the classifier reads: 1 if all come equally often, 0 if "
        "only one comes at all.",
        floor="class_entropy_real",
    ),
}


def named(quality: Mapping[str, Any], measure: str = "frechet") -> str:
    """A score's full name, such as 'Fréchet distance in SqueezeNet 1.0 features, N = 1,000'."""
    title = QUALITY_SCORES[measure].title
    more = {
        "kid": f" over {quality['kid_subsets']} subsets of {quality['kid_size']:,}",
        "coverage": f" with k = {quality['k']}",
        "density": f" with k = {quality['k']}",
    }.get(measure, "")
    return f"{title}{more} in {quality['features']} features, N = {quality['n']:,}"


def value(quality: Mapping[str, Any], measure: str) -> str:
    """A score in digits; '–' where it was not measured."""
    return _digits(quality[measure], QUALITY_SCORES[measure].places) if measure in quality else "–"


def spread(quality: Mapping[str, Any], measure: str) -> str:
    """Of KID ' ± ' and its deviation over the subsets; of the others ''."""
    if measure != "kid" or "kid_deviation" not in quality:
        return ""
    return f" ± {quality['kid_deviation']:.{QUALITY_SCORES[measure].places}f}"


def floor(quality: Mapping[str, Any], measure: str) -> str:
    """What real pictures score against the same real ones."""
    one = QUALITY_SCORES[measure]
    name = one.floor or f"{measure}_floor"
    return _digits(quality[name], one.places) if name in quality else "–"


def _digits(x: float, places: int) -> str:
    """A number with a true minus, and none before a nought."""
    text = f"{x:.{places}f}"
    return text.replace("-", "−") if float(text) else f"{0:.{places}f}"


def in_short(quality: Mapping[str, Any]) -> str:
    """All scores in one line, or why there are none; '' where nothing was measured."""
    if "frechet" not in quality:
        return str(quality.get("words", ""))
    scores = [
        f"{one.name} {value(quality, name)}{spread(quality, name)} (real {floor(quality, name)})"
        for name, one in QUALITY_SCORES.items()
        if name in quality
    ]
    listed, by = ", ".join(scores), quality
    return (
        f"{listed[:1].upper()}{listed[1:]}: in {by['features']} features at step {by['step']:,}, "
        f"N = {by['n']:,}, k = {by['k']}."
    )
