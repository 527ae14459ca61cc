"""Attention rollout: how much of each token reaches a place through all layers of attention.

Raw attention of an upper layer tells which positions it read, not which tokens: the layers below
have mixed them. Rollout (Abnar & Zuidema 2020, arXiv 2005.00928, section 3) follows the mixing: of
each layer the mean of its heads A, half of it and half the residual connection, 0.5 A + 0.5 I, rows
renormalised; these are multiplied from the first layer to the last. It takes every head for equally
important and knows nothing of values, norms and feed-forward.

Shape letters: L layers, H heads, S source tokens, T target tokens.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.trace import Trace
from core.wire import frozen


@dataclass(frozen=True, eq=False)
class Rollout:
    """What reaches each place from each token, float32; see `rollout` for what is multiplied."""

    encoder: np.ndarray | None  # (S, S), of the encoder's outputs; rows sum to one
    own: np.ndarray | None  # (T, T), of the decoder by self-attention alone; rows sum to one
    # (T, S), of the decoder's outputs from the source; rows sum to 1 − 2⁻ᴸ
    cross: np.ndarray | None


def mixing(weights: np.ndarray) -> np.ndarray:
    """0.5 A + 0.5 I, rows renormalised, of one layer's `weights` (H, N, N), A their mean: (N, N).

    Abnar & Zuidema 2020, section 3: the residual connection hands on as much as attention brings.
    """
    mixed = 0.5 * weights.mean(0) + 0.5 * np.eye(weights.shape[-1])
    return mixed / mixed.sum(-1, keepdims=True)


def rolled(weights: np.ndarray) -> np.ndarray:
    """The rollout of attention `weights` (L, H, N, N) through all layers: (N, N)."""
    found = np.eye(weights.shape[-1])
    for layer in weights:
        found = mixing(layer) @ found  # the last layer stands leftmost: section 3, equation 1
    return found


def rollout(trace: Trace) -> Rollout:
    """The rollouts of what a Transformer's `trace` read and of the best path of what it wrote; None
    of an attention that it has not.

    Of the encoder and of self-attention they are those of the paper. It has no cross-attention;
    here that is one more layer of the same graph. Source tokens are columns of R (T, S). R begins
    as 0, and in each decoder layer

    - self-attention: R ← M R with M = 0.5 A + 0.5 I;
    - cross-attention C (T, S): R ← 0.5 R + 0.5 C E, with E the encoder's rollout.

    Rows of M and of C E sum to one, so each layer halves what a row of R lacks of one: the rest
    comes from what was written. Raises ValueError for a model of one attention.
    """
    if not {"encoder", "self"} & trace.blocks.keys():
        raise ValueError(f"{trace.model.name} does not attend to itself: nothing can be rolled out")
    own, cross, encoder = (
        trace.rows(name).weights if name in trace.blocks else None
        for name in ("self", "cross", "encoder")
    )
    if encoder is not None:
        encoder = frozen(rolled(encoder))
    if cross is None:
        return Rollout(encoder, None if own is None else frozen(rolled(own)), None)
    source = np.zeros(cross.shape[2:])
    for layer, looks in zip(own, cross, strict=True):
        source = 0.5 * (mixing(layer) @ source) + 0.5 * looks.mean(0) @ encoder
    return Rollout(encoder, frozen(rolled(own)), frozen(source))
