"""Sentences in which some tokens are hidden, others each time.

Shape letters: B batch, S tokens of each sentence, the end mark among them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from core.tasks.sentences import Groups
from core.tokenisers import Tokeniser

SHARE = 0.15  # of the tokens are to be said: Devlin et al. 2019, section 3.1
HIDDEN, EXCHANGED = 0.8, 0.1  # of those are masked, or another token; the others stay


class Batch(NamedTuple):
    """Ids (B, S) of sentences of one length, without padding."""

    source: np.ndarray  # what is read
    wanted: np.ndarray  # what stands there in truth
    chosen: np.ndarray  # bool (B, S), the places that are to be said


class Corpus(Groups):
    """Encoded sentences, served with places that each epoch chooses anew."""

    def __init__(
        self, sentences: Sequence[str], vocabulary: Tokeniser, tokens: int, longest: int = 0
    ):
        super().__init__(sentences, vocabulary, tokens, longest)
        self.vocabulary = vocabulary
        allowed = vocabulary.allowed.copy()
        allowed[vocabulary.end] = False
        self.others = np.flatnonzero(allowed)  # what may stand where a token is exchanged

    def batches(self, rng: random.Random) -> Iterator[Batch]:
        """One epoch: every sentence once. Order and places follow from `rng`."""
        draws = np.random.default_rng(rng.getrandbits(64))
        return (self.hidden(rows, draws) for rows in self.rows(rng))

    def hidden(
        self, rows: np.ndarray, draws: np.random.Generator, masks: float = HIDDEN,
        exchanges: float = EXCHANGED,
    ) -> Batch:  # fmt: skip
        """Sentences `rows` (B, S) with SHARE of the tokens of each chosen, at least one, and never
        the end mark: of those `masks` are masked and `exchanges` another token."""
        size = rows.shape[1] - 1
        count = max(1, round(SHARE * size))
        ranks = draws.random((len(rows), size)).argsort(1).argsort(1)
        chosen = np.zeros(rows.shape, bool)
        chosen[:, :size] = ranks < count
        luck = draws.random(rows.shape)
        other = draws.choice(self.others, rows.shape)
        source = np.where(chosen & (luck < masks), self.vocabulary.mask, rows)
        exchanged = chosen & (luck >= masks) & (luck < masks + exchanges)
        return Batch(np.where(exchanged, other, source), rows, chosen)
