"""Who translates best, who is within noise of it, and what length does."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from core.measurements.reading.base import (
    Fact,
    against_best,
    apart,
    attending,
    difference,
    probability,
    signed,
    values,
    words,
)
from core.measurements.table import label, lengths, less, pick


def quality(rows: pd.DataFrame) -> Iterator[Fact]:
    """Which model translates best, who is within noise of it, and what length does."""
    bleu = values(rows, "bleu", slice="test")
    if bleu.empty:
        return
    best = pick(rows, "bleu", model=bleu.index[0], slice="test").iloc[0]
    yield Fact(
        "fact_best",
        {
            "model": label(rows, best.model), "value": f"{best.value:.1f}",
            "low": f"{best.low:.1f}", "high": f"{best.high:.1f}", "count": f"{best['count']:,}",
        },
    )  # fmt: skip
    yield from against_best(rows, "bleu", bleu, "test", 1)
    yield from _bottleneck(rows, bleu)


def _bottleneck(rows: pd.DataFrame, bleu: pd.Series) -> Iterator[Fact]:
    """Whether the lead over a model without attention grows with length: judged on how much
    larger it is, not on whether there is one."""
    best, alone = attending(rows, bleu)
    slices = lengths(rows)
    if best is None or len(slices) < 2:
        return
    for name in alone:
        near, far = (difference(rows, "bleu", best, name, slice=each) for each in
                     (slices[0], slices[-1]))  # fmt: skip
        more = difference(rows, "bleu", best, name, slice=slices[-1], setting=less(slices[0]))
        if near and far and more:
            count = pick(rows, "bleu", model=name, slice=slices[-1])["count"].iloc[0]
            verdict = "grows" if more.value > 0 else "shrinks"
            yield Fact(
                f"fact_long_{verdict if more.significant else 'open'}",
                {
                    "model": label(rows, best), "other": label(rows, name),
                    "short_words": words(slices[0]), "long_words": words(slices[-1]),
                    "near": signed(near.value), "far": signed(far.value),
                    "more": signed(apart(far.value, near.value)), "p": probability(more.p),
                    "count": f"{count:,}",
                },
            )  # fmt: skip
