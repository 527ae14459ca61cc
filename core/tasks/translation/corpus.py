"""Encoded sentence pairs in batches of like length."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from core.corpus import Pair, most_written
from core.tokenisers import Tokeniser


class Batch(NamedTuple):
    """Ids (B, S) of sources of one length, without padding, and of padded targets (B, T)."""

    source: np.ndarray
    given: np.ndarray  # what the decoder reads: the target after the start mark
    wanted: np.ndarray  # what it should predict: the target before the end mark
    real: np.ndarray  # bool (B, T), what of both is no padding: told by lengths, as the mark that
    # pads may be a token of a text too


class Corpus:
    """Encoded pairs, served as batches of about `tokens` target tokens.

    Pairs of more source tokens than `longest` (0: than decoding reads), or of more target tokens
    than it writes, are left out, `too_long` of them. Raises ValueError when none is left.
    """

    def __init__(self, pairs: list[Pair], vocabulary: Tokeniser, tokens: int, longest: int = 0):
        self.vocabulary, self.tokens = vocabulary, tokens
        self.longest = min(longest or vocabulary.most, vocabulary.most)
        self.too_long = 0
        self.groups: dict[int, list[tuple[list[int], list[int]]]] = {}
        for pair in pairs:
            source = [*vocabulary.encode(pair.source), vocabulary.end]
            target = vocabulary.encode(pair.target)
            if len(source) > self.longest + 1 or len(target) > most_written(vocabulary):
                self.too_long += 1
                continue
            self.groups.setdefault(len(source), []).append((source, target))
        if not self.groups:
            raise ValueError(f"of {len(pairs):,} pairs none is short enough to train on")

    def batches(self, rng: random.Random) -> Iterator[Batch]:
        """One epoch: every pair once, in an order that `rng` decides."""
        chunks = []
        for length in sorted(self.groups):
            group = self.groups[length][:]
            # Where a batch ends follows from the lengths alone, or epochs would differ in how many
            # batches they have, and a run could not be gone on with where it was.
            ends, size = [], 0
            for number, target in enumerate(sorted(len(target) for _, target in group), 1):
                size += 1
                if (target + 1) * size >= self.tokens or number == len(group):
                    ends.append(number)
                    size = 0
            rng.shuffle(group)
            # Targets of like length, but not always the same company.
            group.sort(key=lambda pair: len(pair[1]) + rng.uniform(-1, 1))
            chunks += [group[i:j] for i, j in zip([0, *ends], ends)]
        rng.shuffle(chunks)
        return (batch(chunk, self.vocabulary) for chunk in chunks)


def batch(pairs: list[tuple[list[int], list[int]]], marks: Tokeniser) -> Batch:
    """A batch of encoded pairs whose sources are of one length."""
    lengths = np.array([len(target) + 1 for _, target in pairs])
    given, wanted = (np.full((len(pairs), lengths.max()), marks.pad) for _ in range(2))
    for row, (_, target) in enumerate(pairs):
        given[row, : lengths[row]] = [marks.start, *target]
        wanted[row, : lengths[row]] = [*target, marks.end]
    real = np.arange(lengths.max()) < lengths[:, None]
    return Batch(np.array([source for source, _ in pairs]), given, wanted, real)
