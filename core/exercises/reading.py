"""What exercises read off a trace: rows over words, what was written before, and why.

Shape letters: T steps, S source tokens, W words of the source.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from core.agreement import Side
from core.distributions import entropy
from core.exercises import Given, Told


class Row(NamedTuple):
    """Where the model looked while it wrote one word."""

    word: str
    steps: list[int]
    before: tuple[str, ...]
    weights: np.ndarray  # (W,), the mean over the word's pieces


def words(found: Side) -> tuple[str, ...]:
    return tuple(word for word, _ in found.across)


def by_word(weights: np.ndarray, found: Side) -> np.ndarray:
    """Weights (T, S) over the words of the source: (T, W)."""
    return np.stack([weights[:, places].sum(1) for _, places in found.across], 1)


def rows(found: Side) -> Iterator[Row]:
    """A row for each word that was written."""
    weights = by_word(found.weights, found)
    before: tuple[str, ...] = ()
    for word, steps in found.down:
        yield Row(word, steps, before, weights[steps].mean(0))
        before = (*before, word)


def scores(given: Given, found: Side, step: int) -> np.ndarray | None:
    """The scores of one step over the words of the source (W,): of a word of several pieces the log
    of their summed exponentials, so that the softmax of these is the row of words. None where there
    are no scores, or not of every word."""
    every = given.trace.attention(given.block).scores
    if every is None or not np.isfinite(every[step]).all():
        return None
    row = every[step].astype(np.float64)
    return np.array([np.logaddexp.reduce(row[places]) for _, places in found.across])


def looked(row: np.ndarray, source: tuple[str, ...]) -> Told:
    """Which word has most of a row."""
    most = int(row.argmax())
    return Told("why_most", {"word": ("source", source[most]), "weight": f"{row[most]:.2f}"})


def lead(row: np.ndarray | None, source: tuple[str, ...]) -> Iterator[Told]:
    """What the softmax makes of the lead of the highest score."""
    if row is None:
        return
    order = np.argsort(-row)
    first, second = (float(row[i]) for i in order[:2])
    ahead = round(first, 2) - round(second, 2)
    yield Told("why_lead", {
        "first": ("source", source[order[0]]), "second": ("source", source[order[1]]),
        "high": signed(first), "low": signed(second), "lead": f"{ahead:.2f}",
        "times": times(math.exp(min(ahead, 30))),
    })  # fmt: skip


def wide(row: np.ndarray) -> Told:
    """How far a row is spread."""
    nats = float(entropy(row))
    return Told("why_wide", {"nats": f"{nats:.2f}", "words": f"{math.exp(nats):.1f}"})


def times(value: float) -> str:
    """How many times, as a person says it: two digits."""
    if value < 10:
        return f"{value:.1f}"
    return f"{int(float(f'{value:.1e}')):,}"


def signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")
