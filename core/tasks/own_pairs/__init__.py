"""Own pairs: a few thousand that somebody brings, from a file of two columns."""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Sequence
from pathlib import Path

from core.corpus import Pair, read_pairs
from core.tasks import Data, toys
from core.tasks.recipe import Recipe


class OwnPairs(toys.Toy):
    """Any pairs: words where most sources have several, else characters."""

    name = "own-pairs"
    examples = 5000

    def options(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("data", type=Path, help="source, tab, target on each line")
        super().options(parser)

    def made(self, rng: random.Random, options: argparse.Namespace) -> list[Pair]:
        told = read_pairs(options.data, lambda line: print(line, file=sys.stderr), numbers=True)
        return told[: options.examples]

    def prepare(self, options: argparse.Namespace, recipe: Recipe) -> Data:
        pairs = self.made(random.Random(recipe.seed), options)
        return prepared(pairs, recipe)


def prepared(pairs: Sequence[Pair], recipe: Recipe) -> Data:
    """Pairs as the data of a training. Raises ValueError where there are too few."""
    several = sum(" " in pair.source for pair in pairs)
    splits = "words" if 2 * several > len(pairs) else "characters"
    return toys.prepared(pairs, splits, recipe, OwnPairs.name, OwnPairs.languages)
