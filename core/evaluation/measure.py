"""All measurements of some models: the rows of the table, in the order in which it has them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

from core.evaluation.alignment import GoldPair, alignment, prepare
from core.evaluation.behaviour import behaviour, divergences
from core.evaluation.cost import sizes, speed
from core.evaluation.forced import Pieces, force, perplexity
from core.evaluation.heads import FIRST, head_costs
from core.evaluation.quality import HeldOut, quality, translations
from core.evaluation.searching import searching
from core.measurements.table import Row
from core.tokenisers import Tokeniser
from core.tokenisers.text import SPACE
from core.translator import Translator

TIMED = 200  # sentences whose decoding is timed
PUNCTUATION = frozenset('.,;:!?…()[]«»“”"')  # what attention to marks is measured on

Item = TypeVar("Item")
Progress = Callable[[Iterable[Item], str], Iterable[Item]]  # wraps a loop; the text names it


def quiet(items: Iterable[Item], what: str) -> Iterable[Item]:
    return items


def measure(
    translators: Mapping[str, Translator],
    folders: Mapping[str, Path],
    held: HeldOut,
    aligned: Sequence[GoldPair],
    seed: int,
    progress: Progress = quiet,
    kept: Sequence[Row] = (),
) -> list[Row]:
    """Every number of the table, for models whose folders are given by the same names.

    `aligned` may be empty: then nothing is said of alignment. Searches of the models that `kept`
    has rows of are not made again.
    """
    hypotheses = {
        name: translations(translator, held.sources, lambda items, n=name: progress(items, n))
        for name, translator in translators.items()
    }
    rows = quality(hypotheses, held, seed)

    pairs = [(source, target) for source, targets in held.test.items() for target in targets]
    group = np.repeat(np.arange(len(held.test)), [len(each) for each in held.test.values()])
    pieces, forced = {}, {}
    for name, translator in progress(translators.items(), "teacher forcing"):
        encode = translator.vocabulary.encode
        pieces[name] = [Pieces(encode(source), encode(target)) for source, target in pairs]
        forced[name] = force(translator.model, pieces[name], translator.vocabulary)
    marks = {
        name: [punctuation(translators[name].vocabulary, pair.source) for pair in each]
        for name, each in pieces.items()
    }
    like = Row("", "", 0.0, slice="test", count=len(pairs))
    rows += perplexity(forced, group, seed, like)
    rows += behaviour(forced, marks, group, seed, like)
    rows += divergences(forced, pieces, group, seed, like)

    if aligned:
        vocabularies = {name: each.vocabulary for name, each in translators.items()}
        prepared, forced = prepare(vocabularies, aligned), {}
        for name, translator in progress(translators.items(), "alignments"):
            forced[name] = force(translator.model, prepared.pieces(name), translator.vocabulary)
        rows += alignment(forced, prepared, seed, Row("", "", 0.0, slice="hansards"))

    firsts = [(source, targets[0]) for source, targets in list(held.test.items())[:FIRST]]
    rows += head_costs(translators, firsts, seed, progress)
    for name, translator in translators.items():
        own = [row for row in kept if row.model == name]
        rows += own or searching({name: translator}, held, seed, progress)
    rows += sizes(translators, folders)
    like = Row("", "", 0.0, slice="test")
    timed = list(held.test)[:TIMED]
    rows += speed(translators, timed, seed, like, lambda items: progress(items, "decoding speed"))
    return rows


def punctuation(vocabulary: Tokeniser, ids: Sequence[int]) -> np.ndarray:
    """Which of `ids`, and the end mark after them, are punctuation marks: bool (S,)."""
    pieces = [vocabulary.piece(index).lstrip(SPACE) for index in ids]
    return np.array([bool(piece) and set(piece) <= PUNCTUATION for piece in pieces] + [False])
