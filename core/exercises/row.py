"""Ten chips are spread over the source: where does the model look while it writes this word?"""

from __future__ import annotations

from collections.abc import Iterator

from core.distributions import entropy
from core.exercises import Exercise, Given, Told
from core.exercises.reading import lead, looked, rows, scores, wide, words


def every(given: Given) -> Iterator[Exercise]:
    """One for each word that was written; the more its row is spread, the harder it is."""
    found = given.side
    if found is None:
        return
    source = words(found)
    for row in rows(found):
        one = scores(given, found, row.steps[0]) if len(row.steps) == 1 else None
        yield Exercise(
            "row", row.steps[0], float(entropy(row.weights)), source, row.before,
            (Told("ask_row", {"word": ("target", row.word)}),),
            (looked(row.weights, source), *lead(one, source), wide(row.weights)),
            word=row.word, row=tuple(map(float, row.weights)),
        )  # fmt: skip
