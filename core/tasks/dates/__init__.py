"""Dates: as people write them in English, written as ISO 8601 has them."""

from __future__ import annotations

import argparse
import random
from datetime import date, timedelta

from core.corpus import Pair
from core.tasks import toys

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
FIRST, LAST = date(1950, 1, 1), date(2049, 12, 31)


class Dates(toys.Toy):
    """Sunday, 3 May 1998 → 1998-05-03: the parts change places, and a month becomes a number."""

    name = "dates"
    languages = ("eng", toys.UNDETERMINED)

    def made(self, rng: random.Random, options: argparse.Namespace) -> list[Pair]:
        found: dict[str, str] = {}
        while len(found) < options.examples:
            day = FIRST + timedelta(rng.randint(0, (LAST - FIRST).days))
            found[written(day, rng)] = day.isoformat()
        return [Pair(*one) for one in found.items()]


def written(day: date, rng: random.Random) -> str:
    """A date in one of the ways that people write it."""
    month, number = MONTHS[day.month - 1], day.day
    return rng.choice((
        f"{number} {month} {day.year}",
        f"{month} {number}, {day.year}",
        f"{DAYS[day.weekday()]}, {number} {month} {day.year}",
        f"the {number}{ending(number)} of {month} {day.year}",
        f"{month[:3]} {number}, {day.year}",
    ))  # fmt: skip


def ending(number: int) -> str:
    """What follows the digits of an ordinal: 1st, 2nd, 3rd, 4th, 11th."""
    if number % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
