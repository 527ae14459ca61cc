"""Sentence pairs from the first two columns of a TSV, split by source sentence."""

from __future__ import annotations

import codecs
import csv
import gzip
import random
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

COMPLAINTS = 10  # lines that are told one by one
QUOTED = re.compile(r'"(?:[^"]|"")*"')  # a field as RFC 4180 quotes it
MOST_LEFT_OUT = 0.1  # of the lines of a file that trains all the same


class Pair(NamedTuple):
    source: str
    target: str


class Split(NamedTuple):
    """`valid` and `test` hold, for each held-out source, all its targets in file order."""

    train: list[Pair]
    valid: dict[str, list[str]]
    test: dict[str, list[str]]


def read_pairs(path: Path, report: Callable[[str], None]) -> list[Pair]:
    """The pairs of a TSV, plain or .gz, in UTF-8, or in UTF-16 where its first bytes say so.

    The first two columns count. Where every text that holds a quotation mark stands in such marks
    as a spreadsheet sets them, they are taken off. What is left out, unquoted or taken with a third
    column goes to `report`: the first COMPLAINTS lines one by one, and totals. Raises ValueError
    when no line is good, or when more than MOST_LEFT_OUT of them are not.
    """
    with (gzip.open if path.suffix == ".gz" else open)(path, "rb") as file:
        data = file.read()
    lines = _unquoted(path, _lines(path, data), report)
    pairs: list[Pair] = []
    complaints, wider = [], 0
    for number, line in enumerate(lines, 1):
        columns = [column.strip() for column in (line or "").split("\t")]
        if len(columns) > 1 and all(columns[:2]):
            pairs.append(Pair(*columns[:2]))
            wider += len(columns) > 2
            continue
        filled = sum(map(bool, columns))
        told = f"expected two filled columns, found {filled} of {len(columns)}"
        complaints.append(
            f"{path.name}, line {number}: {'not UTF-8' if line is None else told}; left out"
        )
    for complaint in complaints[:COMPLAINTS]:
        report(complaint)
    if complaints:
        report(f"{path.name}: {len(complaints):,} of {len(lines):,} lines left out")
    if wider:
        report(f"{path.name}: {wider:,} lines have more than two columns; the first two are taken")
    if not pairs:
        raise ValueError(f"{path} has no line of two tab-separated columns")
    if len(complaints) > MOST_LEFT_OUT * len(lines):
        raise ValueError(
            f"{path}: {len(complaints):,} of {len(lines):,} lines cannot be used, more than "
            f"{MOST_LEFT_OUT:.0%}; it should be UTF-8, with source, tab and target on each line"
        )
    return pairs


def _unquoted(
    path: Path, lines: list[str | None], report: Callable[[str], None]
) -> list[str | None]:
    """The lines without the quotation marks of a spreadsheet (RFC 4180), if it wrote the file."""
    holding = [field for line in lines for field in (line or "").split("\t") if '"' in field]
    if not holding or not all(map(QUOTED.fullmatch, map(str.strip, holding))):
        return lines
    report(f"{path.name}: {len(holding):,} texts stand in quotation marks, which are taken off")
    return [line and "\t".join(next(csv.reader([line], delimiter="\t"), [])) for line in lines]


def _lines(path: Path, data: bytes) -> list[str | None]:
    """The lines of a file, None for each that is not UTF-8."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        data = data.decode("utf-16", "replace").encode()
    if b"\0" in data:
        raise ValueError(f"{path} holds zero bytes: it is no text, or UTF-16; save it as UTF-8")
    lines: list[str | None] = []
    for raw in data.removeprefix(codecs.BOM_UTF8).removesuffix(b"\n").split(b"\n"):
        try:
            lines.append(raw.decode())
        except UnicodeDecodeError:
            lines.append(None)
    return lines


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
