"""How attention behaves: how sharp it is, what it reads, and how far two models are apart.

All of it on rows under one forced target, so that row t is about the same word in every model.
Shape letters: T target tokens, S source tokens with the end mark last.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations

import numpy as np

from core.distributions import divergence, entropy
from core.evaluation.bootstrap import compared, estimate, grouped
from core.evaluation.forced import Forced, Pieces
from core.measurements.table import Row

Parts = tuple[float, float]  # of a mean: the sum, and over how many


def coverage(weights: np.ndarray) -> np.ndarray:
    """How far each source token but the end mark was read, min(1, Σ_t α_ts), of `weights` (T, S):
    what the coverage penalty of Wu et al. 2016 (arXiv 1609.08144, equation 14) looks at."""
    return np.minimum(np.asarray(weights, float)[:, :-1].sum(0), 1.0)


# Each measure of one map (T, S); `marks` (S,) tells the punctuation marks of the source.
MEASURES: Mapping[str, Callable[[np.ndarray, np.ndarray], Parts]] = {
    "entropy": lambda weights, marks: (entropy(weights).sum(), len(weights)),
    "largest": lambda weights, marks: (weights.max(-1).sum(), len(weights)),
    "end": lambda weights, marks: (weights[:, -1].sum(), len(weights)),
    "punctuation": lambda weights, marks: (weights[:, marks].sum(), len(weights)),
    "coverage": lambda weights, marks: (coverage(weights).sum(), weights.shape[1] - 1),
}


def behaviour(
    forced: Mapping[str, Sequence[Forced]],
    marks: Mapping[str, Sequence[np.ndarray]],
    group: np.ndarray,
    seed: int,
    like: Row,
) -> list[Row]:
    """Rows of all MEASURES for every block of every model that has attention.

    `marks` has, for each model, which source tokens of each pair are punctuation; `group` (N,)
    says which of the pairs are of one source.
    """
    rows = []
    for measure, parts_of in MEASURES.items():
        parts = {
            (name, block): grouped(
                [parts_of(one.weights[block], seen) for one, seen in zip(found, marks[name])],
                group,
            )
            for name, found in forced.items()
            for block in found[0].weights
        }
        rows += compared(parts, seed, like._replace(measure=measure))
    return rows


def divergences(
    forced: Mapping[str, Sequence[Forced]],
    pieces: Mapping[str, Sequence[Pieces]],
    group: np.ndarray,
    seed: int,
    like: Row,
) -> list[Row]:
    """Rows of the mean divergence of every two models with attention that split text alike.

    Several heads are compared as their mean: each of them with each model would be many rows that
    nobody reads.
    """
    block = "cross"
    rows, attending = [], [name for name, found in forced.items() if block in found[0].weights]
    for one, two in combinations(attending, 2):
        if pieces[one] != pieces[two]:
            continue  # their rows and columns are not about the same
        gaps = [
            divergence(first.weights[block], second.weights[block])
            for first, second in zip(forced[one], forced[two], strict=True)
        ]
        found = estimate(grouped([(gap.sum(), len(gap)) for gap in gaps], group), seed)
        here = like._replace(model=one, block=block, against=two, measure="divergence")
        rows.append(here._replace(**found._asdict()))
    return rows
