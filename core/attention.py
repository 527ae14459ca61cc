"""The one place where attention happens: scores -> visible mask -> softmax -> weighted sum.

Shape letters: B batch, H heads, Q queries, K keys, D size of a query, E of a value.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from core.whatif import Change


class Attended(NamedTuple):
    """What attention computed, nothing left out."""

    scores: Tensor  # (B, H, Q, K), what enters the softmax
    weights: Tensor  # (B, H, Q, K), zero where not visible; each row sums to one
    context: Tensor  # (B, H, Q, E)


def attend(
    scores: Tensor,
    values: Tensor,
    visible: Tensor | None = None,
    change: Change | None = None,
    size: int = 1,
    bias: Tensor | None = None,
) -> Attended:
    """Weights and contexts of `scores` (B, H, Q, K) over `values` (B, H, K, E); one attention that
    has no heads may leave H out.

    `visible` (broadcastable to the scores, True = may be read) hides keys; every query must see at
    least one. `change` is a what-if, `size` the D that it may divide by; `bias` is added to the
    scores after that. A query whose keys a what-if forbids one and all reads nothing.
    α = softmax(score), c = Σ α h̄: Luong et al. 2015, equation 7 and section 3.1.
    """
    if change is not None:
        scores = scores / change.divisor(size)
        visible = _allowed(visible, scores, change)
    if bias is not None:
        scores = scores + bias
    seen = scores.float()
    if visible is not None:
        seen = torch.where(visible, seen, -torch.inf)
    weights = seen.softmax(-1)
    if change is not None:
        if change.forbidden:
            weights = torch.where(visible.any(-1, keepdim=True), weights, 0)
        weights = _replaced(_uniform(weights, visible, change), change)
    context = weights.to(values.dtype) @ values
    if change is not None and change.off:
        context = context.index_fill(-3, torch.tensor(change.off, device=context.device), 0)
    return Attended(scores, weights, context)


def _allowed(visible: Tensor | None, scores: Tensor, change: Change) -> Tensor | None:
    """What may be read, without the keys that are forbidden."""
    if not change.forbidden:
        return visible
    if visible is None:
        visible = torch.ones_like(scores[..., :1, :], dtype=torch.bool)
    return visible.index_fill(-1, torch.tensor(change.forbidden, device=scores.device), False)


def _uniform(weights: Tensor, visible: Tensor | None, change: Change) -> Tensor:
    """`weights` (B, H, Q, K) with the same weight for all that may be read in uniform heads."""
    if change.uniform == ():
        return weights
    seen = torch.ones_like(weights) if visible is None else visible.expand_as(weights).float()
    even = seen / seen.sum(-1, keepdim=True).clamp(min=1)
    if change.uniform is None:
        return even
    heads = torch.tensor(change.uniform, device=weights.device)
    return weights.index_copy(-3, heads, even.index_select(-3, heads))


def _replaced(weights: Tensor, change: Change) -> Tensor:
    """`weights` (B, H, Q, K) with the rows that were given by hand."""
    if not change.replaced:
        return weights
    weights = weights.clone()
    for row in change.replaced:
        if row.step >= weights.shape[-2]:  # the output came to its end before
            continue
        if row.weights is None:
            given = weights.new_zeros(weights.shape[-1])
        else:
            # Of keys that come later than those that it was given for, nothing is read. A tensor
            # keeps its gradient; one of (B, K) has a row for each of the batch.
            rows = torch.as_tensor(row.weights, dtype=weights.dtype, device=weights.device)
            given = nn.functional.pad(rows, (0, weights.shape[-1] - rows.shape[-1]))
        if row.head is None:
            weights[..., row.step, :] = given
        else:
            weights[..., row.head - 1, row.step, :] = given
    return weights
