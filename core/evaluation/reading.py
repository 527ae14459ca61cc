"""What follows from the table, in words: facts with their figures, for a page to say.

A fact is the key of a string and the values to fill in, so that it can be said in any language.
Each is computed from the rows; where they do not tell, there is no fact.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

import pandas as pd

from core.evaluation.table import (
    DIAGONAL,
    HEAVIEST,
    SIGNIFICANT,
    lengths,
    less,
    of_models,
    pick,
    short,
)

LOWER_IS_BETTER = {"aer", "perplexity"}


class Fact(NamedTuple):
    """A sentence: the key of its string, and its values as text, the same in every language."""

    key: str
    values: dict[str, str]


class Difference(NamedTuple):
    """How far a model is above another one, and how easily that comes by chance."""

    value: float
    p: float

    @property
    def significant(self) -> bool:
        return self.p < SIGNIFICANT


def difference(
    rows: pd.DataFrame, measure: str, model: str, other: str, **where: str
) -> Difference | None:
    """`model` less `other`, from whichever of the two rows there is; None without one."""
    for one, two, sign in ((model, other, 1), (other, model, -1)):
        found = pick(rows, measure, model=one, against=two, **where)
        if len(found):
            return Difference(sign * found["value"].iloc[0], found["p"].iloc[0])
    return None


def values(rows: pd.DataFrame, measure: str, **where: str) -> pd.Series:
    """The values of a measure by model, the best first (for most measures the largest).

    Several heads are represented by their mean.
    """
    found = pick(of_models(rows), measure, **where)
    found = found[found["model"] != ""].sort_values("value", kind="stable")
    if measure not in LOWER_IS_BETTER:
        found = found[::-1]
    return found.set_index("model")["value"]


def quality(rows: pd.DataFrame) -> Iterator[Fact]:
    """Which model translates best, who is within noise of it, and what length does."""
    bleu = values(rows, "bleu", slice="test")
    if bleu.empty:
        return
    best = pick(rows, "bleu", model=bleu.index[0], slice="test").iloc[0]
    yield Fact(
        "fact_best",
        {
            "model": short(best.model), "value": f"{best.value:.1f}", "low": f"{best.low:.1f}",
            "high": f"{best.high:.1f}", "count": f"{best['count']:,}",
        },
    )  # fmt: skip
    yield from _against_best(rows, "bleu", bleu, "test", "{:.1f}", 1)
    yield from _bottleneck(rows, bleu)


def _bottleneck(rows: pd.DataFrame, bleu: pd.Series) -> Iterator[Fact]:
    """Whether the lead over a model without attention grows with length: judged on how much
    larger it is, not on whether there is one."""
    best, alone = _attending(rows, bleu)
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
                    "model": short(best), "other": short(name),
                    "short_words": words(slices[0]), "long_words": words(slices[-1]),
                    "near": signed(near.value), "far": signed(far.value),
                    "more": signed(more.value), "p": probability(more.p), "count": f"{count:,}",
                },
            )  # fmt: skip


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
            "model": short(best), "aer": share(own.value), "low": share(own.low),
            "high": share(own.high), "precision": share(precision), "recall": share(recall),
            "diagonal": share(guess.iloc[0]),
        },
    )  # fmt: skip
    yield from _against_best(rows, "aer", rates, "hansards", "{:.1f}", 100, HEAVIEST)
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
            {"model": short(best), "threshold": threshold, "aer": share(found.value)},
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
                "model": short(model), "heads": f"{len(own)}", "aer": share(best.value),
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
                {"other": short(others.index[0]), "aer": share(others.iloc[0])},
            )


def _place(block: str, suffix: str) -> dict[str, str]:
    """The layer and the head of "cross.2.5", as values to fill in."""
    _, layer, head = block.split(".")
    return {f"layer{suffix}": layer, f"head{suffix}": head}


def attention(rows: pd.DataFrame) -> Iterator[Fact]:
    """How sharp the weights are, what they fall on, and which models look alike."""
    entropy = values(rows, "entropy", slice="test")[::-1]  # the sharpest first
    if entropy.empty:
        return
    largest, end, marks, covered = (
        values(rows, measure, slice="test")
        for measure in ("largest", "end", "punctuation", "coverage")
    )

    def described(name: str) -> dict[str, str]:
        return {
            "model": short(name),
            "entropy": f"{entropy[name]:.2f}",
            "largest": share(largest[name]),
        }

    sharpest, widest = entropy.index[0], entropy.index[-1]
    if sharpest == widest:
        yield Fact("fact_sharp_alone", described(sharpest))
    else:
        other = {f"{key}_2": value for key, value in described(widest).items()}
        yield Fact("fact_sharp", {**described(sharpest), **other})
    most = end.index[0]
    yield Fact(
        "fact_marks" if len(end) > 1 else "fact_marks_alone",
        {
            "model": short(most), "end": share(end[most]), "punctuation": share(marks[most]),
            "coverage": share(covered[most]),
        },
    )  # fmt: skip
    pairs = rows[rows["measure"] == "divergence"].sort_values("value")
    if len(pairs) > 1:
        near, far = pairs.iloc[0], pairs.iloc[-1]
        yield Fact(
            "fact_agree",
            {
                "one": short(near.model), "two": short(near.against), "near": f"{near.value:.2f}",
                "three": short(far.model), "four": short(far.against), "far": f"{far.value:.2f}",
            },
        )  # fmt: skip
    elif len(pairs):
        only = pairs.iloc[0]
        yield Fact(
            "fact_agree_alone",
            {"one": short(only.model), "two": short(only.against), "near": f"{only.value:.2f}"},
        )


def cost(rows: pd.DataFrame) -> Iterator[Fact]:
    """Time per token, parameters and training time of the extremes."""
    whole, alone = (values(rows, "decoding", setting=setting) for setting in ("", "model"))
    if len(whole) > 1:
        slow, fast = whole.index[0], whole.index[-1]
        yield Fact(
            "fact_slow",
            {
                "slow": short(slow), "fast": short(fast),
                "ratio": f"{whole[slow] / whole[fast]:.2f}", "more": f"{whole[slow]:.2f}",
                "less": f"{whole[fast]:.2f}", "alone": f"{alone[slow] / alone[fast]:.2f}",
            },
        )  # fmt: skip
    sizes, minutes = (values(rows, measure) for measure in ("parameters", "training"))
    if len(sizes) > 1 and sizes.iloc[0] > sizes.iloc[-1]:
        yield Fact(
            "fact_size",
            {
                "most": short(sizes.index[0]), "least": short(sizes.index[-1]),
                "count": f"{sizes.iloc[0]:,.0f}",
                "percent": f"{100 * (sizes.iloc[0] / sizes.iloc[-1] - 1):.1f}",
            },
        )  # fmt: skip
    if len(minutes) > 1:
        yield Fact(
            "fact_training",
            {
                "least": short(minutes.index[-1]), "low": f"{minutes.iloc[-1]:.0f}",
                "most": short(minutes.index[0]), "high": f"{minutes.iloc[0]:.0f}",
            },
        )  # fmt: skip


def luong_scores(rows: pd.DataFrame) -> Iterator[Fact]:
    """Luong et al. 2015, Table 4: in global attention dot 18.6 BLEU and general 17.3 before
    unknown words were replaced, English to German; section 5.3: concat does not do well."""
    bleu = values(rows, "bleu", slice="test")
    named = {short(name): name for name in bleu.index}
    yield Fact("luong_scores", {})
    if {"dot", "general"} <= set(named):
        found = difference(rows, "bleu", named["dot"], named["general"], slice="test")
        verdict = "agrees" if found.value > 0 else "differs"
        yield Fact(
            f"luong_scores_{verdict if found.significant else 'open'}",
            {"gap": signed(found.value), "p": probability(found.p)},
        )
    else:
        yield Fact("luong_scores_missing", {})
    rivals = [name for name in bleu.index if short(name) in ("dot", "general")]
    if "concat" in named and rivals:
        found = difference(rows, "bleu", named["concat"], rivals[0], slice="test")
        verdict = "agrees" if found.value < 0 else "differs"
        yield Fact(
            f"luong_concat_{verdict if found.significant else 'open'}",
            {
                "other": short(rivals[0]),
                "gap": signed(found.value),
                "p": probability(found.p),
            },
        )


def luong_length(rows: pd.DataFrame) -> Iterator[Fact]:
    """Luong et al. 2015, section 5.2: with attention quality does not degrade on long sentences,
    without it does."""
    slices = lengths(rows)
    best, alone = _attending(rows, values(rows, "bleu", slice="test"))
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
            "model": short(best), "change": signed(own.value), "low": signed(own.low),
            "high": signed(own.high), "other": short(alone[0]), "change_2": signed(other.value),
            "low_2": signed(other.low), "high_2": signed(other.high), "p": probability(more.p),
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
            "aer": _names(rates.index), "bleu": _names(bleu.index), "pairs": f"{len(pairs)}",
            "both": f"{len(together)}", "same": f"{sum(together)}",
        },
    )  # fmt: skip


# The facts of each part of the page, in the order in which they are said.
TOPICS = {
    "quality": quality,
    "alignment": alignment,
    "attention": attention,
    "cost": cost,
    "luong_scores": luong_scores,
    "luong_length": luong_length,
    "luong_aer": luong_aer,
}


def read(rows: pd.DataFrame, topic: str) -> list[Fact]:
    """The facts of one of TOPICS."""
    return list(TOPICS[topic](rows))


def _attending(rows: pd.DataFrame, bleu: pd.Series) -> tuple[str | None, list[str]]:
    """The best model with one attention, and those without any, the best first.

    A Transformer, which has one for each head, differs from them in more than attention.
    """
    attending = set(values(rows, "entropy", slice="test").index)
    several = set(rows.loc[rows["block"].str.contains(".", regex=False), "model"])
    best = next((name for name in bleu.index if name in attending - several), None)
    return best, [name for name in bleu.index if name not in attending]


def _against_best(
    rows: pd.DataFrame,
    measure: str,
    ranked: pd.Series,
    where: str,
    form: str,
    scale: float,
    setting: str = "",
) -> Iterator[Fact]:
    """Which models cannot be told from the best, and which can."""
    best, *others = ranked.index
    near, far = [], []
    for other in others:
        found = difference(rows, measure, other, best, slice=where, setting=setting)
        if found:
            gap = signed(scale * found.value)
            told = f"{short(other)} ({gap}, p = {probability(found.p)})"
            (far if found.significant else near).append(told)
    if near:
        yield Fact(f"fact_{measure}_noise", {"models": ", ".join(near)})
    if far:
        yield Fact(f"fact_{measure}_worse", {"models": ", ".join(far)})


def words(slice_: str) -> str:
    """A slice by length without its unit, "3–5"."""
    return slice_.removesuffix(" words").replace("-", "–")


def signed(value: float) -> str:
    """One decimal with its sign, a minus sign for below zero."""
    return f"{value:+.1f}".replace("-", "−")


def share(value: float) -> str:
    """A share, 0 to 1, in percent with one decimal."""
    return f"{100 * value:.1f}"


def probability(p: float) -> str:
    """A p-value: three decimals below 0.1, else two."""
    return f"{p:.3f}" if p < 0.1 else f"{p:.2f}"


def _names(index: Sequence[str]) -> str:
    return ", ".join(map(short, index))
