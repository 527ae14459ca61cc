"""What length does to BLEU: that of the longest sentences less that of the shortest ones.

Sentences of the two lengths are not the same ones, so each group is drawn again for itself; within
a group all models are judged on the same draws.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from sacrebleu import BLEU

from core.evaluation.bootstrap import SAMPLES, two_sided
from core.measurements.table import Row, less


class Part(NamedTuple):
    """Sentences of one length: what each model made of them, and the reference of each."""

    slice: str
    texts: Mapping[str, Sequence[str]]  # model -> its translations
    references: Sequence[str]


class Scores(NamedTuple):
    """BLEU of some sentences, and of SAMPLES draws of as many among them."""

    found: float
    resampled: np.ndarray

    def __sub__(self, other: Scores) -> Scores:
        return Scores(self.found - other.found, self.resampled - other.resampled)


def growth(near: Part, far: Part, seed: int) -> Iterator[Row]:
    """For each model BLEU in `far` less that in `near`, with its interval, and how much its lead
    over each model after it is larger in `far`, with interval and two-sided p-value."""
    short, long = (
        {name: scores(texts, part.references, [seed, group]) for name, texts in part.texts.items()}
        for group, part in enumerate((near, far))
    )
    changes = {name: long[name] - short[name] for name in far.texts}
    like = Row(
        "", "bleu", 0.0, slice=far.slice, setting=less(near.slice), count=len(far.references)
    )
    for place, (name, change) in enumerate(changes.items()):
        yield _row(like._replace(model=name), change)
        for other in list(changes)[place + 1 :]:
            more = change - changes[other]
            p = two_sided(more.found, more.resampled)
            yield _row(like._replace(model=name, against=other, p=p), more)


def scores(texts: Sequence[str], references: Sequence[str], seed: Sequence[int]) -> Scores:
    """BLEU of `texts` as sacrebleu computes it for a corpus of one reference, and resampled."""
    metric = BLEU(effective_order=True)  # which changes the score of a sentence, not its counts
    each = [metric.sentence_score(*pair) for pair in zip(texts, [[one] for one in references])]
    counts = np.array([[one.sys_len, one.ref_len, *one.counts, *one.totals] for one in each])
    size = len(counts)
    times = np.random.default_rng(seed).multinomial(size, np.full(size, 1 / size), SAMPLES)
    return Scores(_bleu(counts.sum(0)), np.array([_bleu(total) for total in times @ counts]))


def _bleu(total: np.ndarray) -> float:
    length, wanted, *grams = total.tolist()
    half = len(grams) // 2
    return BLEU.compute_bleu(grams[:half], grams[half:], length, wanted, smooth_method="exp").score


def _row(like: Row, scores: Scores) -> Row:
    low, high = np.percentile(scores.resampled, [2.5, 97.5])
    return like._replace(value=scores.found, low=float(low), high=float(high))
