"""Whose weights agree with the links that people made."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from core.measurements.reading.base import Fact, against_best, share, values
from core.measurements.table import DIAGONAL, HEAVIEST, label, of_models, pick


def alignment(rows: pd.DataFrame) -> Iterator[Fact]:
    """Which model is aligned best by its heaviest weights, and which head of a Transformer; what
    a threshold would do."""
    where = {"slice": "hansards", "setting": HEAVIEST}
    rates = values(rows, "aer", **where)
    if rates.empty:
        return
    best = rates.index[0]
    own = pick(of_models(rows), "aer", model=best, **where).iloc[0]
    precision, recall = (
        pick(rows, measure, model=best, block=own.block, **where)["value"].iloc[0]
        for measure in ("precision", "recall")
    )
    guess = pick(rows, "aer", slice="hansards", setting=DIAGONAL)["value"]
    yield Fact(
        "fact_aligns",
        {
            "model": label(rows, best), "aer": share(own.value), "low": share(own.low),
            "high": share(own.high), "precision": share(precision), "recall": share(recall),
            "diagonal": share(guess.iloc[0]),
        },
    )  # fmt: skip
    yield from against_best(rows, "aer", rates, "hansards", 100, HEAVIEST)
    yield from _heads(rows)
    thresholds = rows[
        (rows["measure"] == "aer") & (rows["model"] == best) & (rows["against"] == "")
        & rows["setting"].str.startswith("threshold")
    ]  # fmt: skip
    if len(thresholds):
        found = thresholds.loc[thresholds["value"].idxmin()]
        threshold = found.setting.partition("=")[2]
        yield Fact(
            "fact_threshold",
            {"model": label(rows, best), "threshold": threshold, "aer": share(found.value)},
        )
    left = pick(rows, "left_out", slice="hansards")
    if len(left) and left["value"].iloc[0]:
        yield Fact(
            "fact_left_out",
            {"left": f"{left['value'].iloc[0]:.0f}", "count": f"{left['count'].iloc[0]}"},
        )


def _heads(rows: pd.DataFrame) -> Iterator[Fact]:
    """Of each Transformer the head that is aligned best, beside the worst, the mean and the best
    other model."""
    where = {"slice": "hansards", "setting": HEAVIEST}
    found = pick(rows, "aer", **where)
    single = found[found["block"].str.count(r"\.") == 2]
    rates = values(rows, "aer", **where)
    for model, own in single.groupby("model", sort=False):
        ranked = own.sort_values("value", kind="stable")
        best, worst = ranked.iloc[0], ranked.iloc[-1]
        yield Fact(
            "fact_heads",
            {
                "model": label(rows, model), "heads": f"{len(own)}", "aer": share(best.value),
                "low": share(best.low), "high": share(best.high), "mean": share(rates[model]),
                "worst": share(worst.value),
                **_place(best.block, ""), **_place(worst.block, "_2"),
            },
        )  # fmt: skip
        others = rates.drop(model)
        if len(others):
            ahead = best.value < others.iloc[0]
            yield Fact(
                "fact_heads_ahead" if ahead else "fact_heads_behind",
                {"other": label(rows, others.index[0]), "aer": share(others.iloc[0])},
            )


def _place(block: str, suffix: str) -> dict[str, str]:
    """The layer and the head of "cross.2.5", as values to fill in."""
    _, layer, head = block.split(".")
    return {f"layer{suffix}": layer, f"head{suffix}": head}
