"""What Luong et al. 2015 (arXiv 1508.04025) found, and whether these models agree."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import pandas as pd

from core.measurements.reading.base import (
    Fact,
    attending,
    difference,
    names,
    probability,
    signed,
    values,
)
from core.measurements.table import HEAVIEST, label, lengths, less, pick


def luong_scores(rows: pd.DataFrame) -> Iterator[Fact]:
    """Luong et al. 2015, Table 4: in global attention dot 18.6 BLEU and general 17.3 before
    unknown words were replaced, English to German; section 5.3: concat does not do well."""
    bleu = values(rows, "bleu", slice="test")
    named = {label(rows, name): name for name in bleu.index}
    yield Fact("luong_scores", {})
    found = None
    if {"dot", "general"} <= set(named):
        found = difference(rows, "bleu", named["dot"], named["general"], slice="test")
    if found:
        verdict = "agrees" if found.value > 0 else "differs"
        yield Fact(
            f"luong_scores_{verdict if found.significant else 'open'}",
            {"gap": signed(found.value), "p": probability(found.p)},
        )
    else:
        yield Fact("luong_scores_missing", {})
    rivals = [name for name in bleu.index if label(rows, name) in ("dot", "general")]
    if "concat" in named and rivals:
        found = difference(rows, "bleu", named["concat"], rivals[0], slice="test")
        if found is None:
            return
        verdict = "agrees" if found.value < 0 else "differs"
        yield Fact(
            f"luong_concat_{verdict if found.significant else 'open'}",
            {
                "other": label(rows, rivals[0]),
                "gap": signed(found.value),
                "p": probability(found.p),
            },
        )


def luong_length(rows: pd.DataFrame) -> Iterator[Fact]:
    """Luong et al. 2015, section 5.2: with attention quality does not degrade on long sentences,
    without it does."""
    slices = lengths(rows)
    best, alone = attending(rows, values(rows, "bleu", slice="test"))
    if len(slices) < 2 or best is None or not alone:
        return
    where = {"slice": slices[-1], "setting": less(slices[0])}
    changes = [pick(rows, "bleu", model=name, **where) for name in (best, alone[0])]
    more = difference(rows, "bleu", best, alone[0], **where)
    if more is None or any(change.empty for change in changes):
        return
    own, other = (change.iloc[0] for change in changes)
    verdict = "agrees" if own.high >= 0 else "partly"
    if more.value < 0:
        verdict = "differs"
    yield Fact("luong_length", {})
    yield Fact(
        f"luong_length_{verdict if more.significant else 'open'}",
        {
            "model": label(rows, best), "change": signed(own.value), "low": signed(own.low),
            "high": signed(own.high), "other": label(rows, alone[0]),
            "change_2": signed(other.value), "low_2": signed(other.low),
            "high_2": signed(other.high), "p": probability(more.p),
        },
    )  # fmt: skip


def luong_aer(rows: pd.DataFrame) -> Iterator[Fact]:
    """Luong et al. 2015, section 5.4: alignment and translation quality are not well
    correlated.

    Judged on the pairs of models that differ significantly in both AER and BLEU: the order of
    models that cannot be told apart says nothing.
    """
    where = {"slice": "hansards", "setting": HEAVIEST}
    rates = values(rows, "aer", **where)
    bleu = values(rows, "bleu", slice="test").reindex(rates.index).sort_values(ascending=False)
    yield Fact("luong_aer", {})
    if len(rates) < 2:
        yield Fact("luong_aer_missing", {})
        return
    pairs = list(combinations(rates.index, 2))
    together = []  # for each pair that both tell apart, whether they prefer the same model
    for one, two in pairs:
        better = difference(rows, "bleu", one, two, slice="test")
        wrong = difference(rows, "aer", one, two, **where)
        if better and wrong and better.significant and wrong.significant:
            together.append((better.value > 0) == (wrong.value < 0))
    if not together:
        verdict = "open"
    elif all(together):
        verdict = "differs"
    else:
        verdict = "partly" if any(together) else "agrees"
    yield Fact(
        f"luong_aer_{verdict}",
        {
            "aer": names(rows, rates.index), "bleu": names(rows, bleu.index),
            "pairs": f"{len(pairs)}", "both": f"{len(together)}", "same": f"{sum(together)}",
        },
    )  # fmt: skip
