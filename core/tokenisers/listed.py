"""What characters and words share: tokens that stand in a list, and one for all others."""

from __future__ import annotations

import json
import re
from abc import abstractmethod
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from core.plain import parsed
from core.tokenisers import MARKS, Tokeniser
from core.tokenisers.text import SPACE, laid_over, normaliser
from core.tree import END, MASK, Token


class Listed(Tokeniser):
    """A subclass says where a normalised text is split, and how tokens make one again."""

    def __init__(self, tokens: list[str]):
        """`tokens` in the order of their ids, after the marks. Raises ValueError where they are no
        list of texts, each of them once."""
        if not isinstance(tokens, list) or not all(isinstance(one, str) and one for one in tokens):
            raise ValueError("expected a list of texts")
        if len({*tokens}) < len(tokens):
            raise ValueError("expected each text once")
        self.model = (json.dumps(tokens, ensure_ascii=False) + "\n").encode()
        self._pieces = [*MARKS, *(SPACE if one == " " else one for one in tokens)]
        self._ids = {one: index for index, one in enumerate(tokens, len(MARKS))}
        self.mask = self._ids.get(MASK)

    @classmethod
    @abstractmethod
    def split(cls, text: str) -> list[tuple[int, int]]:
        """Where each token of a normalised text begins and ends."""

    @abstractmethod
    def written(self, before: str | None, piece: str) -> str:
        """What `piece` adds to a text after the piece `before`."""

    @classmethod
    def train(cls, sentences: Iterable[str], size: int = 4000, hides: bool = False) -> Listed:
        marks = len(MARKS) + hides
        if size <= marks:
            raise ValueError(f"a vocabulary of {size} has no room: {marks} are marks")
        normal = map(normaliser.Normalize, sentences)
        counts = Counter(text[i:j] for text in normal for i, j in cls.split(text))
        # Equals in the order of their letters; the mark of a space is no letter of its own.
        ranked = sorted(counts.keys() - {SPACE}, key=lambda one: (-counts[one], one))
        return cls([*[MASK] * hides, *ranked[: size - marks]])

    @classmethod
    def read(cls, path: Path) -> Listed:
        return cls(parsed(path.read_text(encoding="utf-8")))

    def __len__(self) -> int:
        return len(self._pieces)

    def piece(self, index: int) -> str:
        return self._pieces[index]

    def encode(self, text: str) -> list[int]:
        normal = normaliser.Normalize(text)
        return [self._ids.get(normal[i:j], self.unknown) for i, j in self._places(normal)]

    def decode(self, ids: Sequence[int]) -> str:
        kept = [index for index in ids if index >= len(MARKS)]
        return "".join(token.text for token in self.target_tokens(kept))

    def source_tokens(self, typed: str) -> tuple[Token, ...]:
        text, offsets = normaliser.Normalize(typed, with_offsets=True)
        tokens = []
        for i, j in self._places(text):
            index = self._ids.get(text[i:j], self.unknown)
            begin, end = offsets[i], offsets[j]
            tokens.append(Token(index, self.piece(index), typed[begin:end], 0, begin, end))
        places = [(token.begin, token.end) for token in tokens]
        tokens.append(Token(self.end, END, END, 0, mark=True))
        return laid_over(typed, tokens, [*places, None])

    def target_tokens(self, ids: Sequence[int]) -> tuple[Token, ...]:
        tokens, places, whole, before = [], [], "", None
        for index in map(int, ids):
            piece, ends = self.piece(index), index == self.end
            text = self.written(before, piece) if index >= len(MARKS) else ""
            places.append((len(whole), len(whole) + len(text)) if text else None)
            tokens.append(Token(index, piece, END if ends else text, 0, mark=ends))
            whole, before = whole + text, piece
        return laid_over(whole, tokens, places)

    def _places(self, text: str) -> list[tuple[int, int]]:
        """Where each token of a normalised text begins and ends; a mask is never split."""
        if self.mask is None:
            return self.split(text)
        places, done = [], 0
        for hidden in [*re.finditer(re.escape(MASK), text), None]:
            end = len(text) if hidden is None else hidden.start()
            places += [(done + i, done + j) for i, j in self.split(text[done:end])]
            if hidden is not None:
                places.append(hidden.span())
                done = hidden.end()
        return places
