"""Reverse: digits, written from the last to the first."""

from __future__ import annotations

import argparse
import random
from string import digits

from core.corpus import Pair
from core.tasks import toys


class Reverse(toys.Toy):
    """40183 → 38104: what is written looks along the other diagonal."""

    name = "reverse"

    def options(self, parser: argparse.ArgumentParser) -> None:
        super().options(parser)
        toys.lengths(parser, "digits", 5, 8)

    def made(self, rng: random.Random, options: argparse.Namespace) -> list[Pair]:
        return [Pair(text, text[::-1]) for text in toys.strings(rng, digits, options)]
