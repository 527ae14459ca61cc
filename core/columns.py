"""What a spreadsheet makes of lines: marks of quotation, breaks inside of them, a line of names."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from core.words import LANGUAGES, languages

# A field as RFC 4180 quotes it; a tab inside of one would be a third column to everybody else.
QUOTED = re.compile(r'"(?:[^"\t]|"")*"')
WORD = re.compile(r"[^\W\d_]+")
NAMES = {
    "source", "src", "target", "tgt", "trg", "input", "output", "text", "sentence", "original",
    "translation", "translated", "원문", "번역", "번역문", "문장", "소스", "타깃", "입력", "출력",
}  # fmt: skip


class Records(NamedTuple):
    """`lines` as (its number in the file, its text): one for each line of cells, which may have
    been several of the file; None is one that is not UTF-8. `quoted` texts stood in marks, of
    which `broken` had a line break."""

    lines: list[tuple[int, str | None]]
    quoted: int = 0
    broken: int = 0


def records(lines: Sequence[str | None]) -> Records:
    """Lines without the quotation marks of a spreadsheet (RFC 4180), if it wrote the file: where
    every text that holds such a mark stands in them. A line break inside becomes a space."""
    plain = Records(list(enumerate(lines, 1)))
    found = _joined(lines)
    texts = [field.strip() for _, line in found or () for field in (line or "").split("\t")]
    quoted = [text for text in texts if '"' in text]
    if not quoted or not all(map(QUOTED.fullmatch, quoted)):
        return plain
    bare = [(number, line and " ".join(_cells(line).split("\n"))) for number, line in found]
    return Records(bare, len(quoted), sum("\n" in text for text in quoted))


def _joined(lines: Sequence[str | None]) -> list[tuple[int, str | None]] | None:
    """Lines put together until their quotation marks are even; None where they never are."""
    found, begun, open_ = [], [], False  # `begun` are the lines of one whose marks are odd
    for number, line in enumerate(lines, 1):
        if open_ and line is None:
            return None
        begun.append(line)
        open_ ^= (line or "").count('"') % 2 == 1
        if not open_:
            whole = None if line is None else "\n".join(begun)
            found.append((number - len(begun) + 1, whole))
            begun = []
    return None if open_ else found


def _cells(record: str) -> str:
    """A record that the marks are taken off, its cells parted by tabs."""
    stripped = "\t".join(map(str.strip, record.split("\t")))
    (cells,) = csv.reader([stripped], delimiter="\t")
    return "\t".join(cells)


def names(columns: Sequence[str]) -> bool:
    """Whether these are names of two columns, such as "source" and "target" or two languages by
    name or by code, rather than a sentence and its translation."""
    words = [WORD.findall(column) for column in columns[:2]]
    if any(not 0 < len(some) <= 3 or column[-1] in ".!?。" for some, column in zip(words, columns)):
        return False
    left = [" ".join(one for one in some if one.casefold() not in NAMES) for some in words]
    told = [not one or one.casefold() in _languages() or _code(one) for one in left]
    if told[0] and not told[1]:  # "English" beside "français", as the French call it
        told[1] = left[1].casefold() in _autonyms()
    codes = [len(one) for one in left if _code(one)]
    return all(told) and len(set(codes)) <= 1


def _code(word: str) -> bool:
    return word in (word.lower(), word.upper()) and len(word) < 4 and languages.known(word.lower())


@cache
def _languages() -> frozenset[str]:
    """What languages are called in those that Heed speaks."""
    return frozenset(name.casefold() for one in LANGUAGES for name in languages.every(one))


@cache
def _autonyms() -> frozenset[str]:
    """What languages are called by those who speak them."""
    return frozenset(name.casefold() for name in languages.autonyms())
