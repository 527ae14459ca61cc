"""Two weights of a row were exchanged: which? The scores beside them give it away."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations

import numpy as np

from core.exercises import Exercise, Given, Told, divergence
from core.exercises.reading import by_word, rows, scores, signed, times, wide, words

TOP, APART = 4, 0.02  # among how many of the heaviest, and how far they are apart at least


def every(given: Given) -> Iterator[Exercise]:
    """One for each step that has scores, and two weights that anybody tells apart; the less these
    are apart, the harder it is."""
    found = given.side
    if found is None:
        return
    source, every_row = words(found), list(rows(found))
    for row in every_row:
        t = row.steps[0]
        one = scores(given, found, t)
        if one is None:
            continue
        weights = by_word(found.weights[t : t + 1], found)[0]
        order = np.argsort(-weights)[:TOP]
        apart = [(i, j) for i, j in combinations(order, 2) if weights[i] - weights[j] >= APART]
        if not apart:
            continue
        i, j = given.chance("softmax", t).choice(apart)
        wrong = weights.copy()
        wrong[[i, j]] = weights[[j, i]]
        ahead = round(float(one[i]), 2) - round(float(one[j]), 2)
        yield Exercise(
            "softmax", t, -float(weights[i] - weights[j]), source, row.before,
            (Told("ask_softmax", {"word": ("target", row.word)}),),
            (
                Told("why_softmax", {
                    "first": ("source", source[i]), "second": ("source", source[j]),
                    "high": signed(one[i]), "low": signed(one[j]), "lead": f"{ahead:.2f}",
                    "times": times(math.exp(ahead)),
                }),
                Told("why_wrong", {"nats": f"{divergence(weights, np.maximum(wrong, 1e-12)):.2f}"}),
                wide(weights),
            ),
            word=row.word, row=_floats(weights), scores=_floats(one), wrong=_floats(wrong),
        )  # fmt: skip


def _floats(row: np.ndarray) -> tuple[float, ...]:
    return tuple(map(float, row))
