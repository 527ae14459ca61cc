"""Copy: letters, written as they were read."""

from __future__ import annotations

import argparse
import random
from string import ascii_lowercase

from core.corpus import Pair
from core.tasks import toys


class Copy(toys.Toy):
    """hqzab → hqzab: easy with attention, and as hard as the text is long without."""

    name = "copy"

    def options(self, parser: argparse.ArgumentParser) -> None:
        super().options(parser)
        toys.lengths(parser, "letters", 5, 8)

    def made(self, rng: random.Random, options: argparse.Namespace) -> list[Pair]:
        return [Pair(text, text) for text in toys.strings(rng, ascii_lowercase, options)]
