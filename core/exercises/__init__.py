"""Exercises on true numbers: what a model did is hidden, guessed, and shown again.

All are made from traces of one sentence, a file a kind. Shape letters: W words of the source.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import NamedTuple

import numpy as np

from core.agreement import Side, side
from core.trace import Trace

CHIPS = 10  # that a learner spreads over a row
EVEN = 0.01  # of a learner's row is spread evenly, so that no word has nothing
LEVELS = MIXED, EASY, HARD = ("mixed", "easy", "hard")
COUNT = 10  # exercises in a set
KINDS = ("row", "token", "model", "softmax", "head", "beam")  # a module each


@dataclass(frozen=True, eq=False)
class Given:
    """What exercises are made of. Every other trace wrote what `trace` did."""

    trace: Trace
    block: str = "cross"  # the attention that is looked through
    others: Mapping[str, tuple[Trace, str]] = field(default_factory=dict)  # with their attentions
    search: Trace | None = None  # by a beam
    off: Mapping[str, Trace] = field(default_factory=dict)  # by the head that is switched off
    seed: int = 1

    def chance(self, kind: str, step: int) -> random.Random:
        """What is left to chance in one exercise, the same for everybody with that seed."""
        return random.Random(f"{self.seed} {kind} {step}")

    @property
    def side(self) -> Side | None:
        """None where the model has no attention to a source of two words or more."""
        found = side(self.trace, self.block)
        return found if found and len(found.across) > 1 else None


class Told(NamedTuple):
    """A sentence: a string of the section `predict`, and what is filled in. Values that are pairs
    are words of one side: ("source", "book")."""

    key: str
    values: Mapping[str, object] = {}


class Option(NamedTuple):
    """One of several answers."""

    label: str
    side: str = ""  # "source", "target", or neither
    value: float | None = None  # told when it is revealed
    row: tuple[float, ...] = ()  # (W,), of a head: where it looks


class Map(NamedTuple):
    """The weights of a whole translation, by words."""

    label: str
    rows: tuple[str, ...]
    weights: np.ndarray  # (rows, W)


@dataclass(frozen=True, eq=False)
class Exercise:
    """A question about one word that was written, or about all of them."""

    kind: str
    step: int  # the piece that is written, from 0
    hard: float  # the larger, the harder; compared with others of its kind alone
    words: tuple[str, ...]  # of the source
    written: tuple[str, ...]  # words before that step
    asks: tuple[Told, ...]
    why: tuple[Told, ...]
    word: str = ""  # that is written at that step, where it is no secret
    row: tuple[float, ...] = ()  # (W,), the true weights
    scores: tuple[float, ...] = ()  # (W,)
    wrong: tuple[float, ...] = ()  # (W,), with two weights exchanged
    options: tuple[Option, ...] = ()
    right: int = 0  # which option
    clues: tuple[Map, ...] = ()  # that are there from the beginning
    maps: tuple[Map, ...] = ()  # that are revealed

    def shuffled(self, chance: random.Random) -> Exercise:
        """With its options in another order."""
        order = list(range(len(self.options)))
        chance.shuffle(order)
        right = order.index(self.right) if order else 0
        return replace(self, options=tuple(self.options[i] for i in order), right=right)


def kinds() -> dict[str, Callable[[Given], Iterator[Exercise]]]:
    """What makes the exercises of each kind, in the order in which they are met."""
    return {name: import_module(f"{__name__}.{name}").every for name in KINDS}


def ten(
    given: Given, kind: str = "", level: str = MIXED, step: int | None = None
) -> list[Exercise]:
    """A set of exercises of one kind or, for "", of all, one after the other; of a kind the easy
    ones come first. `level` leaves the easier or the harder half of each. Where a `step` is given,
    the first is about it. There are fewer than ten where the sentence has no more."""
    piles = []
    for name, every in kinds().items():
        if kind in ("", name):
            found = sorted(every(given), key=lambda one: (one.hard, one.step))
            piles.append(_drawn(given, name, _level(found, level), step))
    chosen = []
    while any(piles) and len(chosen) < COUNT:
        for pile in piles:
            if pile and len(chosen) < COUNT:
                chosen.append(pile.pop(0))
    return [one.shuffled(given.chance(f"{one.kind} order", one.step)) for one in chosen]


def _level(found: list[Exercise], level: str) -> list[Exercise]:
    half = math.ceil(len(found) / 2)
    return {MIXED: found, EASY: found[:half], HARD: found[-half:] if half else []}[level]


def _drawn(given: Given, name: str, found: list[Exercise], step: int | None) -> list[Exercise]:
    """As many as a set can have, by chance, from easy to hard; that of the step before all."""
    chosen = given.chance(name, -1).sample(found, min(COUNT, len(found)))
    first = [one for one in found if step is not None and one.step == step]
    rest = sorted((one for one in chosen if one not in first), key=lambda one: (one.hard, one.step))
    return first + rest


def divergence(true: np.ndarray, guessed: np.ndarray) -> float:
    """KL(true ‖ guessed) = Σ p ln(p / q) of two rows (W,), in nats: what is lost by whoever takes
    the guess for the truth. Kullback & Leibler 1951, equation 2.4. 0 where both are the same."""
    true, guessed = np.asarray(true, np.float64), np.asarray(guessed, np.float64)
    there = true > 0
    return float((true[there] * np.log(true[there] / guessed[there])).sum())


def spread(chips: np.ndarray) -> np.ndarray:
    """The row (W,) that chips stand for: their shares, of which `EVEN` is spread over all words."""
    chips = np.asarray(chips, np.float64)
    return (1 - EVEN) * chips / chips.sum() + EVEN / len(chips)


def best(true: np.ndarray) -> np.ndarray:
    """Where ten chips come nearest to that row (W,): one after the other goes where it lowers the
    divergence most, which is the best there is, as each word gains less by every further chip."""
    true, chips = np.asarray(true, np.float64), np.zeros(len(true))
    even = EVEN / len(true)
    for _ in range(CHIPS):
        now = (1 - EVEN) * chips / CHIPS + even
        chips[np.argmax(true * np.log1p((1 - EVEN) / CHIPS / now))] += 1
    return chips
