"""The average attention of training data: how a model looks at a place of the source, by where both
stand in their sentences (numpy, no torch).

Sentences are of unlike length, so places are relative: the middle of token s of S stands at
(s + ½) / S, and so do the steps of the translation. A grid of BINS × BINS has the mean of α S over
all cells that fall into a bin: 1 is as much as uniform attention would give. A row for a sentence
is read off the grid, between the middles of bins in proportion, and made to sum to one.

Shape letters: T steps, S source tokens.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np

from core.wire import frozen

BINS = 16
FOLDER = "averages"  # beside the models, a file each


class Average:
    """Grids that are filled cell by cell, one for each block: "cross", "cross.2", "cross.2.5"."""

    def __init__(self):
        self.sums: dict[str, np.ndarray] = {}
        self.counts = np.zeros((BINS, BINS))

    def add(self, weights: np.ndarray) -> None:
        """Takes one sentence: the weights of all layers and heads (L, H, T, S)."""
        *_, steps, size = weights.shape
        cells = np.ix_(_bins(steps), _bins(size))
        np.add.at(self.counts, cells, 1)
        for block, rows in _blocks(weights.astype(np.float64) * size):
            np.add.at(self.sums.setdefault(block, np.zeros((BINS, BINS))), cells, rows)

    def grids(self) -> dict[str, np.ndarray]:
        """The means; where no cell fell, 1."""
        there = np.maximum(self.counts, 1)
        return {
            block: np.where(self.counts > 0, sums / there, 1.0) for block, sums in self.sums.items()
        }


def _bins(count: int) -> np.ndarray:
    return (BINS * (np.arange(count) + 0.5) / count).astype(int)


def _blocks(weights: np.ndarray):
    """All means and heads of (L, H, T, S), as a trace names them; a single head is "cross"."""
    yield "cross", weights.mean((0, 1))
    if weights.shape[:2] == (1, 1):
        return
    for layer, heads in enumerate(weights, 1):
        yield f"cross.{layer}", heads.mean(0)
        for head, rows in enumerate(heads, 1):
            yield f"cross.{layer}.{head}", rows


def rows(grid: np.ndarray, steps: int, size: int) -> np.ndarray:
    """(T, S), the average row of each of `steps` over a source of `size` tokens; rows sum to 1."""
    middles = (np.arange(BINS) + 0.5) / BINS
    across = np.stack([np.interp(_middles(size), middles, row) for row in grid])  # (BINS, S)
    found = np.stack([np.interp(_middles(steps), middles, column) for column in across.T], 1)
    return found / found.sum(1, keepdims=True)


def _middles(count: int) -> np.ndarray:
    return (np.arange(count) + 0.5) / count


def write(path: Path, grids: dict[str, np.ndarray], told: dict[str, object]) -> None:
    """Into a file, with what is `told` of it: "weights", "sentences", "command"."""
    path.parent.mkdir(parents=True, exist_ok=True)
    about = np.frombuffer(json.dumps(told).encode(), np.uint8)
    halves = {block: grid.astype(np.float16) for block, grid in grids.items()}
    np.savez_compressed(path, about=about, **halves)


def read(path: Path) -> tuple[dict[str, np.ndarray], dict]:
    """The grids and what is told of them. Raises OSError or ValueError for a file that is none."""
    try:
        with np.load(path, allow_pickle=False) as file:
            told = json.loads(file["about"].tobytes())
            grids = {one: frozen(file[one], np.float32) for one in file.files if one != "about"}
    except (KeyError, zipfile.BadZipFile) as error:
        raise ValueError(f"{path} holds no averages: {error}") from error
    if any(grid.shape != (BINS, BINS) for grid in grids.values()):
        raise ValueError(f"{path} holds no averages of {BINS} × {BINS}")
    return grids, told
