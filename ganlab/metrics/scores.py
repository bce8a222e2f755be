"""The metrics of generated pictures: measured where what they need is known, and said in words."""

import math
from collections.abc import Mapping
from typing import Any

from ganlab.errors import DataError
from ganlab.formatting import plain_digits
from ganlab.registry import Metric, find, table


def measured(where: str, given: Mapping[str, Any]) -> dict[str, float]:
    """Each metric of that place whose needs are given, by name; a deviation as 'name_deviation'.

    What is no finite number is left out. Raises DataError that names a metric which fails.
    """
    found: dict[str, float] = {}
    for name, one in table(Metric).items():
        if where in one.where and given.keys() >= set(one.needs):
            try:
                value = one.load()(*(given[need] for need in one.needs))
                value, *deviation = map(float, value if isinstance(value, tuple) else (value,))
            except Exception as error:
                raise DataError(f"the metric {name} cannot be measured ({error})") from error
            found[name] = value
            found |= {f"{name}_deviation": value for value in deviation}
    return {name: value for name, value in found.items() if math.isfinite(value)}


def shown(where: str, *qualities: Mapping[str, Any]) -> dict[str, Metric]:
    """The metrics that are shown there and stand in one of the qualities."""
    return {
        name: one
        for name, one in table(Metric).items()
        if where in one.where and any(name in quality for quality in qualities)
    }


def has_scores(quality: Mapping[str, Any]) -> bool:
    """Whether a quality was measured, and does not only say why it was not."""
    return "features" in quality


def named(quality: Mapping[str, Any], name: str) -> str:
    """A score's full name, such as 'Fréchet distance in SqueezeNet 1.0 features, N = 1,000'."""
    one = find(Metric, name)
    detail = one.detail.format(**quality)
    return f"{one.heading}{detail} in {quality['features']} features, N = {quality['n']:,}"


def value(quality: Mapping[str, Any], name: str) -> str:
    """A score in digits; '–' where it was not measured."""
    return _in_digits(quality, name, name)


def spread(quality: Mapping[str, Any], name: str) -> str:
    """' ± ' and the score's deviation where it has one, else ''."""
    deviation = quality.get(f"{name}_deviation")
    return "" if deviation is None else f" ± {deviation:.{find(Metric, name).places}f}"


def floor(quality: Mapping[str, Any], name: str) -> str:
    """What real pictures score against the same real ones."""
    return _in_digits(quality, name, find(Metric, name).floor or f"{name}_floor")


def _in_digits(quality: Mapping[str, Any], name: str, key: str) -> str:
    one = find(Metric, name)
    if key not in quality:
        return "–"
    return plain_digits(quality[key], one.places)


def in_short(quality: Mapping[str, Any]) -> str:
    """All scores in one line, or why there are none; '' where nothing was measured."""
    if not has_scores(quality):
        return str(quality.get("words", ""))
    listed = ", ".join(
        f"{one.title} {value(quality, name)}{spread(quality, name)} (real {floor(quality, name)})"
        for name, one in shown("summary", quality).items()
    )
    by = quality
    return (
        f"{listed[:1].upper()}{listed[1:]}: in {by['features']} features at step {by['step']:,}, "
        f"N = {by['n']:,}, k = {by['k']}."
    )
