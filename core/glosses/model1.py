"""Which words translate which: IBM model 1 (Brown et al. 1993, "The Mathematics of Statistical
Machine Translation", section 4.1), learnt in both directions, and where both agree (numpy, no
torch).

Shape letters: N pairs of places, one for each word of a sentence with each of its translation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

ROUNDS = 8


class Links(NamedTuple):
    """How often each word is linked to each of the other language, as a mean over places."""

    counts: dict[tuple[str, str], float]  # expected links of a pair of words
    times: dict[str, int]  # how often the first of the pair stands in the corpus


class _Places(NamedTuple):
    """All pairs of places of a corpus, in flat arrays (N,)."""

    words: np.ndarray  # which pair of words stands there
    ones: np.ndarray  # which place of the first language
    others: np.ndarray  # and which of the second


def learn(pairs: Sequence[tuple[list[str], list[str]]], rounds: int = ROUNDS) -> Links:
    """The links of each word of the first text of a pair to words of the second.

    A link's probability is the product of those of both directions (Liang et al. 2006, "Alignment
    by Agreement", section 3): a word is linked where each is what the other is translated by.
    """
    first = _numbered(one for one, _ in pairs)
    second = _numbered(other for _, other in pairs)
    kinds: dict[tuple[int, int], int] = {}
    words, ones, others, at, to = [], [], [], 0, 0
    for one, other in pairs:
        mine, theirs = [first[word] for word in one], [second[word] for word in other]
        for place, word in enumerate(mine):
            for beside, translation in enumerate(theirs):
                words.append(kinds.setdefault((word, translation), len(kinds)))
                ones.append(at + place)
                others.append(to + beside)
        at, to = at + len(one), to + len(other)
    places = _Places(*(np.array(part, np.int64) for part in (words, ones, others)))
    left, right = (np.array([kind[side] for kind in kinds], np.int64) for side in (0, 1))
    both = _posterior(places.words, places.ones, right, rounds) * _posterior(
        places.words, places.others, left, rounds
    )
    expected = np.bincount(places.words, both, len(kinds))
    names = list(first), list(second)
    counts = {
        (names[0][one], names[1][other]): float(count)
        for (one, other), count in zip(kinds, expected, strict=True)
        if count > 0.05
    }
    times: dict[str, int] = {}
    for one, _ in pairs:
        for word in one:
            times[word] = times.get(word, 0) + 1
    return Links(counts, times)


def _numbered(texts) -> dict[str, int]:
    found: dict[str, int] = {}
    for text in texts:
        for word in text:
            found.setdefault(word, len(found))
    return found


def _posterior(
    kinds: np.ndarray, written: np.ndarray, reads: np.ndarray, rounds: int
) -> np.ndarray:
    """How probable it is that each place is what was read for the one that is `written` (N,).

    `kinds` (N,) says which pair of words stands there, `reads` of each pair which word is read.
    One more word, that nobody wrote, stands in each sentence, so that a place may be linked to
    none. Its t is kept that of the written word over all of the corpus.
    """
    size = len(reads)
    wrote = np.bincount(written)
    t = np.full(size, 1.0)
    empty = np.full(len(wrote), 1.0)  # of the word that nobody wrote, at each written place
    for turn in range(rounds + 1):
        here = t[kinds]
        total = np.bincount(written, here, len(wrote)) + empty
        found = here / total[written]
        if turn == rounds:
            return found
        counts = np.bincount(kinds, found, size)
        t = counts / np.bincount(reads, counts)[reads]
        empty = np.full(len(wrote), 1e-3)
    return found
