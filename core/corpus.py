"""Sentence pairs from a two-column TSV, split by source sentence."""

from __future__ import annotations

import gzip
import random
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple


class Pair(NamedTuple):
    source: str
    target: str


class Split(NamedTuple):
    """`valid` and `test` hold, for each held-out source, all its targets in file order."""

    train: list[Pair]
    valid: dict[str, list[str]]
    test: dict[str, list[str]]


def read_pairs(path: Path, report: Callable[[str], None]) -> list[Pair]:
    """The pairs of a TSV, plain or .gz; a line without two filled columns goes to `report`.

    Raises ValueError when no line is good.
    """
    pairs = []
    with (gzip.open if path.suffix == ".gz" else open)(path, "rb") as lines:
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
