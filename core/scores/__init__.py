"""Score functions, one file each; a file that is here is found by menus, tests and training."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import NamedTuple

from torch import Tensor, nn


class Letters(NamedTuple):
    """How a formula calls what is compared: Luong's letters, where a model has no others."""

    query: str = "h_t"
    key: str = r"\bar{h}_s"
    size: str = "D"  # dimensions of a query


LUONG = Letters()


class Part(NamedTuple):
    """One vector on the way from a query and its keys to their scores."""

    name: str  # what a view calls it, where it knows the word
    latex: str
    values: Tensor  # (N,), or (K, N) where each key has its own


class Explanation(NamedTuple):
    """How the scores of one query came about, as far as a score function tells.

    score = Σ terms / Π divisors, and where there is a probe also probe · key / Π divisors.
    """

    probe: Part | None = None  # (E,), what each key is multiplied with; None where nothing is
    parts: tuple[Part, ...] = ()  # what the terms are made of, in order
    terms: Part | None = None  # (K, N), what is summed
    divisors: tuple[tuple[str, float], ...] = ()  # LaTeX and value


class ScoreFunction(nn.Module):
    """How well a query matches a key, before any softmax.

    A subclass states its `name` (its file's, with - for _), its `formula` in LaTeX and its
    `source`, and computes scores in two parts: `project` is what keys alone are multiplied with,
    once for a sentence, and `compare` what remains to do for each query.
    """

    name: str
    source: str
    latex: str  # the formula in Luong's letters
    without_root: type[ScoreFunction] | None = None  # the same score, where √D divides this one

    def __init__(self, query_size: int, key_size: int):
        super().__init__()

    def __init_subclass__(cls):
        cls.latex = cls.formula(LUONG)

    @classmethod
    def of_few(cls, query_size: int, key_size: int, keys: int) -> ScoreFunction:
        """One that will never score more than so many keys at once."""
        return cls(query_size, key_size)

    @staticmethod
    def formula(letters: Letters) -> str:
        """The score in LaTeX."""
        raise TypeError("a score function states its formula")

    def project(self, keys: Tensor) -> Tensor:
        """What `compare` needs of the keys (B, K, E): the keys, unless a subclass says more."""
        return keys

    def compare(self, queries: Tensor, projected: Tensor) -> Tensor:
        """Scores (B, Q, K) of queries (B, Q, D) and what `project` made of their keys; any number
        of dimensions may stand before the last two."""
        raise TypeError(f"{type(self).__name__} does not say how it scores")

    def forward(self, queries: Tensor, keys: Tensor) -> Tensor:
        """Scores (B, Q, K) of queries (B, Q, D) and keys (B, K, E)."""
        return self.compare(queries, self.project(keys))

    def explain(self, query: Tensor, keys: Tensor, letters: Letters = LUONG) -> Explanation:
        """What stands between a query (D,), its keys (K, E) and their scores (K,), in `letters`.

        A score that leaves this out is shown by query, key and score alone.
        """
        return Explanation()


@cache
def score_functions() -> dict[str, type[ScoreFunction]]:
    """Every score function by its name, one from each file of this folder."""
    found = {}
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        for item in vars(importlib.import_module(module.name)).values():
            if (
                isinstance(item, type)
                and issubclass(item, ScoreFunction)
                and item.__module__ == module.name
            ):
                found[item.name] = item
    return found


def score_function(name: str) -> type[ScoreFunction]:
    """The score function called `name`. Raises ValueError that lists the names there are."""
    try:
        return score_functions()[name]
    except KeyError:
        known = ", ".join(sorted(score_functions()))
        raise ValueError(f"no score function {name!r}; there are {known}") from None
