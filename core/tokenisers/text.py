"""What tokenisers share about text: how it is normalised, which words it has, and how tokens lie
over them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import sentencepiece
from icu4py.breakers import WordBreaker

from core.tree import Token

SPACE = "▁"  # how sentencepiece writes the space before a word
# As a vocabulary of pieces has it within itself, for tokenisers without one.
normaliser = sentencepiece.SentencePieceNormalizer(
    rule_name="nmt_nfkc",
    add_dummy_prefix=False,
    escape_whitespaces=False,
    remove_extra_whitespaces=True,
)
MASKS = re.compile(r"\[MASK\]|<mask>")  # what a person types where a token is to be hidden
HYPHEN = re.compile(r"(?<=\w)[-‐‑](?=\w)")


def is_mark(letter: str) -> bool:
    """Whether it is a mark of punctuation."""
    return unicodedata.category(letter)[0] == "P"


def words_of(text: str) -> list[tuple[int, int]]:
    """Where each word of `text` begins and ends; spaces are in none.

    The boundaries are Unicode's (Standard Annex 29, section 4) as ICU finds them, which knows the
    words of Chinese, Japanese, Thai and others that are written without spaces. So "doesn't" and
    "3.5" are one word each, and a mark of punctuation is a word of its own. Three things are left
    to us: a hyphen between letters or digits is within a word, as in "rendez-vous", a mark that is
    repeated is one word, as in "...", and what stands for a hidden word is one, "[MASK]".
    """
    # As long as `text`: what no encoding knows is a mark, and "_" joins what stands around it.
    plain = text.encode("utf-8", "replace").decode().replace(SPACE, " ")
    plain = MASKS.sub(lambda mask: "M" * len(mask[0]), plain)
    found: list[tuple[int, int]] = []
    end = 0
    for part in WordBreaker(HYPHEN.sub("_", plain), "root"):
        begin, end = end, end + len(part)
        if is_mark(part[0]) and found and found[-1][1] == begin and plain[begin - 1] == part:
            found[-1] = (found[-1][0], end)
        elif not part.isspace():
            found.append((begin, end))
    return found


def laid_over(
    text: str, tokens: Sequence[Token], places: Sequence[tuple[int, int] | None]
) -> tuple[Token, ...]:
    """`tokens` that know their words, by the `places` where each begins and ends in `text`.

    Words that a token joins are one to the others, and its `cuts` say where within it further words
    begin. A token of spaces, or of no text, belongs to the word after it; one without a place, such
    as the end mark, is a word of its own.
    """
    words = words_of(text)
    word_at: list[int | None] = [None] * len(text)
    for index, (begin, end) in enumerate(words):
        word_at[begin:end] = [index] * (end - begin)
    spans: list[tuple[int, int] | None] = []  # the first and the last word of each, from the end
    for place in reversed(places):
        within = [one for one in word_at[slice(*place)] if one is not None] if place else []
        after = spans[-1] if place and spans else None
        spans.append((within[0], within[-1]) if within else after and (after[0], after[0]))
    found, number, reached = [], -1, None
    for token, place, span in zip(tokens, places, reversed(spans), strict=True):
        number += span is None or reached is None or span[0] > reached
        reached = span and span[1]
        first, last = span or (0, 0)
        cuts = tuple(words[index][0] - place[0] for index in range(first + 1, last + 1))
        found.append(token._replace(word=number, cuts=cuts))
    return tuple(found)
