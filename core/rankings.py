"""How far two lists of numbers rank the same things alike.

Shape letters: S things that are ranked.
"""

from __future__ import annotations

import math

import numpy as np

TOP = 3


def tau(first: np.ndarray, second: np.ndarray) -> float:
    """Kendall's τ-b of two lists (S,), −1 to 1; NaN where one of them ties all.

    τ_b = (C − D) / √((n₀ − n₁)(n₀ − n₂)), C and D the pairs that both order alike and contrary, n₀
    all pairs, n₁ and n₂ those that are tied in either: Kendall 1945, Biometrika 33, p. 239.
    """
    one, two = (np.asarray(each, np.float64) for each in (first, second))
    upper = np.triu_indices(len(one), 1)
    signs = [np.sign(each[:, None] - each[None, :])[upper] for each in (one, two)]
    untied = [np.count_nonzero(each) for each in signs]
    if not all(untied):
        return math.nan
    return float((signs[0] * signs[1]).sum() / math.sqrt(untied[0] * untied[1]))


def overlap(first: np.ndarray, second: np.ndarray, count: int = TOP) -> float:
    """The share of the `count` largest of one list (S,) that are among the other's; of equal ones
    the earlier comes first. Of fewer things than `count` all are among them."""
    tops = [set(np.argsort(-np.asarray(each), kind="stable")[:count]) for each in (first, second)]
    return len(tops[0] & tops[1]) / len(tops[0])


def by_chance(size: int, count: int = TOP) -> float:
    """What `overlap` of two orders of `size` things is on average where neither knows the other."""
    return min(count, size) / size
