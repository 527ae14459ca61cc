"""One text in a model that reads from both sides, and in one that reads to the left only: words
hidden, what each would put there, and where it looks for it.

Shape letters: L layers, H heads, Q queries, K keys, S places of what is read, V vocabulary.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from core.formulas import rendered
from core.likeness import likeness
from core.stage import tongues, worded
from core.stage.codec import packed
from core.tokenisers.text import words_of
from core.trace import Attention, Trace
from core.tree import MASK, Token, readable
from core.views.alone.wire import Payload, Place, Side, Told
from core.views.maps import CANDIDATES, blocks_of, steps_of
from core.words import section

if TYPE_CHECKING:
    from core.facts import Facts
    from core.passes import Pass

NEEDS = ("masked-words",)

COMPARED = 30_000_000  # cells of maps that are compared, at most


class Word(NamedTuple):
    """A word of what was typed, and where it stands there."""

    text: str
    begin: int
    end: int


def words(text: str) -> tuple[Word, ...]:
    """The words that can be hidden."""
    return tuple(Word(text[begin:end], begin, end) for begin, end in words_of(text))


@dataclass(frozen=True, eq=False)
class Read:
    """What a model of masked words makes of a text. Raises ValueError for one that is none.

    `plain` is what it makes of the text as it was typed, `masked` and `found` what it makes of it
    with the words hidden, a mask for each of their tokens."""

    facts: Facts
    plain: Trace
    masked: Trace
    found: Pass

    def __post_init__(self):
        for trace in (self.plain, self.masked):
            if "masked-words" not in trace.model.has:
                raise ValueError(f"{trace.model.name} has no masked words")


@dataclass(frozen=True, eq=False)
class Written:
    """What a model that reads to the left only makes of the text as it was typed."""

    facts: Facts
    trace: Trace


def tokens_of(trace: Trace, word: Word) -> list[int]:
    """The places of the tokens of a word in what was read, or among the steps of what was typed."""
    read: Sequence[Token] = trace.source if trace.reads_source else [
        step.token for step in trace.path()[: trace.search.typed]
    ]  # fmt: skip
    return [
        place for place, one in enumerate(read)
        if one.begin is not None and one.begin < word.end and one.end > word.begin
        and one.end > one.begin
    ]  # fmt: skip


def hide(plain: Trace, hidden: Sequence[int]) -> str:
    """The text of `plain` with these of its words hidden: for each token of them a mask."""
    text, found = plain.typed, words(plain.typed)
    for number in sorted(hidden, reverse=True):
        word = found[number]
        masks = MASK * max(1, len(tokens_of(plain, word)))
        text = text[: word.begin] + masks + text[word.end :]
    return text


def payload(
    text: str, hidden: Sequence[int], reader: Read | None, writer: Written | None, language: str,
    heads: tuple[str, str] = ("", ""), whole: bool = False,
) -> Payload:  # fmt: skip
    """What the script needs to draw `text` with these words `hidden` in both models, of which one
    may be missing. `heads` are the heads that are looked through, of the reader and of the writer;
    of a large model only their layers travel, unless it is `whole`."""
    found = words(text)
    return {
        "stage": "alone",
        "typed": text,
        "words": [word.text for word in found],
        "hidden": list(hidden),
        "places": [_place(found, number, hidden, reader, writer) for number in hidden],
        "reader": reader and _side(reader.facts, reader.masked, language, heads[0], whole),
        "writer": writer and _side(writer.facts, writer.trace, language, heads[1], whole),
        "formulas": rendered("softmax"),
        "tongues": tongues((reader.plain if reader else writer.trace).model),
        "strings": {**section(language, "stage"), **section(language, "maps"),
                    **section(language, "alone")},
        "language": language,
    }  # fmt: skip


def _place(
    found: tuple[Word, ...], number: int, hidden: Sequence[int], reader: Read | None,
    writer: Written | None,
) -> Place:  # fmt: skip
    """One hidden word, as both models see it."""
    return {
        "word": number,
        "reader": reader and _filled(reader, found, number, sorted(hidden)),
        "writer": writer and _foretold(writer.trace, found[number]),
    }


def _filled(reader: Read, found: tuple[Word, ...], number: int, hidden: list[int]) -> Told | None:
    """What stands at the masks of a word, which are where `hide` wrote them."""
    counts = {one: max(1, len(tokens_of(reader.plain, found[one]))) for one in hidden}
    moved = sum(
        len(MASK) * counts[one] - (found[one].end - found[one].begin)
        for one in hidden if one < number
    )  # fmt: skip
    begin = found[number].begin + moved
    end = begin + len(MASK) * counts[number]
    rows = [
        place for place, one in enumerate(reader.masked.source)
        if one.begin is not None and begin <= one.begin < one.end <= end
    ]  # fmt: skip
    own = tokens_of(reader.plain, found[number])
    if len(rows) != counts[number]:  # a tokeniser that puts what is hidden together otherwise
        return None
    told = reader.found.filled
    return {
        "rows": rows,
        "was": [
            (reader.plain.source[place].piece, _log(told[row, reader.plain.source[place].id]))
            for row, place in zip(rows, own)
        ],
        "guesses": [
            [(one.piece, one.log_prob) for one in reader.masked.filled[row].guesses[:CANDIDATES]]
            for row in rows
        ],
        "entropies": [reader.masked.filled[row].entropy for row in rows],
    }


def _foretold(trace: Trace, word: Word) -> Told | None:
    """What the writer would have written in place of a word, from what stands to its left; None for
    the first word, which nothing stands before."""
    rows = tokens_of(trace, word)
    begins = any(trace.path()[row].token.begin == word.begin for row in rows)
    if not begins:
        spaced = [trace.path()[row].token for row in rows]
        begins = any(one.begin <= word.begin < one.end for one in spaced)
    if not rows or not begins:
        return None
    steps = [trace.path()[row] for row in rows]
    return {
        "rows": rows,
        "was": [(step.token.piece, step.log_prob) for step in steps],
        "guesses": [
            [(one.piece, one.log_prob) for one in step.candidates[:CANDIDATES]] for step in steps
        ],
        "entropies": [step.entropy for step in steps],
    }


def _side(facts: Facts, trace: Trace, language: str, head: str, whole: bool) -> Side:
    """One model: its maps over the text as it was typed, and what is to be said of its layers."""
    kept = trace
    if trace.tree:
        typed = max(1, trace.search.typed)
        narrow = tuple(_until(trace.rows(one.block), typed) for one in trace.attentions)
        kept = replace(trace.standing(), attentions=narrow, axes=_axes(trace, typed))
    (block,) = {one.block for one in kept.attentions} & {"encoder", "self"}
    alike = _alike(kept, block)
    return {
        "model": trace.model.name,
        "does": trace.model.does,
        "blocks": blocks_of(kept, head, whole),
        "source": trace.source if trace.reads_source else (),
        "writes": trace.tree is not None,
        "steps": steps_of(trace)[: trace.search.typed] if trace.tree else steps_of(trace),
        "typed_steps": 0,
        "cut_off": False,
        "goes_on": _goes_on(trace) if trace.tree else "",
        "parameters": facts.parameters,
        "spared": facts.spared,
        "factored": facts.factored,
        "grouped": "grouped-layers" in facts.remarks,
        "alike": None if alike is None else packed(alike),
        "tongues": tongues(trace.model),
        "strings": worded(trace, language, "stage", "maps"),
    }


def _axes(trace: Trace, count: int):
    return tuple(
        replace(axis, items=axis.items[:count]) if axis.name in ("written", "read") else axis
        for axis in trace.standing().axes
    )


def _until(one: Attention, count: int) -> Attention:
    """The first rows and columns of an attention to what was written before."""
    return replace(
        one,
        scores=one.scores[:, :, :count, :count],
        weights=one.weights[:, :, :count, :count],
        visible=one.visible[:, :, :count, :count],
    )


def _goes_on(trace: Trace) -> str:
    """What was written after what was typed."""
    rest = trace.path()[trace.search.typed :]
    return readable(step.token for step in rest)


def _alike(trace: Trace, block: str) -> np.ndarray | None:
    """(L, L), how alike two layers look: 1 where each head finds its like in the other layer, 0
    where none shares a token with it. None for one layer, and where so many maps would have to be
    compared that a person waits for it."""
    weights = trace.blocks[block].weights
    layers, heads = weights.shape[:2]
    if layers == 1 or weights.size * layers * heads > COMPARED:
        return None
    return (1 - likeness(trace, block).nearest / math.log(2)).astype(np.float32)


def _log(value: float) -> float:
    return round(float(value), 6)
