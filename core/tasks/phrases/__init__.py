"""Phrases: two hundred short English sentences, translated word for word into another order."""

from __future__ import annotations

import argparse
import itertools
import random
import tomllib
from collections.abc import Sequence
from pathlib import Path

from core.corpus import Pair
from core.tasks import toys

INTO = tuple(sorted(path.stem for path in Path(__file__).parent.glob("*.toml")))
THIRD = ("He", "She", "Tom")  # whose verb has an s in English


class Phrases(toys.Toy):
    """She wants the red car. → Elle veut la voiture rouge."""

    name = "phrases"
    splits = "words"
    examples = 200

    def options(self, parser: argparse.ArgumentParser) -> None:
        super().options(parser)
        parser.add_argument("--into", choices=INTO, default=INTO[0], help="the language to write")

    def spoken(self, options: argparse.Namespace) -> tuple[str, str]:
        return "eng", options.into

    def made(self, rng: random.Random, options: argparse.Namespace) -> list[Pair]:
        told = sentences(options.into)
        return rng.sample(told, min(options.examples, len(told)))


def sentences(into: str) -> list[Pair]:
    """Every sentence that the words of that language make, in a fixed order."""
    words = tomllib.loads(Path(__file__).with_name(f"{into}.toml").read_text(encoding="utf-8"))
    persons = list(words["subjects"])
    found = []
    for subject, verb, article, adjective, noun in itertools.product(
        persons, *(words[part] for part in ("verbs", "articles", "adjectives", "nouns"))
    ):
        own, gender = words["nouns"][noun]
        parts = {
            "subject": words["subjects"][subject],
            "verb": _form(words["verbs"][verb], persons.index(subject)),
            "article": _form(words["articles"][article], gender),
            "adjective": _form(words["adjectives"][adjective], gender),
            "noun": own,
        }
        first, *rest = verb.split(" ")
        does = " ".join([f"{first}s" if subject in THIRD else first, *rest])
        written = " ".join(filter(None, (parts[one] for one in words["order"])))
        found.append(Pair(f"{subject} {does} {article} {adjective} {noun}.", f"{written}."))
    return found


def _form(forms: Sequence[str], place: int) -> str:
    return forms[min(place, len(forms) - 1)]
