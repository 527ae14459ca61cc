"""Sentence pairs from a two-column TSV, split by source sentence, in batches of like length."""

from __future__ import annotations

import gzip
import random
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from core.text import END_ID, PAD_ID, START_ID, Vocabulary


class Pair(NamedTuple):
    source: str
    target: str


class Split(NamedTuple):
    """`valid` and `test` hold, for each held-out source, all its targets in file order."""

    train: list[Pair]
    valid: dict[str, list[str]]
    test: dict[str, list[str]]


class Batch(NamedTuple):
    """Ids (B, S) of sources of one length, without padding, and of padded targets (B, T)."""

    source: np.ndarray
    given: np.ndarray  # what the decoder reads: the target after the start mark
    wanted: np.ndarray  # what it should predict: the target before the end mark


def read_pairs(path: Path, report: Callable[[str], None]) -> list[Pair]:
    """The pairs of a TSV, plain or .gz; a line without two filled columns goes to `report`.

    Raises ValueError when no line is good.
    """
    opened = gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")
    pairs = []
    with opened as lines:
        for number, raw in enumerate(lines, 1):
            try:
                columns = [column.strip() for column in raw.decode().rstrip("\r\n").split("\t")]
            except UnicodeDecodeError as error:
                report(f"{path.name}, line {number}: not UTF-8 ({error.reason}); left out")
                continue
            if len(columns) != 2 or not all(columns):
                report(
                    f"{path.name}, line {number}: expected two filled columns, "
                    f"found {sum(map(bool, columns))} of {len(columns)}; left out"
                )
                continue
            pairs.append(Pair(*columns))
    if not pairs:
        raise ValueError(f"{path} has no line of two tab-separated columns")
    return pairs


def split_pairs(pairs: list[Pair], held_out: int, seed: int) -> Split:
    """Train, validation and test, disjoint in their source sentences.

    Test and validation each get `held_out` sources of 3 to 20 words, or a twentieth of the
    sources where that is less. Sources that differ only in case, width or spacing are one.
    """
    targets: dict[str, list[Pair]] = {}
    for pair in pairs:
        targets.setdefault(_key(pair.source), []).append(pair)
    fit = sorted(key for key in targets if 3 <= len(key.split()) <= 20)
    random.Random(seed).shuffle(fit)
    count = min(held_out, len(targets) // 20)
    test, valid = fit[:count], fit[count : 2 * count]
    away = {*test, *valid}
    return Split(
        [pair for key, group in targets.items() if key not in away for pair in group],
        *(
            {targets[key][0].source: [pair.target for pair in targets[key]] for key in keys}
            for keys in (valid, test)
        ),
    )


def _key(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


class Corpus:
    """Encoded pairs, served as batches of about `tokens` target tokens."""

    def __init__(self, pairs: list[Pair], vocabulary: Vocabulary, tokens: int):
        self.tokens = tokens
        self.groups: dict[int, list[tuple[list[int], list[int]]]] = {}
        for pair in pairs:
            source = [*vocabulary.encode(pair.source), END_ID]
            target = vocabulary.encode(pair.target)
            self.groups.setdefault(len(source), []).append((source, target))

    def batches(self, rng: random.Random) -> Iterator[Batch]:
        """One epoch: every pair once, in an order that `rng` decides."""
        chunks = []
        for length in sorted(self.groups):
            group = self.groups[length][:]
            rng.shuffle(group)
            # Targets of like length, but not always the same company.
            group.sort(key=lambda pair: len(pair[1]) + rng.uniform(-1, 1))
            chunk: list[tuple[list[int], list[int]]] = []
            for pair in group:
                chunk.append(pair)
                if (len(pair[1]) + 1) * len(chunk) >= self.tokens:
                    chunks.append(chunk)
                    chunk = []
            if chunk:
                chunks.append(chunk)
        rng.shuffle(chunks)
        return (batch(chunk) for chunk in chunks)


def batch(pairs: list[tuple[list[int], list[int]]]) -> Batch:
    """A batch of encoded pairs whose sources are of one length."""
    width = max(len(target) for _, target in pairs) + 1
    given, wanted = (np.full((len(pairs), width), PAD_ID) for _ in range(2))
    for row, (_, target) in enumerate(pairs):
        given[row, : len(target) + 1] = [START_ID, *target]
        wanted[row, : len(target) + 1] = [*target, END_ID]
    return Batch(np.array([source for source, _ in pairs]), given, wanted)
