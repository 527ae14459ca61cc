"""Sentences with holes, and the particles of Korean that go with what fills them."""

from __future__ import annotations

import re

HOLE = re.compile(r"\{(\w+)(?:\|(\w+)/(\w+))?\}")  # {who}, or with a particle: {who|은/는}
SYLLABLES, FINALS = 0xAC00, 28  # Hangul syllables begin there, each with one of 28 finals
RIEUL = 8  # the final ㄹ, after which 로 stands as after a vowel


def particle(word: str, after_consonant: str, after_vowel: str) -> str:
    """The form of a Korean particle that goes with `word`."""
    final = (ord(word[-1]) - SYLLABLES) % FINALS
    closed = final and not (final == RIEUL and after_vowel == "로")
    return after_consonant if closed else after_vowel


def filled(template: str, holes: dict[str, str]) -> str:
    """A template with its holes filled, particles in the form that goes with each word."""

    def put(found: re.Match) -> str:
        word = holes[found[1]]
        return word + (particle(word, found[2], found[3]) if found[2] else "")

    return HOLE.sub(put, template)
