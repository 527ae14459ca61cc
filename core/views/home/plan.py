"""The whole of an encoder-decoder as a plan: its parts as boxes, and what runs between them.

Lengths are those of the wide drawing; a narrow one stacks the boxes in their order.
"""

from __future__ import annotations

from typing import NamedTuple


class Box(NamedTuple):
    name: str  # of the part: its words are home.part_<name> and home.more_<name>
    x: float
    y: float
    width: float
    colour: str  # "source", "target", "context" or "line"


class Plan(NamedTuple):
    width: float
    height: float
    boxes: tuple[Box, ...]
    arrows: tuple[tuple[str, str], ...]  # from one part to another
    again: tuple[str, str]  # the arrow by which every word begins anew


TALL = 50.0  # of a box


def _row(y: float, *parts: tuple[str, float, str], start: float = 4.0) -> tuple[Box, ...]:
    """Boxes side by side."""
    found, x = [], start
    for name, width, colour in parts:
        found.append(Box(name, x, y, width, colour))
        x += width + GAP
    return tuple(found)


def _along(*names: str) -> tuple[tuple[str, str], ...]:
    return tuple(zip(names, names[1:]))


GAP = 28.0
PLANS = {
    "recurrent": Plan(
        1180, 104,
        _row(
            6, ("words", 126, "source"), ("encoder", 132, "source"), ("states", 122, "source"),
            ("score", 128, "line"), ("softmax", 110, "line"), ("context", 110, "context"),
            ("combine", 116, "line"), ("next", 132, "target"),
        ),
        _along("words", "encoder", "states", "score", "softmax", "context", "combine", "next"),
        ("next", "score"),
    ),
    "transformer": Plan(
        1180, 196,
        _row(
            6, ("embedded", 150, "source"), ("self", 176, "source"), ("forward", 150, "source"),
            ("keys", 150, "source"),
        )
        + _row(
            98, ("written", 150, "target"), ("masked", 176, "target"), ("cross", 150, "context"),
            ("heads", 130, "line"), ("inner", 130, "line"), ("stream", 130, "line"),
            ("out", 130, "target"),
        ),
        (
            *_along("embedded", "self", "forward", "keys"), ("keys", "cross"),
            *_along("written", "masked", "cross", "heads", "inner", "stream", "out"),
        ),
        ("out", "written"),
    ),
}  # fmt: skip
