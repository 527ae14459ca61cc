"""Alignment error rate of attention against human word alignments (Och & Ney 2003).

The translation is forced, so that attention is asked about the very words that were aligned. The
rows of the pieces of a target word are averaged, the columns of the pieces of a source word are
summed; the end mark is dropped on both sides, so a row may sum to less than one. Two rules make
links of weights: each target word to its heaviest source word, as Luong et al. 2015, section 5.4,
do; or every pair of words whose weight reaches a threshold.

Shape letters: T target pieces, S source pieces, W target words, V source words.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from core.evaluation.bootstrap import compared
from core.evaluation.forced import Forced, Pieces
from core.measurements.table import DIAGONAL, HEAVIEST, Row
from core.tokenisers import Tokeniser

Link = tuple[int, int]  # source word and target word, both counted from 0
OBJECTS = ".jsonl"  # how the name of a file ends that has a pair in an object of its own
THRESHOLDS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


class GoldPair(NamedTuple):
    """A pair of sentences and what people linked in it."""

    source: tuple[str, ...]
    target: tuple[str, ...]
    sure: frozenset[Link]
    possible: frozenset[Link]  # the sure links are among them

    def turned(self) -> GoldPair:
        """The same pair, read from the other side."""
        sure, possible = (
            frozenset((j, i) for i, j in links) for links in (self.sure, self.possible)
        )
        return GoldPair(self.target, self.source, sure, possible)


class Counts(NamedTuple):
    """What found links A have in common with sure links S and possible links P."""

    found: int  # |A|
    sure: int  # |S|
    found_sure: int  # |A ∩ S|
    found_possible: int  # |A ∩ P|


class Words(NamedTuple):
    """A sentence as ids of pieces, and the word of each piece."""

    ids: tuple[int, ...]
    words: tuple[int, ...]


def read_aligned(texts: Path, *, turned: bool = False) -> list[GoldPair]:
    """The pairs of a file; where it is to be `turned`, what it has second is the source.

    Raises ValueError, which names the line, for what is none, a side without words among it;
    OSError when a file cannot be read.
    """
    found = _read_objects(texts) if texts.suffix == OBJECTS else _read_lists(texts)
    return [pair.turned() for pair in found] if turned else found


def _read_lists(texts: Path) -> list[GoldPair]:
    """Of "source ||| target" a line, and of a line of links in the `.gold` file beside it: "i-j" is
    sure and "ipj" possible, source position first, both counted from 1 (Mihalcea & Pedersen 2003).
    """
    links = texts.with_suffix(".gold")
    pairs = texts.read_text(encoding="utf-8").splitlines()
    lists = links.read_text(encoding="utf-8").splitlines()
    if len(pairs) != len(lists):
        raise ValueError(f"{texts} has {len(pairs)} lines, but {links} has {len(lists)}")
    found = []
    for number, (pair, listed) in enumerate(zip(pairs, lists), 1):
        try:
            source, target = (tuple(side.split()) for side in pair.split("|||"))
            sure, possible = set(), set()
            for link in listed.split():
                i, j = (int(place) - 1 for place in link.replace("p", "-").split("-"))
                possible.add((i, j))
                if "p" not in link:
                    sure.add((i, j))
            found.append(_pair(source, target, sure, possible))
        except ValueError as error:
            raise ValueError(f"{links}, line {number}: {error}") from error
    return found


def _read_objects(texts: Path) -> list[GoldPair]:
    """Of a JSON object a line, with `src_words`, `tgt_words` and `alignment`: pairs of positions,
    counted from 0 (Graça et al. 2008). None is told apart as possible only: all are sure."""
    found = []
    for number, line in enumerate(texts.read_text(encoding="utf-8").splitlines(), 1):
        try:
            told = json.loads(line)
            sides = (tuple(told[side]) for side in ("src_words", "tgt_words"))
            links = {(int(i), int(j)) for i, j in told["alignment"]}
            found.append(_pair(*sides, links, links))
        except (ValueError, LookupError, TypeError) as error:
            raise ValueError(f"{texts}, line {number}: {error}") from error
    return found


def _pair(
    source: tuple[str, ...], target: tuple[str, ...], sure: set[Link], possible: set[Link]
) -> GoldPair:
    """Raises ValueError for a side without words and a link to a word that does not exist."""
    if not (source and target):
        raise ValueError("a side has no words")
    for i, j in sorted(possible):
        if not (0 <= i < len(source) and 0 <= j < len(target)):
            raise ValueError(f"the link {i + 1}-{j + 1} is to a word that does not exist")
    return GoldPair(source, target, frozenset(sure), frozenset(possible))


def split_words(vocabulary: Tokeniser, words: Sequence[str]) -> Words:
    """The tokens of `words` put together with spaces; a space belongs to the word after it."""
    text = " ".join(words)
    tokens = vocabulary.source_tokens(text)[:-1]
    return Words(
        tuple(token.id for token in tokens),
        tuple(text.count(" ", 0, token.end) for token in tokens),
    )


def word_weights(weights: np.ndarray, source: Words, target: Words) -> np.ndarray:
    """Weights (T + 1, S + 1) of pieces and end marks as weights (W, V) of words."""
    columns, rows = max(source.words) + 1, max(target.words) + 1
    summed = np.zeros((len(target.ids), columns))
    np.add.at(summed.T, list(source.words), weights[: len(target.ids), : len(source.ids)].T)
    averaged = np.zeros((rows, columns))
    np.add.at(averaged, list(target.words), summed)
    return averaged / np.maximum(np.bincount(target.words, minlength=rows), 1)[:, None]


def heaviest(weights: np.ndarray) -> set[Link]:
    """Each target word with its heaviest source word, of `weights` (W, V); the first of equals.

    A target word without any weight has no link.
    """
    return {(int(row.argmax()), j) for j, row in enumerate(weights) if row.any()}


def reaching(weights: np.ndarray, threshold: float) -> set[Link]:
    """All pairs of words whose weight is at least `threshold`, of `weights` (W, V)."""
    return {(int(i), int(j)) for j, i in zip(*np.nonzero(weights >= threshold))}


def diagonal(pair: GoldPair) -> set[Link]:
    """What one can do without looking: each target word with the source word at the same place,
    as a share of the sentence."""
    sources, targets = len(pair.source), len(pair.target)
    return {(int((j + 0.5) * sources / targets), j) for j in range(targets)}


def count_links(links: Iterable[Link], pair: GoldPair) -> Counts:
    """What the `links` that were found have in common with those of people."""
    found = set(links)
    return Counts(len(found), len(pair.sure), len(found & pair.sure), len(found & pair.possible))


# As numerator and denominator, so that sentences add up: Och & Ney 2003, evaluation methodology.
PARTS = {
    # The links that are right or that are missed: 1 − (|A ∩ S| + |A ∩ P|) / (|A| + |S|).
    "aer": lambda c: (c.found + c.sure - c.found_sure - c.found_possible, c.found + c.sure),
    "precision": lambda c: (c.found_possible, c.found),  # |A ∩ P| / |A|
    "recall": lambda c: (c.found_sure, c.sure),  # |A ∩ S| / |S|
}


def parts(measure: str, counts: Sequence[Counts]) -> np.ndarray:
    """One of PARTS of each of N sentences, (N, 2), for `core.evaluation.bootstrap`."""
    return np.array([PARTS[measure](one) for one in counts], float)


class Prepared(NamedTuple):
    """The aligned pairs that all models can read, split for each, and how many cannot be read."""

    pairs: list[GoldPair]
    splits: dict[str, list[tuple[Words, Words]]]  # model -> source and target of each pair
    left_out: int

    def pieces(self, model: str) -> list[Pieces]:
        """The pairs as `model` is forced to translate them."""
        return [Pieces(source.ids, target.ids) for source, target in self.splits[model]]


def prepare(
    vocabularies: Mapping[str, Tokeniser], aligned: Sequence[GoldPair], limit: int | None = None
) -> Prepared:
    """Leaves out the pairs whose source has more than `limit` tokens for any of the models, or more
    than it reads.

    So all models are measured on the same pairs, also where their vocabularies differ.
    """
    splits = {
        name: [
            (split_words(vocabulary, pair.source), split_words(vocabulary, pair.target))
            for pair in aligned
        ]
        for name, vocabulary in vocabularies.items()
    }
    most = {name: limit or vocabulary.most for name, vocabulary in vocabularies.items()}
    kept = [
        i
        for i in range(len(aligned))
        if all(len(each[i][0].ids) <= most[name] for name, each in splits.items())
    ]
    return Prepared(
        [aligned[i] for i in kept],
        {name: [each[i] for i in kept] for name, each in splits.items()},
        len(aligned) - len(kept),
    )


def alignment(
    forced: Mapping[str, Sequence[Forced]], prepared: Prepared, seed: int, like: Row
) -> list[Row]:
    """Rows of AER, precision and recall for every block and rule, and without a model.

    Of single heads and layers by the rule of the heaviest word alone. None at all when no pair is
    left that every model can read.
    """
    if not prepared.pairs:
        return []
    # rule -> model and block -> what it has in common with people, pair by pair
    counts: dict[str, dict[tuple[str, str], list[Counts]]] = {}
    for name, found in forced.items():
        for block in found[0].weights:
            for pair, one, (source, target) in zip(
                prepared.pairs, found, prepared.splits[name], strict=True
            ):
                weights = word_weights(one.weights[block], source, target)
                rules = {HEAVIEST: heaviest(weights)}
                if "." not in block:
                    rules.update((f"threshold={x}", reaching(weights, x)) for x in THRESHOLDS)
                for rule, links in rules.items():
                    of_rule = counts.setdefault(rule, {})
                    of_rule.setdefault((name, block), []).append(count_links(links, pair))
    counts[DIAGONAL] = {("", ""): [count_links(diagonal(pair), pair) for pair in prepared.pairs]}
    every = len(prepared.pairs) + prepared.left_out
    rows = [like._replace(measure="left_out", value=prepared.left_out, count=every)]
    for rule, of_models in counts.items():
        for measure in PARTS:
            own = {key: parts(measure, each) for key, each in of_models.items()}
            # A rule that links nothing has no precision.
            own = {key: part for key, part in own.items() if part[:, 1].any()}
            here = like._replace(measure=measure, setting=rule, count=len(prepared.pairs))
            rows += compared(own, seed, here)
    return rows
