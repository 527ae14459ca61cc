"""Encoded stories in batches of like length."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from core.stories.story import Story
from core.tokenisers import Tokeniser


class Encoded(NamedTuple):
    """One story as ids."""

    source: list[int]  # its statements and its question, the end mark last
    answer: int


ENDED = 8  # one batch of so many has the end of its answers: it is always the same


class Batch(NamedTuple):
    """Ids of padded stories (B, S), and of answers (B, 1), or with the mark after them (B, 2)."""

    source: np.ndarray
    visible: np.ndarray  # bool (B, S), False where padded
    given: np.ndarray  # what the decoder reads: the start mark, and the answer
    wanted: np.ndarray  # what it should predict: the answer, and the end mark


class Corpus:
    """Encoded stories, served in batches of `size`, which are of like length. Those that `made`
    makes up, always as many, are others in each epoch: none is learnt by heart."""

    def __init__(
        self, stories: Sequence[Story], vocabulary: Tokeniser, size: int,
        made: Callable[[random.Random], Sequence[Story]] = lambda rng: (),
    ):  # fmt: skip
        self.vocabulary, self.size, self.made = vocabulary, size, made
        self.rows = encoded(stories, vocabulary)

    def batches(self, rng: random.Random) -> Iterator[Batch]:
        """One epoch: every story once, in an order that `rng` decides, as it does what is made."""
        rows = [*self.rows, *encoded(self.made(rng), self.vocabulary)]
        rng.shuffle(rows)
        rows.sort(key=lambda row: len(row.source) * rng.uniform(0.9, 1))
        chunks = [rows[i : i + self.size] for i in range(0, len(rows), self.size)]
        rng.shuffle(chunks)
        return (
            batch(chunk, self.vocabulary, number % ENDED == 0)
            for number, chunk in enumerate(chunks)
        )


def encoded(stories: Sequence[Story], vocabulary: Tokeniser) -> list[Encoded]:
    """Stories as ids: the same sentence is split once. Raises ValueError for an answer of more or
    fewer words than one."""
    known: dict[str, list[int]] = {}

    def ids(sentence: str) -> list[int]:
        if sentence not in known:
            known[sentence] = vocabulary.encode(sentence)
        return known[sentence]

    found = []
    for story in stories:
        if len(ids(story.answer)) != 1:
            raise ValueError(f"an answer is one word, not {story.answer!r}")
        sentences = (*story.statements, story.question)
        source = [index for one in sentences for index in ids(one)]
        found.append(Encoded([*source, vocabulary.end], ids(story.answer)[0]))
    return found


def batch(rows: Sequence[Encoded], marks: Tokeniser, ends: bool = True) -> Batch:
    """A batch of encoded stories, with the end of their answers or without."""
    lengths = np.array([len(row.source) for row in rows])
    source = np.full((len(rows), lengths.max()), marks.pad)
    for place, row in enumerate(rows):
        source[place, : lengths[place]] = row.source
    answers = np.array([row.answer for row in rows])
    given = np.stack([np.full_like(answers, marks.start), answers], 1)
    wanted = np.stack([answers, np.full_like(answers, marks.end)], 1)
    seen, last = np.arange(lengths.max()) < lengths[:, None], 2 if ends else 1
    return Batch(source, seen, given[:, :last], wanted[:, :last])
