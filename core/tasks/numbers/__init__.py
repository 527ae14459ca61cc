"""Numbers: English words, written as digits."""

from __future__ import annotations

import argparse
import random

from core.corpus import Pair
from core.tasks import toys

BELOW_TWENTY = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
BELOW = 10_000


class Numbers(toys.Toy):
    """forty-two → 42: a word for ten or a hundred becomes a place among the digits."""

    name = "numbers"
    examples = 3000
    languages = ("eng", toys.UNDETERMINED)

    def made(self, rng: random.Random, options: argparse.Namespace) -> list[Pair]:
        many = min(options.examples, BELOW)
        # Small numbers are few among all: let a third have three digits at most.
        few = {*rng.sample(range(1000), min(1000, many // 3))}
        left = [number for number in range(BELOW) if number not in few]
        numbers = [*sorted(few), *rng.sample(left, many - len(few))]
        rng.shuffle(numbers)
        return [Pair(said(number), str(number)) for number in numbers]


def said(number: int) -> str:
    """A number from 0 to 9,999 in English words."""
    if number < 20:
        return BELOW_TWENTY[number]
    if number < 100:
        ten, one = divmod(number, 10)
        return TENS[ten] + (f"-{BELOW_TWENTY[one]}" if one else "")
    unit, name = (1000, "thousand") if number >= 1000 else (100, "hundred")
    high, rest = divmod(number, unit)
    joined = " and " if rest < 100 else " "
    return f"{said(high)} {name}" + (f"{joined}{said(rest)}" if rest else "")
