"""Text to characters and back, normalised as pieces are.

A space is a token like any other, written "▁" so that it can be seen; it stands at the beginning
of the word after it.
"""

from __future__ import annotations

from core.tokenisers.listed import Listed
from core.tokenisers.text import SPACE


class Characters(Listed):
    """One token for each character."""

    kind = "characters"
    file = "characters.json"
    most = 300

    @classmethod
    def split(cls, text: str) -> list[tuple[int, int]]:
        return [(i, i + 1) for i in range(len(text))]

    def written(self, before: str | None, piece: str) -> str:
        return " " if piece == SPACE else piece
