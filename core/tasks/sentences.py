"""What the tasks share that learn of sentences alone: where they come from, and batches of them.

Shape letters: B batch, N tokens of each sentence.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar, NamedTuple

import numpy as np

from core.about import UNDETERMINED, About, fingerprint
from core.corpus import Sentences, fingerprint_of, read_sentences, split_sentences
from core.evaluation.origin import check_split
from core.tasks import Data, Task
from core.tasks.dialogue.fit import unfit
from core.tasks.recipe import Recipe
from core.tasks.vocabularies import kept
from core.tokenisers import Tokeniser, tokeniser, tokenisers

# Small models go a few times through many short sentences: nothing is learnt by heart, so nothing
# has to keep them from it.
RECIPE = {
    "epochs": 4, "tokens": 800, "rate": 1.5e-3, "warmup": 400, "smoothing": 0.0, "average": 0.998,
    "schedule": "inverse-sqrt",
}  # fmt: skip
MODEL = {"inner": 512, "dropout": 0.0}


class Prepared(NamedTuple):
    """The sentences of one training, and what they are split into tokens by."""

    split: Sentences
    vocabulary: Tokeniser
    about: About


def prepared(asked: argparse.Namespace, recipe: Recipe, task: str, hides: bool) -> Prepared:
    """Reads and splits the sentences; a vocabulary that `hides` has a mask. Raises OSError or
    ValueError that tells what is wrong."""
    for name, value, least in (
        ("held-out", asked.held_out, 0), ("vocabulary", asked.vocabulary, 1),
        ("column", min(asked.column), 0),
    ):  # fmt: skip
        if value < least:
            raise ValueError(f"{name}: expected {least} or more, not {value}")
    columns = asked.column * (len(asked.data) if len(asked.column) == 1 else 1)
    if len(columns) != len(asked.data):
        raise ValueError(f"column: expected one, or one for each of {len(asked.data)} files")
    about = About(
        asked.language, asked.language, ", ".join(path.name for path in asked.data),
        fingerprint(*asked.data), recipe.seed, asked.held_out, asked.vocabulary, task=task,
        columns=columns, fit=asked.fit,
    )  # fmt: skip
    split = parted(about, asked.data)
    if not split.test:
        tell("No sentence is held out: this model cannot be measured")
    about = replace(about, test=fingerprint_of(split.test))
    splits = tokeniser(asked.tokeniser)
    vocabulary = kept(asked.out, splits, about)
    if vocabulary is None:
        vocabulary = splits.train(split.train, asked.vocabulary, hides)
    if hides and vocabulary.mask is None:
        raise ValueError(
            f"the vocabulary in {asked.out} has no mask, and none can be hidden without: give "
            "another folder, or delete this one"
        )
    return Prepared(split, vocabulary, about)


def parted(about: About, data: Sequence[Path]) -> Sentences:
    """The sentences of those files as that training splits them. Raises ValueError for files that
    cannot be read, or hold none."""
    found: dict[str, None] = {}
    for path, column in zip(data, about.columns, strict=True):
        found |= dict.fromkeys(read_sentences(path, tell, column))
    if about.fit:
        found = [one for one in found if not unfit(one, about.source)]
    return split_sentences(found, about.held_out, about.seed)


def tell(line: str) -> None:
    print(line, file=sys.stderr)


class Groups:
    """Encoded sentences, the end mark last, in batches of about `tokens` tokens.

    Sentences of more tokens than `longest` (0: than can be read) are left out, `too_long` of them.
    Raises ValueError when none is left.
    """

    def __init__(
        self, sentences: Sequence[str], vocabulary: Tokeniser, tokens: int, longest: int = 0
    ):
        self.longest = min(longest or vocabulary.most, vocabulary.most)
        self.tokens, self.too_long = tokens, 0
        groups: dict[int, list[list[int]]] = {}
        for sentence in sentences:
            ids = [*vocabulary.encode(sentence), vocabulary.end]
            if len(ids) > self.longest + 1:
                self.too_long += 1
            elif len(ids) > 1:  # what a vocabulary makes nothing of is no sentence
                groups.setdefault(len(ids), []).append(ids)
        if not groups:
            raise ValueError(f"of {len(sentences):,} sentences none is short enough to train on")
        self.groups = [np.array(groups[length]) for length in sorted(groups)]  # (many, N) each

    def told(self, split: Sentences, vocabulary: Tokeniser) -> str:
        """What there is to train on, in a line."""
        return (
            f"{len(split.train) - self.too_long:,} sentences to train on ({self.too_long:,} are "
            f"longer than {self.longest} {vocabulary.kind} and left out), {len(split.valid):,} to "
            f"validate, {len(split.test):,} to test, {len(vocabulary):,} {vocabulary.kind}"
        )

    def rows(self, rng: random.Random) -> Iterator[np.ndarray]:
        """All sentences once, in an order that `rng` decides: ids (B, N) of one length each, so
        that nothing is padded. How many there are follows from the lengths alone."""
        shuffled = np.random.default_rng(rng.getrandbits(64))
        chunks = []
        for group in self.groups:
            order, parts = shuffled.permutation(len(group)), -(-group.size // self.tokens)
            chunks += [group[some] for some in np.array_split(order, parts)]
        rng.shuffle(chunks)
        return iter(chunks)


class OfSentences(Task):
    """A task that learns of sentences alone."""

    recipe = RECIPE
    model = MODEL
    hides: ClassVar[bool]  # whether its vocabulary needs a mask

    def options(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "data", type=Path, nargs="+", help="files with a sentence on each line, or TSV; or .gz"
        )
        parser.add_argument(
            "--column", type=int, nargs="+", default=[1],
            help="of the TSV, from 1, or of each; 0 for all of its columns",
        )  # fmt: skip
        parser.add_argument(
            "--fit", action="store_true",
            help="leave out sentences with a word that one would not show to a class",
        )  # fmt: skip
        parser.add_argument("--language", default=UNDETERMINED, help="ISO 639 code, like eng")
        parser.add_argument(
            "--tokeniser", choices=sorted(tokenisers()), default="pieces", help="how text is split"
        )
        parser.add_argument("--vocabulary", type=int, default=4000, help="tokens")
        parser.add_argument(
            "--held-out", type=int, default=2000, help="sentences each to test, validate"
        )

    def prepare(self, options: argparse.Namespace, recipe: Recipe) -> Data:
        split, vocabulary, about = prepared(options, recipe, self.name, self.hides)
        corpus = self.corpus(split.train, vocabulary, recipe)
        sizes = {"positions": vocabulary.most + 1}
        return Data(corpus, vocabulary, split.valid, about, corpus.told(split, vocabulary), sizes)

    def corpus(self, texts: Sequence[str], vocabulary: Tokeniser, recipe: Recipe) -> Groups:
        """The batches of these sentences."""
        raise NotImplementedError


def held_out(
    came: About, data: Sequence[Path], vocabulary: Tokeniser, first: int | None
) -> Sentences:
    """The sentences of `data` as they were split for the training that `came` tells of; the test
    has those that can be read, the `first` of them. Raises ValueError where that cannot be told."""
    split = parted(came, data)
    check_split(came, data, split)
    test = [one for one in split.test if len(vocabulary.encode(one)) <= vocabulary.most]
    return split._replace(test=test[:first])


def counted(split: Sentences, vocabulary: Tokeniser, about: About) -> str:
    """How much was learnt of, and what was held out, for the card."""
    lengths = [len(vocabulary.encode(sentence)) for sentence in split.test]
    return (
        f"{len(split.train):,} different sentences of {about.data}"
        f"{', without those that one would not show to a class' if about.fit else ''}. Split by "
        f"sentence: "
        f"{len(split.test):,} of 3 to 20 words are held out for the test, {np.mean(lengths):.1f} "
        f"{vocabulary.kind} long on average, and {len(split.valid):,} for validation."
    )
