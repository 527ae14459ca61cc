"""Sort: letters, written in the order of the alphabet."""

from __future__ import annotations

import argparse
import random

from core.corpus import Pair
from core.tasks import toys

LETTERS = "abcdefghijkl"


class Sort(toys.Toy):
    """hcaeb → abceh: where to look next depends on all that is there."""

    name = "sort"

    def options(self, parser: argparse.ArgumentParser) -> None:
        super().options(parser)
        toys.lengths(parser, "letters", 4, 7)

    def made(self, rng: random.Random, options: argparse.Namespace) -> list[Pair]:
        texts = toys.strings(rng, LETTERS, options)
        return [Pair(text, "".join(sorted(text))) for text in texts]
