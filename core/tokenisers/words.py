"""Text to words and back, for tasks of few words: a mark of punctuation is a word of its own."""

from __future__ import annotations

import re

from core.tokenisers.listed import Listed

WORD = re.compile(r"\w+(?:['’-]\w+)*|[^\w\s]")
# What stands close to the word before it, or to the one after it, in the text that is written.
CLOSES, OPENS = frozenset(".,;:!?…)]»”"), frozenset("([«“")


class Words(Listed):
    """One token for each word."""

    kind = "words"
    file = "words.json"

    @classmethod
    def split(cls, text: str) -> list[tuple[int, int]]:
        return [found.span() for found in WORD.finditer(text)]

    def written(self, before: str | None, piece: str) -> str:
        return piece if before is None or piece in CLOSES or before in OPENS else f" {piece}"
