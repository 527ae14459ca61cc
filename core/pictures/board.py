"""A board as a text: which drawings lie on it, where and how large, such as "fox 30,4,16; pizza
18,26,30"; the numbers are pixels from the left, pixels from the top, and the longer side."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

SIDE = 64  # pixels of a picture, both ways
GRID = (8, 8)  # rows and columns of cells, in which a model looks at one
SMALLEST, LARGEST = 16, 34  # pixels of a drawing
HOLDS = 6  # drawings at most
PLACED = re.compile(r"\s*([^\d;]+?)\s+(-?\d{1,4})\s*,\s*(-?\d{1,4})\s*,\s*(-?\d{1,4})\s*")
NAMES = Path(__file__).with_name("names.tsv")


class BadBoard(ValueError):
    """A text that is no board, or no picture. `key` says why, as the words have it."""

    def __init__(self, key: str, message: str, **values: object):
        super().__init__(message)
        self.key, self.values = key, values


class Thing(NamedTuple):
    """One drawing, and what people call it."""

    name: str  # in a board's text
    hexcode: str  # of its emoji
    names: dict[str, str]  # by the language of the interface


class Placed(NamedTuple):
    """A drawing on a board: the square around it, in pixels."""

    thing: str
    left: int
    top: int
    size: int

    @property
    def centre(self) -> tuple[float, float]:
        """Across and down."""
        return self.left + self.size / 2, self.top + self.size / 2

    @property
    def text(self) -> str:
        return f"{self.thing} {self.left},{self.top},{self.size}"


Board = tuple[Placed, ...]  # in the order in which they lie over one another


@cache
def things() -> dict[str, Thing]:
    """Every drawing by its name, in the order of the sheet."""
    with NAMES.open(encoding="utf-8", newline="") as file:
        return {
            row["name"]: Thing(row.pop("name"), row.pop("hexcode"), row)
            for row in csv.DictReader(file, delimiter="\t")
        }


def written(board: Sequence[Placed]) -> str:
    """The text of a board."""
    return "; ".join(one.text for one in board)


def read(text: str) -> Board:
    """The board that a text tells.

    Raises BadBoard for an empty one, one of more than HOLDS drawings, a part that is not
    understood, a drawing that there is not, and one that is too small, too large or not whole on
    the board.
    """
    parts = [part for part in text.split(";") if part.strip()]
    if not parts:
        raise BadBoard("empty", "the board is empty: place a drawing on it")
    if len(parts) > HOLDS:
        raise BadBoard(
            "many", f"{len(parts)} drawings are on the board, {HOLDS} are the most",
            count=len(parts), most=HOLDS,
        )  # fmt: skip
    return tuple(map(_placed, parts))


def _placed(part: str) -> Placed:
    found = PLACED.fullmatch(part)
    if not found:
        shown = part.strip()[:40]
        raise BadBoard(
            "unread", f'expected a name and three numbers, like "fox 30,4,16", not {shown!r}',
            part=shown,
        )  # fmt: skip
    name, *numbers = found.groups()
    one = Placed(" ".join(name.split()), *map(int, numbers))
    if one.thing not in things():
        raise BadBoard(
            "unknown", f"there is no drawing {one.thing!r}; there are {', '.join(things())}",
            thing=one.thing[:40],
        )  # fmt: skip
    if not SMALLEST <= one.size <= LARGEST:
        raise BadBoard(
            "size", f"{one.text}: a drawing is {SMALLEST} to {LARGEST} pixels large",
            thing=one.thing, least=SMALLEST, most=LARGEST,
        )  # fmt: skip
    if min(one.left, one.top) < 0 or max(one.left, one.top) + one.size > SIDE:
        raise BadBoard(
            "outside", f"{one.text} is not whole on the board of {SIDE} by {SIDE} pixels",
            thing=one.thing, side=SIDE,
        )  # fmt: skip
    return one
