"""Reads the format of bAbI (Weston et al. 2015, arXiv 1502.05698): numbered lines; a question line
has a tab, the answer, a tab and the numbers of the supporting lines. A story begins at number 1."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path

from core.stories.story import Story

WANTED = "a number, a space and a sentence; of a question a tab, the answer, a tab and numbers"


def read(path: Path) -> list[Story]:
    """The questions of a file, plain or packed by gzip, each with all statements before it.

    Raises OSError, or ValueError that names the line at fault.
    """
    with (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else open(path, encoding="utf-8") as file
    ):
        try:
            return list(stories(file))
        except ValueError as error:
            raise ValueError(f"{path}, {error}") from error


def stories(lines: Iterable[str]) -> Iterable[Story]:
    """The same of lines. Raises ValueError that names the line at fault."""
    statements: dict[int, str] = {}
    for place, line in enumerate(lines, 1):
        if not line.strip():
            continue
        first, *told = line.rstrip("\n").split("\t")
        number, _, sentence = first.strip().partition(" ")
        if not number.isdecimal() or not sentence or len(told) not in (0, 2):
            raise ValueError(f"line {place}: expected {WANTED}, not {line.strip()[:60]!r}")
        if int(number) == 1:
            statements = {}
        if statements and int(number) <= max(statements):
            raise ValueError(f"line {place}: its number {number} does not come after the last one")
        if not told:
            statements[int(number)] = sentence.strip()
            continue
        answer, support = told[0].strip(), told[1].split()
        order = {str(one): index for index, one in enumerate(statements)}
        odd = [one for one in support if one not in order]
        if odd or not answer:
            raise ValueError(
                f"line {place}: no statement has the number {odd[0]}" if odd
                else f"line {place}: the question has no answer"
            )  # fmt: skip
        yield Story(
            tuple(statements.values()), sentence.strip(), answer,
            tuple(order[one] for one in support),
        )  # fmt: skip
