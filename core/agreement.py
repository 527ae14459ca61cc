"""Where two outputs for one sentence agree: the words that both wrote, and the rows of attention
that mean the same.

Shape letters: T target steps, S source tokens, R rows and C columns that two traces share.
"""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from core.trace import Trace
from core.tree import Token


class Aligned(NamedTuple):
    """The rows of two traces that mean the same word, over columns that mean the same.

    `unit` is "pieces" where both split the sentences alike, else "words". Weights of a word are
    the sum over its source pieces and the mean over its target pieces; both arrays are (R, C).
    """

    unit: str
    first: np.ndarray
    second: np.ndarray


def aligned(
    first: Trace, second: Trace, blocks: tuple[str, str] = ("cross", "cross")
) -> Aligned | None:
    """What can be compared of two traces, or None: a model without attention, other sources.

    `blocks` says which attention of each, as a trace names it. Rows are comparable as long as both
    have written the same words: all of them under one forced target, those before the outputs
    part under free running.
    """
    sides = [side(trace, block) for trace, block in zip((first, second), blocks)]
    return together(*sides) if all(sides) else None


class Side(NamedTuple):
    """What of one trace is compared with others; words as `_words` gives them."""

    weights: np.ndarray  # (T, S)
    read: list[str]
    written: list[str]
    across: list[tuple[str, list[int]]]
    down: list[tuple[str, list[int]]]


def side(trace: Trace, block: str) -> Side | None:
    """None for a model without attention."""
    if "cross" not in trace.blocks:
        return None
    tokens = [step.token for step in trace.path()]
    return Side(
        trace.attention(block).weights.astype(np.float64),
        [token.piece for token in trace.source], [token.piece for token in tokens],
        _words(trace.source), _words(tokens),
    )  # fmt: skip


def together(*sides: Side) -> Aligned | None:
    first, second = sides
    if [word for word, _ in first.across] != [word for word, _ in second.across]:
        return None
    words = _common(*([word for word, _ in side.down] for side in sides))
    # Where the words that both begin with are split alike, so is all that can be compared.
    begun = [side.written[: sum(len(places) for _, places in side.down[:words])] for side in sides]
    if first.read == second.read and begun[0] == begun[1]:
        rows = _common(first.written, second.written)
        return Aligned("pieces", *(side.weights[:rows] for side in sides))
    return Aligned("words", *(_by_word(side, words) for side in sides))


def differing(reference: Sequence[Token], other: Sequence[Token]) -> tuple[bool, ...]:
    """Which tokens of `other` belong to a word that is not, in its place, in `reference` too."""
    words, groups = [word for word, _ in _words(reference)], _words(other)
    matcher = difflib.SequenceMatcher(None, words, [word for word, _ in groups], autojunk=False)
    same = {
        place
        for _, begin, size in matcher.get_matching_blocks()
        for place in range(begin, begin + size)
    }
    marks = [False] * len(other)
    for place, (_, items) in enumerate(groups):
        for index in items:
            marks[index] = place not in same
    return tuple(marks)


def _words(tokens: Sequence[Token]) -> list[tuple[str, list[int]]]:
    """The words of a sentence with the places of their pieces; the end mark is one of its own.

    What stands for no text, or for a byte of no letter ("\ufffd"), is called by its pieces.
    """
    found = []
    places = range(len(tokens))
    for _, group in itertools.groupby(places, lambda i: (tokens[i].word, tokens[i].mark)):
        own = list(group)
        text = "".join(tokens[i].text for i in own).strip()
        called = text and "\ufffd" not in text
        found.append((text if called else "".join(tokens[i].piece for i in own), own))
    return found


def _by_word(side: Side, rows: int) -> np.ndarray:
    """The weights of its first `rows` words over the words of the source: (R, C)."""
    found = np.empty((rows, len(side.across)))
    for i, (_, targets) in enumerate(side.down[:rows]):
        for j, (_, sources) in enumerate(side.across):
            found[i, j] = side.weights[np.ix_(targets, sources)].sum(1).mean()
    return found


def _common(first: Sequence[str], second: Sequence[str]) -> int:
    """How many items two sequences have in common from their beginning on."""
    pairs = enumerate(zip(first, second))
    return next((i for i, (a, b) in pairs if a != b), min(len(first), len(second)))
