"""Text to characters and back, normalised as pieces are.

A space is a token like any other, written "▁" so that it can be seen; it belongs to the word
after it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import sentencepiece

from core.tokenisers import MARKS, Tokeniser
from core.tokenisers.pieces import SPACE, begins_word
from core.trace import END, Token

_normaliser = sentencepiece.SentencePieceNormalizer(
    rule_name="nmt_nfkc",
    add_dummy_prefix=False,
    escape_whitespaces=False,
    remove_extra_whitespaces=True,
)


class Characters(Tokeniser):
    """One token for each character, and one for all that are not among them."""

    kind = "characters"
    file = "characters.json"

    def __init__(self, characters: Sequence[str]):
        """`characters` in the order of their ids. Raises ValueError where one is no character,
        or comes twice."""
        whole = isinstance(characters, list) and all(
            isinstance(one, str) and len(one) == 1 for one in characters
        )
        if not whole or len({*characters}) < len(characters):
            raise ValueError("expected a list of characters, each of them once")
        self.model = (json.dumps(characters, ensure_ascii=False) + "\n").encode()
        self._pieces = [*MARKS, *(SPACE if one == " " else one for one in characters)]
        self._ids = {one: index for index, one in enumerate(characters, len(MARKS))}

    @classmethod
    def train(cls, sentences: Iterable[str], size: int = 4000) -> Characters:
        """The characters that are the most frequent in `sentences`, equals in their order."""
        if size <= len(MARKS):
            raise ValueError(f"{size} tokens are too few: {len(MARKS)} of them are marks")
        counts = Counter(one for sentence in sentences for one in _normaliser.Normalize(sentence))
        ranked = sorted(counts, key=lambda one: (-counts[one], one))
        return cls(ranked[: size - len(MARKS)])

    @classmethod
    def read(cls, path: Path) -> Characters:
        return cls(json.loads(path.read_text(encoding="utf-8")))

    def __len__(self) -> int:
        return len(self._pieces)

    def piece(self, index: int) -> str:
        return self._pieces[index]

    def encode(self, text: str) -> list[int]:
        return [self._ids.get(one, self.unknown) for one in _normaliser.Normalize(text)]

    def decode(self, ids: Sequence[int]) -> str:
        return "".join(self._text(index) for index in ids)

    def source_tokens(self, typed: str) -> tuple[Token, ...]:
        text, offsets = _normaliser.NormalizeWithOffsets(typed)
        tokens, word = [], -1
        for one, begin, end in zip(text, offsets, offsets[1:], strict=False):
            index = self._ids.get(one, self.unknown)
            piece = self.piece(index)
            word += begins_word(tokens[-1].piece if tokens else None, piece)
            tokens.append(Token(index, piece, typed[begin:end].strip(), word, begin, end))
        return (*tokens, Token(self.end, END, END, word + 1))

    def target_tokens(self, ids: Sequence[int]) -> tuple[Token, ...]:
        tokens, word = [], -1
        for index in map(int, ids):
            piece = self.piece(index)
            word += begins_word(tokens[-1].piece if tokens else None, piece)
            text = END if index == self.end else self._text(index)
            tokens.append(Token(index, piece, text, word))
        return tuple(tokens)

    def _text(self, index: int) -> str:
        if index < len(MARKS):
            return ""
        piece = self._pieces[index]
        return " " if piece == SPACE else piece
