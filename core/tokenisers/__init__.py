"""Text to tokens and back behind one protocol, one file a way to split it, found by being here;
what they share stands in `text`."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import ClassVar

import numpy as np

from core.tree import END, START, Token

MARKS = ("<pad>", "<unk>", START, END)  # what ours write for the ids 0 to 3
# A piece that stands for what no piece was learnt for: a byte, or the mark of the unknown.
STRANGE = re.compile(r"<0x[0-9A-F]{2}>|<unk>")


class Tokeniser(ABC):
    """What splits a text into tokens that a model reads, and makes a text of those it writes.

    The marks are those of ours; another's may stand elsewhere, so callers ask for them by name.
    """

    kind: ClassVar[str]  # "pieces", "characters" or "words"
    file: ClassVar[str]  # what it is called in a model's folder
    model: bytes  # what that file holds
    most: int = 60  # tokens of the longest source that a model is trained on and asked to read
    fixed: tuple[int, ...] = ()  # what every output begins with, such as the mark of a language
    pad, unknown, start, end = range(len(MARKS))
    # The token that stands where another is hidden, and that a person types as `MASK`; it is never
    # split and never written. None where there is none.
    mask: int | None = None

    @classmethod
    @abstractmethod
    def train(cls, sentences: Iterable[str], size: int, hides: bool = False) -> Tokeniser:
        """The one of at most `size` tokens that fits `sentences` best; one that `hides` has a
        `mask` among them. Raises ValueError for a size that cannot be."""

    @classmethod
    @abstractmethod
    def read(cls, path: Path) -> Tokeniser:
        """What `model` was written to `path`. Raises ValueError for anything else."""

    @abstractmethod
    def __len__(self) -> int:
        """How many tokens there are, the marks among them."""

    @abstractmethod
    def piece(self, index: int) -> str:
        """The token as the vocabulary writes it, "▁" for a space."""

    @abstractmethod
    def encode(self, text: str) -> list[int]:
        """The ids of the tokens of `text`, without an end mark."""

    @abstractmethod
    def decode(self, ids: Sequence[int]) -> str:
        """The text of `ids`; marks leave no trace in it."""

    @abstractmethod
    def source_tokens(self, typed: str) -> tuple[Token, ...]:
        """`typed` as tokens that keep its characters, and the end mark as a word of its own, which
        says that it is a `mark`.

        The text of a token is `typed[token.begin : token.end]`; the end mark has no place.
        """

    def prompt_tokens(self, typed: str) -> tuple[Token, ...]:
        """What is read of a text that is to be written on: the first of the tokens is read before
        anything is written, and no end mark closes it."""
        start = Token(self.start, self.piece(self.start), "", 0, mark=True)
        return (start, *self.source_tokens(typed)[:-1])

    @abstractmethod
    def target_tokens(self, ids: Sequence[int]) -> tuple[Token, ...]:
        """`ids` as tokens whose texts, put together, are the decoded text; the end mark says that
        it is a `mark`."""

    @cached_property
    def allowed(self) -> np.ndarray:
        """bool (V,): which tokens may be written. Of the marks it is the end mark alone."""
        allowed = np.ones(len(self), bool)
        allowed[[self.pad, self.unknown, self.start]] = False
        if self.mask is not None:
            allowed[self.mask] = False
        return allowed


@cache
def tokenisers() -> dict[str, type[Tokeniser]]:
    """Every tokeniser by its kind, one from each file of this folder."""
    found = {}
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        for item in vars(importlib.import_module(module.name)).values():
            if (
                isinstance(item, type)
                and issubclass(item, Tokeniser)
                and item.__module__ == module.name
                and not inspect.isabstract(item)
            ):
                found[item.kind] = item
    return found


def tokeniser(kind: str) -> type[Tokeniser]:
    """The tokeniser of that kind. Raises ValueError that lists the kinds there are."""
    try:
        return tokenisers()[kind]
    except KeyError:
        known = ", ".join(sorted(tokenisers()))
        raise ValueError(f"no tokeniser {kind!r}; there are {known}") from None
