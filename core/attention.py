"""The one place where attention happens: scores -> visible mask -> softmax -> weighted sum.

Shape letters: B batch, Q queries, K keys, D size of a value.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor


class Attended(NamedTuple):
    """What attention computed, nothing left out."""

    scores: Tensor  # (B, Q, K), raw, as the score function gave them
    weights: Tensor  # (B, Q, K), zero where not visible; each row sums to one
    context: Tensor  # (B, Q, D)


def attend(
    scores: Tensor, values: Tensor, visible: Tensor | None = None, weights: Tensor | None = None
) -> Attended:
    """Weights and contexts of `scores` (B, Q, K) over `values` (B, K, D); heads are one dimension
    more, (B, H, Q, K) and (B, H, K, D).

    `visible` (broadcastable to (B, Q, K), True = may be read) hides keys; every query must see
    at least one. `weights` (broadcastable likewise) takes the place of the softmax: a what-if.
    α = softmax(score), c = Σ α h̄: Luong et al. 2015, equation 7 and section 3.1.
    """
    if weights is None:
        seen = scores.float()
        if visible is not None:
            seen = torch.where(visible, seen, -torch.inf)
        weights = seen.softmax(-1)
    else:
        weights = weights.to(scores.device, torch.float32).expand(scores.shape)
    return Attended(scores, weights, weights.to(values.dtype) @ values)
