"""Which turns and answers are learnt from: short ones, and none that one would not show to a class.

The rule: a pair is left out when either side has more than LONGEST words (of English, where long
turns are mostly several in one, fewer), an address or a long number (people's own), or any of the
words in `unfit.toml`, whichever of them it means there. Such a list knows no meaning: it leaves out
what is harmless (*a dead battery*), and lets through what it does not know.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path

from core.corpus import Pair

RULES = Path(__file__).with_name("unfit.toml")
LONGEST = 20  # words
SHORT = {"eng": 8}  # and of these languages
ENDINGS = r"(?:e|s|es|ed|er|ers|ing|y|ies|ly|in)?"
PRIVATE = re.compile(r"@|https?:|www\.|\d[\d -]{4,}\d")
PARTED = {"eng"}  # languages whose words stand between spaces as they are listed


def fit(pair: Pair, language: str) -> bool:
    """Whether a turn and its answer are learnt from; of a language that the rule has no words of,
    length and what is private alone decide."""
    longest = SHORT.get(language, LONGEST)
    for side in pair:
        text = unicodedata.normalize("NFKC", side).casefold()
        if len(text.split()) > longest or PRIVATE.search(text) or unfit(text, language):
            return False
    return True


def unfit(text: str, language: str) -> bool:
    """Whether one of the words in `unfit.toml` is in it."""
    words = _unfit(language)
    return bool(words and words.search(unicodedata.normalize("NFKC", text).casefold()))


@cache
def _unfit(language: str) -> re.Pattern[str] | None:
    topics = tomllib.loads(RULES.read_text(encoding="utf-8")).get(language, {})
    words = "|".join(re.escape(word) for some in topics.values() for word in some)
    if not words:
        return None
    return re.compile(rf"\b(?:{words}){ENDINGS}\b" if language in PARTED else words)
