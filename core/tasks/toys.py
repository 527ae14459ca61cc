"""What the toy tasks share: pairs made from a seed, split by what is read, and whole answers."""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Sequence
from typing import Any, ClassVar

from core.about import UNDETERMINED, About
from core.corpus import Pair, fingerprint_of
from core.models import Model
from core.tasks import Data, Measure, Task
from core.tasks.answers import answers
from core.tasks.recipe import Recipe
from core.tasks.translation import translated
from core.tasks.translation.corpus import Corpus, batch
from core.tokenisers import Tokeniser, tokeniser

HELD_OUT = 0.1  # of the sources
MOST_HELD_OUT, SHOWN = 200, 3
VOCABULARY = 3000  # tokens at most
RECIPE = {
    "epochs": 20, "tokens": 400, "rate": 4e-3, "warmup": 50, "schedule": "constant",
    "average": 0.0, "interval": 500, "guesses": "in-turn",
}  # fmt: skip
MODEL = {"size": 64, "encoder_layers": 1, "decoder_layers": 1, "inner": 256, "heads": 4,
         "dropout": 0.0}  # fmt: skip


class Toy(Task):
    """Pairs that are made and not collected; its models read one text and write another."""

    usual = "recurrent"
    headline = "right"
    recipe = RECIPE
    model = MODEL
    splits: ClassVar[str] = "characters"  # the kind of tokeniser
    examples: ClassVar[int] = 4000  # that are made at most
    languages: ClassVar[tuple[str, str]] = (UNDETERMINED, UNDETERMINED)

    def options(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--examples", type=int, default=self.examples, help="pairs to make at most"
        )

    def made(self, rng: random.Random, options: argparse.Namespace) -> list[Pair]:
        """Pairs with sources that differ, in the order that `rng` gives them."""
        raise NotImplementedError

    def prepare(self, options: argparse.Namespace, recipe: Recipe) -> Data:
        if not 10 <= options.examples <= 100_000:
            raise ValueError(f"examples: expected 10 to 100,000, not {options.examples}")
        pairs = self.made(random.Random(recipe.seed), options)
        languages = self.spoken(options)
        return prepared(pairs, self.splits, recipe, self.name, languages)

    def spoken(self, options: argparse.Namespace) -> tuple[str, str]:
        """The languages of source and target."""
        return self.languages

    def measure(self, model: Model, data: Data, loss: Measure) -> dict[str, Any]:
        """Held-out loss, the share of whole answers that are right, and a few attentions."""
        if not data.held:
            return {}
        shown = [(source, *translated(model, data.vocabulary, source))
                 for source in list(data.held)[:SHOWN]]  # fmt: skip
        return {
            **{name: round(value, 4) for name, value in figures(model, data, loss).items()},
            "attention": [
                {"source": source, "target": text, "weights": weights}
                for source, text, weights in shown
            ],
        }


def prepared(
    pairs: Sequence[Pair], splits: str, recipe: Recipe, task: str, languages: tuple[str, str]
) -> Data:
    """Pairs, split by what is read: a tenth of the sources is held out, MOST_HELD_OUT at most.
    Raises ValueError where too few are left to train on."""
    targets: dict[str, list[str]] = {}
    for source, target in pairs:
        targets.setdefault(source, []).append(target)
    sources = sorted(targets)
    random.Random(recipe.seed).shuffle(sources)
    count = min(MOST_HELD_OUT, max(1, round(HELD_OUT * len(sources))))
    held = {source: targets[source] for source in sources[:count]}
    train = [pair for pair in pairs if pair.source not in held]
    if not train:
        raise ValueError(f"{len(sources)} sources are too few: some are to be held out")
    vocabulary = tokeniser(splits).train((side for pair in train for side in pair), VOCABULARY)
    corpus = Corpus(train, vocabulary, recipe.tokens, recipe.longest)
    held = {one: told for one, told in held.items()
            if 0 < len(vocabulary.encode(one)) <= corpus.longest}  # fmt: skip
    if not held:
        print("No source is held out: this model cannot be measured", file=sys.stderr)
    about = About(
        *languages, seed=recipe.seed, held_out=len(held), vocabulary=len(vocabulary),
        test=fingerprint_of(held), task=task,
        sha256=fingerprint_of(f"{pair.source}\t{pair.target}" for pair in pairs),
    )  # fmt: skip
    told = (
        f"{len(train) - corpus.too_long:,} pairs to train on, {len(held):,} sources held out, "
        f"{len(vocabulary):,} {vocabulary.kind}"
    )
    return Data(corpus, vocabulary, held, about, told)


def figures(model: Model, data: Data, loss: Measure, most: int | None = None) -> dict[str, float]:
    """`held_out_loss` in nats a token and `right`, the percentage of whole answers that are right,
    of all that is held out or of the first `most` sources."""
    vocabulary: Tokeniser = data.vocabulary
    held = [
        (vocabulary.encode(source), [vocabulary.encode(target) for target in targets])
        for source, targets in list(data.held.items())[:most]
    ]
    lengths: dict[int, list[tuple[list[int], list[int]]]] = {}
    for source, targets in held:
        lengths.setdefault(len(source), []).append(([*source, vocabulary.end], targets[0]))
    parts = [loss(batch(pairs, vocabulary)) for pairs in lengths.values()]
    limit = 1 + max(len(target) for _, targets in held for target in targets)
    written = answers(model, vocabulary, [source for source, _ in held], limit)
    right = sum(one in targets for one, (_, targets) in zip(written, held, strict=True))
    return {
        "held_out_loss": sum(part for part, _ in parts) / sum(count for _, count in parts),
        "right": 100 * right / len(held),
    }


def lengths(parser: argparse.ArgumentParser, what: str, least: int, most: int) -> None:
    """The options of how long a source is."""
    parser.add_argument("--least", type=int, default=least, help=f"{what} of the shortest source")
    parser.add_argument("--most", type=int, default=most, help=f"{what} of the longest source")


def strings(rng: random.Random, letters: str, options: argparse.Namespace) -> list[str]:
    """Different strings of `letters`, of lengths from `least` to `most` that come alike often.
    Raises ValueError for lengths that cannot be."""
    if not 1 <= options.least <= options.most:
        raise ValueError(
            f"lengths: expected 1 or more, and {options.least} no more than {options.most}"
        )
    found: dict[str, None] = {}
    for _ in range(20 * options.examples):  # of short strings there are few
        if len(found) == options.examples:
            break
        found["".join(rng.choices(letters, k=rng.randint(options.least, options.most)))] = None
    return [*found]
