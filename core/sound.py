"""Whether the numbers of a trace can be what a model computed: of one that somebody sent, every
picture relies on it (no torch)."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from core.trace import Attention, Trace
from core.tree import Search, Token, Tree

ROUNDED = 1e-5  # log-probabilities and chances are rounded to a millionth
TOLERANCE = 1e-2  # rows of weights in half precision sum to one no better
LARGEST = 1e6  # of scores, totals and entropies, in any model that there is
MOST = 2**31  # of whole numbers: places, ranks, ids


def check(trace: Trace) -> None:
    """Raises ValueError for the first number that cannot be."""
    off = any(row.weights is None for row in trace.whatif.weights)
    for one in trace.attentions:
        _check_attention(one, trace.model is not None, off)
    for axis in trace.axes:
        _check_tokens(axis.items)
    for place in trace.filled:
        _check_entropy(place.entropy)
        _check_logs(guess.log_prob for guess in place.guesses)
    if trace.tree:
        _check_tree(trace.tree)


def _check_attention(one: Attention, of_a_model: bool, off: bool) -> None:
    """Weights are between 0 and 1, none where nothing is visible, and what a model computed sums to
    one in each row, or to nothing where attention was switched `off` at a step; scores are finite
    where something is visible."""
    name = f"{one.block[:40]!r}"
    floats = [one.weights, *([] if one.scores is None else [one.scores])]
    if one.visible.dtype != bool or any(array.dtype == bool for array in floats):
        raise ValueError(f"weights or scores of {name} are no numbers, or what is visible is one")
    visible = np.broadcast_to(one.visible, one.weights.shape)
    if one.weights.max(initial=0) > 1 + TOLERANCE:
        raise ValueError(f"a weight of {name} is larger than 1")
    if one.weights[~visible].max(initial=0) > TOLERANCE:
        raise ValueError(f"a weight of {name} stands where nothing is visible")
    sums = one.weights.sum(-1, dtype=np.float64)[visible.any(-1)]
    if of_a_model and not (np.isclose(sums, 1, 0, TOLERANCE) | (off & (sums == 0))).all():
        raise ValueError(f"weights of {name} do not sum to one")
    if one.scores is not None:
        seen = one.scores[visible]
        if not (np.isfinite(seen).all() and np.abs(seen).max(initial=0) <= LARGEST):
            raise ValueError(f"a score of {name} is no number that a model computes")


def _check_tree(tree: Tree) -> None:
    _check_search(tree.search, tree)
    for step in tree.steps:
        _check_totals(step.total, step.score)
        _check_whole(step.rank, 1, "rank")
    _check_logs(step.log_prob for step in tree.steps)
    _check_tokens(step.token for step in tree.steps)
    for run in tree.expansions:
        _check_entropy(run.entropy)
        _check_logs(one.log_prob for one in run.candidates)
        for one in run.candidates:
            _check_totals(one.total, one.score)
            _check_whole(one.rank, 1, "rank")
            _check_whole(one.id, 0, "token")
            if one.chance is not None and not 0 <= one.chance <= 1 + ROUNDED:
                raise ValueError(f"the chance of a token is {one.chance:g}")


def _check_search(search: Search, tree: Tree) -> None:
    """What was asked for are counts, and of each hypothesis no more was typed than it has."""
    for name in ("beam", "best", "limit"):
        _check_whole(getattr(search, name), 1, name)
    _check_whole(search.fixed, 0, "fixed")
    shortest = min(len(tree.path(leaf)) for leaf in tree.leaves)
    if not 0 <= search.typed <= shortest:
        raise ValueError(f"{search.typed} tokens were typed, of {shortest}")
    if not abs(search.alpha) <= LARGEST:
        raise ValueError(f"the strength of the length penalty is {search.alpha:g}")


def _check_tokens(tokens: Iterable[Token]) -> None:
    for token in tokens:
        for name in ("id", "word", "begin", "end"):
            _check_whole(getattr(token, name), 0, name)
        if token.begin is not None and (token.end is None or token.end < token.begin):
            raise ValueError(f"a token begins at {token.begin} and ends at {token.end}")
        if not all(0 < cut < max(2, len(token.text)) for cut in token.cuts):
            raise ValueError(f"a token is cut at {token.cuts[:3]}")


def _check_logs(values: Iterable[float]) -> None:
    if (largest := max(values, default=0)) > ROUNDED:
        raise ValueError(f"the log-probability {largest:g} is above 0")


def _check_totals(*values: float) -> None:
    if not all(abs(one) <= LARGEST for one in values):
        raise ValueError("a total is no number that a model computes")


def _check_entropy(value: float) -> None:
    if not -ROUNDED <= value <= LARGEST:
        raise ValueError(f"the entropy {value:g} is none")


def _check_whole(value: int | None, least: int, name: str) -> None:
    if value is not None and not least <= value <= MOST:
        raise ValueError(f"{name} is {value}")
