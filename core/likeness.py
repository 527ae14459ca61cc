"""How alike the layers of a model look: the divergence of their maps (no torch).

Shape letters: L layers, H heads, Q queries, K keys.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from core.distributions import divergence
from core.trace import Trace
from core.wire import frozen


class Likeness(NamedTuple):
    """The Jensen–Shannon divergence of the rows of each two layers, in nats, the mean over all
    queries: 0 on the diagonal, ln 2 at most."""

    means: np.ndarray  # (L, L), of the mean of each layer's heads
    nearest: np.ndarray  # (L, L), of each head and the one of the other layer that is most like it


def likeness(trace: Trace, block: str = "encoder", leaf: int | None = None) -> Likeness:
    """How alike the layers of one attention are, along the path to `leaf` where it is written.

    Heads of two layers have no order in common, so a head is compared with all of the other layer,
    and the mean is taken of the nearest from both sides. Raises LookupError for a block that the
    trace does not have.
    """
    weights = trace.rows(block, leaf).weights  # (L, H, Q, K)
    means = weights.mean(1)
    between = divergence(means[:, None], means[None]).mean(-1)
    heads = np.stack([
        np.stack([divergence(one[:, None], other[None]).mean(-1) for other in weights])
        for one in weights
    ])  # (L, L, H, H), a layer at a time  # fmt: skip
    nearest = (heads.min(-1).mean(-1) + heads.min(-2).mean(-1)) / 2
    return Likeness(frozen(between), frozen(nearest))
