"""What a model of pictures is worth: how many captions are right to the last word, and how often
the heaviest cell, where a word names a thing, is on that thing (the pointing game of Zhang et al.
2016, arXiv 1608.00507); on boards that it never saw, and on pairs of things never seen together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from core.about import About, read_about
from core.captioner import Captioner
from core.corpus import fingerprint_of
from core.evaluation.bootstrap import estimate
from core.measurements.table import Row
from core.models import Model
from core.pictures import generator
from core.pictures.board import Board, written
from core.pictures.seen import under
from core.pictures.tongue import Tongue, tongue
from core.tasks import Asked, Evaluated
from core.tasks.measuring import card
from core.tasks.pictures import Seen, captioned, held, of_unseen_pairs, parted
from core.tokenisers import Tokeniser

OWN, UNSEEN = "arrangements", "unseen pairs"
PAIRS = 1000  # boards with a pair of things that training never had together
CHANCE = "chance"  # in place of a block: a cell that is picked by chance
KINDS = {
    generator.ONE: "one thing", generator.SEVERAL: "two or three of one thing",
    generator.TWO: "two things", generator.SEVERAL_AND_ONE: "several of one and another",
    generator.THREE: "three things",
}  # fmt: skip
EXAMPLE = "fox 36,3,18; pizza 20,26,32"  # what pages open on
WEAK = (
    "It knows 80 drawings and no others, at 16 to 34 pixels, on white, hardly overlapping, and "
    "says what its generator says: what lies where, and counts to three. Of anything else (a "
    "photograph, four drawings, one thing on another) it makes a caption of the same words all the "
    "same, and often a wrong one. Of two things of like size it cannot know which one to begin "
    "with. It is meant for looking at how attention works, not for reading pictures."
)


class Looked(NamedTuple):
    """What a model made of one board."""

    right: bool
    hits: tuple[bool, ...]  # of each word that names a thing: whether it looks at that most
    chances: tuple[float, ...]  # of each, how often a cell picked by chance would be on it


def tests(seed: int, count: int) -> dict[str, list[Board]]:
    """The boards to measure on: those that the training with that seed held out, and those of pairs
    that it never had."""
    return {OWN: held(seed, count), UNSEEN: of_unseen_pairs(seed, PAIRS)}


def looked(
    model: Model, vocabulary: Tokeniser, words: Tongue, boards: Sequence[Board]
) -> list[Looked]:
    """What the model writes, greedily, and where it looks at each word for a thing."""
    return [
        _looked(board, seen, model.grid, vocabulary, words)
        for some in parted(boards)
        for board, seen in zip(some, captioned(model, vocabulary, some), strict=True)
    ]


def _looked(
    board: Board, seen: Seen, grid: tuple[int, int], vocabulary: Tokeniser, words: Tongue
) -> Looked:
    hits, chances = [], []
    named = words.named([vocabulary.piece(token) for token in seen.tokens])
    for thing, weights in zip(named, seen.weights, strict=True):
        if thing is None:
            continue
        on = under([one for one in board if one.thing == thing], grid)
        hits.append(bool(on[weights.argmax()]))
        chances.append(float(on.mean()))
    return Looked(seen.caption in words.captions(board), tuple(hits), tuple(chances))


def evaluate(facade: Captioner, folder: Path, asked: Asked) -> Evaluated:
    """Measures a model on the boards that its training held out, and on those of unseen pairs.
    Raises ValueError where nothing was held out, or other boards would be."""
    came = read_about(folder)
    if came is None or not came.held_out:
        raise ValueError(f"{facade.name} held nothing out: it cannot be measured")
    words = tongue(came.target)
    boards = tests(came.seed, came.held_out)
    if came.test != fingerprint_of(map(written, boards[OWN])):
        raise ValueError(
            f"{facade.name} held out other boards than are made up now: another version of Heed "
            "trained it; train it again"
        )
    boards = {name: some[: asked.first] for name, some in boards.items()}
    rows = measured(facade.name, facade.model, facade.vocabulary, words, boards, asked.seed)
    trace = facade.caption(asked.told.example or EXAMPLE)
    text = card(facade, folder, _learnt(came), _quality(rows), WEAK, asked.told)
    return Evaluated(rows, text, trace)


def measured(
    name: str, model: Model, vocabulary: Tokeniser, words: Tongue,
    boards: Mapping[str, Sequence[Board]], seed: int = 1,
) -> list[Row]:  # fmt: skip
    """The rows of a table: "accuracy" and "pointing", the latter of the attention "cross", and what
    chance would make of it."""
    rows = []
    for test, some in boards.items():
        found = looked(model, vocabulary, words, some)
        rows += _rows(name, found, seed, test)
        kinds = [kind_of(board) for board in some]
        for kind in KINDS:
            alike = [one for one, own in zip(found, kinds, strict=True) if own == kind]
            rows += _rows(name, alike, seed, test, kind)
    return [*rows, Row(name, "parameters", sum(one.numel() for one in model.parameters()))]


def kind_of(board: Board) -> str:
    """Of which of `KINDS` a board of the generator is."""
    names = [one.thing for one in board]
    many = len(names) > len({*names})
    alike = {1: generator.SEVERAL, 2: generator.SEVERAL_AND_ONE}
    apart = {1: generator.ONE, 2: generator.TWO, 3: generator.THREE}
    return (alike if many else apart)[len({*names})]


def _rows(
    name: str, found: Sequence[Looked], seed: int, test: str, kind: str = ""
) -> Iterator[Row]:
    if not found:
        return
    yield _row(name, "accuracy", [[one.right, 1] for one in found], seed, test, kind)
    for block, values in (("cross", [one.hits for one in found]),
                          (CHANCE, [one.chances for one in found])):  # fmt: skip
        parts = [[sum(each), len(each)] for each in values]
        yield _row(name, "pointing", parts, seed, test, kind, block)


def _row(
    name: str, measure: str, parts: Sequence[Sequence[float]], seed: int, test: str, kind: str,
    block: str = "",
) -> Row:  # fmt: skip
    value, low, high = estimate(np.asarray(parts, float), seed)
    return Row(
        name, measure, value, low, high, count=int(sum(count for _, count in parts)),
        block=block, slice=test, setting=kind,
    )  # fmt: skip


def _learnt(came: About) -> str:
    """How much was learnt of, and what was held out, for the card."""
    unseen = len(generator.unseen(came.seed))
    return (
        f"Made-up boards of one to four drawings, by a generator, others in each epoch; "
        f"{came.held_out:,} boards are held out for the test, as many for validation, and "
        f"{unseen:,} of the 3,160 pairs of things are never together in training. The drawings are "
        "OpenMoji 17.0 (openmoji.org), CC BY-SA 4.0, scaled; their names come from Unicode CLDR, "
        "Unicode-3.0, shortened where they say more than is drawn."
    )


def _quality(rows: Sequence[Row]) -> str:
    """What was measured, in Markdown."""
    lines = [
        "Greedy captions; right means to the last word. A word that names a thing *points* where "
        "the cell with the largest weight has its middle in the square around that thing; by "
        "chance is how many of the cells have.",
        "",
        "| boards | count | captions right | 95% interval | words point | by chance |",
        "| --- | --- | --- | --- | --- | --- |",
    ]  # fmt: skip
    for row in rows:
        if row.measure != "accuracy":
            continue
        pointing = {
            one.block: one.value for one in rows
            if (one.measure, one.slice, one.setting) == ("pointing", row.slice, row.setting)
        }  # fmt: skip
        what = ", ".join(filter(None, (row.slice, KINDS.get(row.setting))))
        lines.append(
            f"| {what} | {row.count:,} | **{row.value:.1%}** | {row.low:.1%} to {row.high:.1%} | "
            f"{pointing['cross']:.1%} | {pointing[CHANCE]:.1%} |"
        )
    return "\n".join(lines)
