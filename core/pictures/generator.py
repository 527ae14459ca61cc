"""Makes up boards of which one caption is true without a doubt."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from itertools import combinations

from core.pictures.board import LARGEST, SIDE, SMALLEST, Board, Placed, things
from core.pictures.scene import ABOVE, COUNTED, LARGER, LEFT, RIGHT, WHERES, scenes

# What lies on a board: one thing, several of it, two things, several and another one, three things.
ONE, SEVERAL, TWO, SEVERAL_AND_ONE, THREE = KINDS = (
    "one", "several", "two", "several_and_one", "three",
)  # fmt: skip
SHARES = (10, 15, 25, 20, 30)  # of a hundred boards
# And of those to learn from: what single things look like comes first.
LEARNT = (35, 15, 24, 10, 16)
OVERLAP = 2  # pixels by which the squares around two drawings may overlap
LARGE = 26  # pixels of what is one of several at most
TRIES = 30  # places that are tried before sizes are drawn anew

Pair = frozenset[str]


def unseen(seed: int, share: float = 0.1) -> frozenset[Pair]:
    """The pairs of things that training with that seed never has on one board."""
    pairs = list(combinations(things(), 2))
    chosen = random.Random(f"pairs {seed}").sample(pairs, round(share * len(pairs)))
    return frozenset(map(frozenset, chosen))


def pairs(board: Board) -> set[Pair]:
    """The pairs of things on a board."""
    return {frozenset(pair) for pair in combinations(sorted({one.thing for one in board}), 2)}


def board(
    rng: random.Random, kind: str = "", without: Collection[Pair] = (), pair: Pair | None = None,
    shares: Sequence[int] = SHARES,
) -> Board:  # fmt: skip
    """A board of one of KINDS, with no pair of things of `without`, or with that `pair`."""
    kind = kind or rng.choices(KINDS, shares)[0]
    while True:
        names = _names(rng, kind, pair)
        if not without or not any(
            frozenset(two) in without for two in combinations(sorted({*names}), 2)
        ):
            found = _laid(rng, kind, names)
            if found:
                return found


def _names(rng: random.Random, kind: str, pair: Pair | None) -> list[str]:
    """The things, those around something before it."""
    count = {ONE: 1, SEVERAL: 1, TWO: 2, SEVERAL_AND_ONE: 2, THREE: 3}[kind]
    names = sorted(pair) if pair else []
    while len(names) < count:
        name = rng.choice(list(things()))
        names += [name] * (name not in names)
    rng.shuffle(names)
    many = rng.randint(2, COUNTED) if kind in (SEVERAL, SEVERAL_AND_ONE) else 1
    return [*[names[0]] * many, *names[1:]]


def _laid(rng: random.Random, kind: str, names: list[str]) -> Board | None:
    """Those things at sizes and places that leave no doubt; None where none were found soon."""
    if kind == ONE:
        size = rng.randint(SMALLEST, LARGEST)
        return (Placed(names[0], *_anywhere(rng, size), size),)
    if kind == SEVERAL:
        sizes, ground = [rng.randint(SMALLEST, LARGE) for _ in names], None
    elif kind == SEVERAL_AND_ONE:
        sizes = [rng.randint(SMALLEST, 20) for _ in names[:-1]]
        ground = rng.randint(SMALLEST, LARGEST - 4)
    else:
        ground = rng.randint(round(SMALLEST * LARGER) + 1, LARGEST - 4)
        sizes = [rng.randint(SMALLEST, int(ground / LARGER)) for _ in names[:-1]]
    for _ in range(TRIES):
        found = _tried(rng, names, sizes, ground)
        if found and len(scenes(found)) == 1:
            rng.shuffle(found)
            return tuple(found)
    return None


def _tried(
    rng: random.Random, names: list[str], sizes: list[int], ground: int | None
) -> list[Placed] | None:
    found: list[Placed] = []
    if ground:
        found.append(Placed(names[-1], *_anywhere(rng, ground), ground))
    alike, where = len({*names[:-1]}) == 1, rng.choice(WHERES)
    for name, size in zip(names, sizes):
        if ground:
            place = _beside(rng, found[0], where if alike else rng.choice(WHERES), size)
        else:
            place = _anywhere(rng, size)
        one = place and Placed(name, *place, size)
        if not one or any(_overlap(one, other) > OVERLAP for other in found):
            return None
        found.append(one)
    return found


def _anywhere(rng: random.Random, size: int) -> tuple[int, int]:
    return rng.randint(0, SIDE - size), rng.randint(0, SIDE - size)


def _beside(rng: random.Random, ground: Placed, where: str, size: int) -> tuple[int, int] | None:
    """A place to one side of something; None where there is no room."""
    left, top = _anywhere(rng, size)
    start = ground.left if where in (LEFT, RIGHT) else ground.top
    if where in (LEFT, ABOVE):
        low, high = 0, start - size + OVERLAP
    else:
        low, high = start + ground.size - OVERLAP, SIDE - size
    if low > high:
        return None
    there = rng.randint(low, high)
    return (there, top) if where in (LEFT, RIGHT) else (left, there)


def _overlap(one: Placed, other: Placed) -> int:
    """By how many pixels the squares around two drawings overlap, both ways; none apart."""
    across = min(one.left + one.size, other.left + other.size) - max(one.left, other.left)
    down = min(one.top + one.size, other.top + other.size) - max(one.top, other.top)
    return min(across, down)
