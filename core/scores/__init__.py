"""Score functions, one file each; a file that is here is found by menus, tests and training."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from torch import Tensor, nn


class ScoreFunction(nn.Module):
    """How well a query matches a key, before any softmax.

    A subclass states its `name`, its formula in LaTeX and its source, and computes
    queries (B, Q, D) and keys (B, K, E) to scores (B, Q, K).
    """

    name: str
    latex: str
    source: str

    def __init__(self, query_size: int, key_size: int):
        super().__init__()

    def forward(self, queries: Tensor, keys: Tensor) -> Tensor:
        raise TypeError(f"{type(self).__name__} does not say how it scores")


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
