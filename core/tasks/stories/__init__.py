"""Stories: a question about what happened, answered by one word. Made-up stories of a language,
and those of bAbI beside them."""

from __future__ import annotations

import argparse
import random
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from core.about import About, fingerprint
from core.corpus import fingerprint_of
from core.facts import ANSWERS
from core.models import Model
from core.stories import babi, generator
from core.stories.story import MOST, Story
from core.stories.tongue import Tongue, languages, tongue
from core.tasks import Asked, Data, Evaluated, Measure, Task
from core.tasks.recipe import Recipe
from core.tasks.stories.corpus import Batch, Corpus, batch, encoded
from core.tokenisers import Tokeniser
from core.tokenisers.words import Words

if TYPE_CHECKING:
    from core.translator import Translator

LONG = 0.1  # share of stories to train on that are longer than those that are measured
TOGETHER = 100  # stories that are read at a time while they are measured
VOCABULARY = 4000  # words at most; a language of stories has about a hundred
LOOKED_AT = 500  # questions at the end of each file of bAbI that are held out to look at


class Stories(Task):
    """A story, a question, and one word that answers it."""

    name = "stories"
    does = ANSWERS
    usual = "hops"
    headline = "accuracy"
    recipe = {
        "epochs": 10, "tokens": 128, "rate": 5e-3, "warmup": 500, "smoothing": 0.0,
        "interval": 500,
    }  # fmt: skip

    def options(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--language", choices=languages(), default="eng", help="of the stories that are made up"
        )
        parser.add_argument("--stories", type=int, default=30_000, help="made up for each epoch")
        parser.add_argument(
            "--held-out", type=int, default=2000, help="made-up stories each to test, validate"
        )
        parser.add_argument(
            "--babi", type=Path, nargs="*", default=[],
            help="files in the format of bAbI to train on besides, plain or .gz",
        )  # fmt: skip

    def prepare(self, options: argparse.Namespace, recipe: Recipe) -> Data:
        for name, value, least in (
            ("stories", options.stories, 1), ("held-out", options.held_out, 0)
        ):  # fmt: skip
            if value < least:
                raise ValueError(f"{name}: expected {least} or more, not {value}")
        words = tongue(options.language)
        test, valid = (held(words, recipe.seed, options.held_out, part) for part in PARTS)
        away = {one.text for one in (*test, *valid)}
        train: list[Story] = []
        looked_at = {"own": valid} if valid else {}
        for path in options.babi:
            found = babi.read(path)
            train += found[:-LOOKED_AT]
            looked_at[path.name] = found[-LOOKED_AT:]
        vocabulary = Words.train(words.sentences(), VOCABULARY)
        about = About(
            options.language, options.language, ", ".join(path.name for path in options.babi),
            fingerprint(*options.babi) if options.babi else "", recipe.seed, options.held_out,
            VOCABULARY, fingerprint_of(one.text for one in test), self.name,
        )  # fmt: skip
        told = (
            f"{options.stories:,} made-up stories in each epoch and {len(train):,} questions of "
            f"files to train on, {sum(map(len, looked_at.values())):,} to validate, "
            f"{len(vocabulary)} words"
        )
        corpus = Corpus(
            train, vocabulary, max(1, recipe.tokens // 2),
            lambda rng: made_up(words, options.stories, rng, away),
        )  # fmt: skip
        sizes = {"stop": vocabulary.encode(".")[0]}
        return Data(corpus, vocabulary, looked_at, about, told, sizes)

    def evaluate(
        self, facade: Translator, folder: Path, data: Sequence[Path], asked: Asked
    ) -> Evaluated:
        from core.tasks.stories.evaluation import evaluate  # heavy, and only measuring needs it

        return evaluate(facade, folder, data, asked)

    def measure(self, model: Model, data: Data, loss: Measure) -> dict[str, Any]:
        """Held-out loss, and how many of a hundred answers are right: of all, and of each source
        of stories."""
        total, count, right = 0.0, 0, {}
        for name, stories in data.held.items():
            for ready in together(stories, data.vocabulary):
                part, predicted = loss(ready)
                total, count = total + part, count + predicted
            right[name] = [a == one.answer for a, one in zip(
                answers(model, data.vocabulary, stories), stories, strict=True
            )]  # fmt: skip
        if not count:
            return {}
        everything = [one for some in right.values() for one in some]
        return {
            "held_out_loss": round(total / count, 4),
            "accuracy": round(100 * float(np.mean(everything)), 2),
            "right": {name: round(100 * float(np.mean(some)), 2) for name, some in right.items()},
        }


PARTS = ("test", "validate")


def held(words: Tongue, seed: int, count: int, part: str = PARTS[0]) -> list[Story]:
    """The made-up stories that are held out for one of PARTS, no two of them alike."""
    return drawn(words, f"{part} {seed}", count)


def made_up(words: Tongue, count: int, rng: random.Random, away: Collection[str]) -> list[Story]:
    """Made-up stories to train on: none of them is one of `away`, and some are as long as a person
    may type them."""
    found: list[Story] = []
    while len(found) < count:
        longer = len(found) < LONG * count
        least, most = (generator.MOST + 1, MOST) if longer else (generator.LEAST, generator.MOST)
        one = generator.story(rng, words, least=least, most=most)
        if one.text not in away:
            found.append(one)
    return found


def drawn(
    words: Tongue, seed: str, count: int, least: int = generator.LEAST, most: int = generator.MOST
) -> list[Story]:
    """So many stories of `least` to `most` statements, no two of them alike."""
    rng, found = random.Random(seed), {}
    while len(found) < count:
        one = generator.story(rng, words, least=least, most=most)
        found.setdefault(one.text, one)
    return list(found.values())


def together(stories: Sequence[Story], vocabulary: Tokeniser) -> Iterator[Batch]:
    """Stories in their order, TOGETHER at a time."""
    rows = encoded(stories, vocabulary)
    for begin in range(0, len(rows), TOGETHER):
        yield batch(rows[begin : begin + TOGETHER], vocabulary)


@torch.no_grad()
def answers(model: Model, vocabulary: Tokeniser, stories: Sequence[Story]) -> list[str]:
    """What a model answers, by the likeliest first word."""
    found = []
    for ready in together(stories, vocabulary):
        source, visible, given, _ = map(torch.from_numpy, ready)
        decoded = model.decode(given[:, :1], model.start(model.encode(source, visible)))
        best = model.logits(decoded.combined[:, 0]).argmax(-1)
        found += [vocabulary.piece(index) for index in best.tolist()]
    return found
