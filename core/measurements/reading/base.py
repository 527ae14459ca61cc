"""What all readings of the table share: facts, values, differences, numbers as they are said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pandas as pd

from core.measurements.table import SIGNIFICANT, label, of_models, pick

LOWER_IS_BETTER = {"aer", "cer", "perplexity"}


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


def attending(rows: pd.DataFrame, bleu: pd.Series) -> tuple[str | None, list[str]]:
    """The best model with one attention, and those without any, the best first.

    A Transformer, which has one for each head, differs from them in more than attention.
    """
    there = set(values(rows, "entropy", slice="test").index)
    several = set(rows.loc[rows["block"].str.contains(".", regex=False), "model"])
    best = next((name for name in bleu.index if name in there - several), None)
    return best, [name for name in bleu.index if name not in there]


def against_best(
    rows: pd.DataFrame,
    measure: str,
    ranked: pd.Series,
    where: str,
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
            told = f"{label(rows, other)} ({gap}, p = {probability(found.p)})"
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


def apart(first: float, second: float) -> float:
    """`first` less `second` with one decimal each, as anybody takes it from what is shown."""
    return round(round(first, 1) - round(second, 1), 1)


def share(value: float) -> str:
    """A share, 0 to 1, in percent with one decimal."""
    return f"{100 * value:.1f}"


def probability(p: float) -> str:
    """A p-value: three decimals below 0.1, else two."""
    return f"{p:.3f}" if p < 0.1 else f"{p:.2f}"


def names(rows: pd.DataFrame, index: Sequence[str]) -> str:
    return ", ".join(label(rows, name) for name in index)
