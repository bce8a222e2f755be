"""Rows with known scores."""

from ganlab.bench.rows import SCORES, Row


def row(method="plain", **scores):
    given_scores = dict.fromkeys(SCORES, (0.5, 0.7, 0.9)) | scores
    return Row(
        method=method,
        data="ring",
        rule="ball",
        n=2500,
        modes_of=8,
        seeds=(0, 1, 2),
        iterations=100,
        seconds=1.26,
        device="CPU",
        scores=given_scores,
    )
