"""Entropy of rows of weights, and the divergence of two: in nats, on numpy arrays alone."""

from __future__ import annotations

import math

import numpy as np


def entropy(weights: np.ndarray) -> np.ndarray:
    """−Σ α ln α of each row of `weights` (..., S): (...), in nats.

    0 where one source token has all, ln S where all have the same; nothing is added where α is 0.
    """
    weights = np.asarray(weights, np.float64)
    return -(weights * np.log(weights, out=np.zeros_like(weights), where=weights > 0)).sum(-1)


def divergence(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """The Jensen–Shannon divergence of the rows of two arrays (..., S): (...), in nats.

    0 for equal rows, ln 2 for rows that share no source token. The entropy of the mean less the
    mean of the entropies: Lin 1991, IEEE Transactions on Information Theory 37(1), section IV,
    with equal weights.
    """
    first, second = np.asarray(first, np.float64), np.asarray(second, np.float64)
    found = entropy((first + second) / 2) - (entropy(first) + entropy(second)) / 2
    return found.clip(0, math.log(2))  # rounding alone leads out of this range
