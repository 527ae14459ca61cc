"""What is true of a board: which thing is spoken of by where it lies from which.

Of two things the smaller is told by its place from the larger, as people do (Talmy 1975, "Figure
and ground in complex sentences"); where there are several of one thing, these by their place from
the other. Where two sizes or two directions are much alike, both ways to say it are true.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import NamedTuple

from core.pictures.board import Placed

ABOVE, BELOW, LEFT, RIGHT = WHERES = ("above", "below", "left", "right")
COUNTED = 3  # of one thing at most that a caption counts
LARGER = 1.3  # how many times as large a thing must be, to be larger without a doubt
FURTHER = 1.5  # and how many times as far to a side as to another, to be there without a doubt
APART = 3  # pixels by which two must be apart, for the first of them to be the first without one


class Group(NamedTuple):
    """All drawings of one thing."""

    thing: str
    members: tuple[int, ...]  # their places on the board

    @property
    def count(self) -> int:
        return len(self.members)


class Around(NamedTuple):
    """What lies to one side of something: one thing, or two as they are told."""

    where: str  # one of WHERES
    groups: tuple[Group, ...]


class Scene(NamedTuple):
    """One way to see a board: what lies around what. Nothing lies around the only thing."""

    ground: Group
    around: tuple[Around, ...] = ()


def grouped(board: Sequence[Placed]) -> list[Group]:
    """The things of a board, in the order in which they come first."""
    members: dict[str, list[int]] = {}
    for place, one in enumerate(board):
        members.setdefault(one.thing, []).append(place)
    return [Group(thing, tuple(found)) for thing, found in members.items()]


def scenes(board: Sequence[Placed]) -> list[Scene]:
    """All ways to see a board that are true, one where there is no doubt; none for a board of which
    no caption of ours tells."""
    groups = grouped(board)
    most = max(group.count for group in groups)
    if most > COUNTED or len(groups) > 3 or (len(groups) == 3 and most > 1):
        return []
    if len(groups) == 1:
        return [Scene(groups[0])]
    return [
        Scene(ground, around)
        for ground in _grounds(board, groups)
        for around in _arounds(board, ground, [one for one in groups if one is not ground])
    ]


def wheres(figure: Placed, ground: Placed) -> set[str]:
    """Where a thing lies from another: to one side or, where it is nearly as far to two, either."""
    (x, y), (x0, y0) = figure.centre, ground.centre
    across, down = x - x0, y - y0
    found = set()
    if across and abs(across) * FURTHER > abs(down):
        found.add(LEFT if across < 0 else RIGHT)
    if down and abs(down) * FURTHER > abs(across):
        found.add(ABOVE if down < 0 else BELOW)
    return found


def _grounds(board: Sequence[Placed], groups: Sequence[Group]) -> list[Group]:
    """What the others are told from."""
    single = [group for group in groups if group.count == 1]
    if len(single) < len(groups):
        return single  # two groups: the only one of its kind, or none
    sizes = {group.thing: board[group.members[0]].size for group in groups}
    largest = max(sizes.values())
    return [group for group in groups if sizes[group.thing] * LARGER > largest]


def _arounds(
    board: Sequence[Placed], ground: Group, figures: Sequence[Group]
) -> Iterator[tuple[Around, ...]]:
    (at,) = ground.members
    known = [
        set.intersection(*(wheres(board[one], board[at]) for one in group.members))
        for group in figures
    ]
    for places in product(*(sorted(one) for one in known)):
        if len({*places}) < len(figures):
            yield from ((Around(places[0], pair),) for pair in _orders(board, places[0], figures))
        else:
            found = [Around(where, (one,)) for where, one in zip(places, figures, strict=True)]
            yield tuple(sorted(found, key=lambda one: WHERES.index(one.where)))


def _orders(board: Sequence[Placed], where: str, pair: Sequence[Group]) -> list[tuple[Group, ...]]:
    """The order in which two things to one side are told: from the left, or from above."""
    along = 0 if where in (ABOVE, BELOW) else 1
    places = [board[group.members[0]].centre[along] for group in pair]
    first = tuple(sorted(pair, key=lambda group: places[pair.index(group)]))
    doubt = abs(places[0] - places[1]) < APART
    return [first, first[::-1]] if doubt else [first]
