"""Boards as batches of pictures and captions.

Shape letters: B batch, P pixels of a picture's side, S cells, T target tokens.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from core.pictures.board import GRID, Board, things
from core.pictures.drawing import picture
from core.pictures.seen import under
from core.tasks.translation.corpus import batch as written
from core.tokenisers import Tokeniser


class Batch(NamedTuple):
    """Pictures with what lies on their cells, and padded captions (B, T)."""

    source: np.ndarray  # uint8 (B, P, P, 3)
    cells: np.ndarray  # (B, S), 0 for nothing, or from 1 the place of a thing among all
    given: np.ndarray  # what the decoder reads: the caption after the start mark
    wanted: np.ndarray  # what it should predict: the caption before the end mark
    real: np.ndarray  # bool (B, T), what of both is no padding


class Corpus:
    """Boards that are made up, others in each epoch, in batches of `size`; `count` an epoch."""

    def __init__(
        self, made: Callable[[random.Random], Board], caption: Callable[[Board], str],
        vocabulary: Tokeniser, count: int, size: int,
    ):  # fmt: skip
        self.made, self.caption, self.vocabulary = made, caption, vocabulary
        self.count, self.size = count, size

    def batches(self, rng: random.Random) -> Iterator[Batch]:
        """One epoch: what `rng` decides."""
        for begin in range(0, self.count, self.size):
            some = [self.made(rng) for _ in range(min(self.size, self.count - begin))]
            yield batch(some, map(self.caption, some), self.vocabulary)


def pictures(boards: Sequence[Board]) -> np.ndarray:
    """uint8 (B, P, P, 3)."""
    return np.stack([picture(board) for board in boards])


def batch(boards: Sequence[Board], captions, vocabulary: Tokeniser) -> Batch:
    """A batch of boards with their captions."""
    _, *texts = written([([], vocabulary.encode(one)) for one in captions], vocabulary)
    return Batch(pictures(boards), np.stack([lying(board) for board in boards]), *texts)


def lying(board: Board) -> np.ndarray:
    """(S,), which thing lies on each cell, the uppermost where there are several."""
    names, found = list(things()), np.zeros(GRID[0] * GRID[1], np.int64)
    for one in board:
        found[under([one], GRID)] = 1 + names.index(one.thing)
    return found
