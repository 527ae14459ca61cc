"""Anybody's attention as a trace: an array with labels for its sides, checked before it is shown.

Shape letters: L layers, H heads, Q queries, K keys.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from core.trace import LABELS, Attention, Axis, Trace
from core.tree import Token
from core.wire import frozen

TOLERANCE = 1e-3  # weights in half precision sum to one no better
MASKED = -1e4  # scores as low as this, with a weight of 0, are masks of models that have no −∞
CELLS = 4_000_000  # in all maps: a page of about 25 MB
SIDE = 500  # queries or keys of one map
HEADS = 120  # heads of a layer, or layers

SHAPES = "(queries, keys), (heads, queries, keys) or (layers, heads, queries, keys)"


def trace_of(
    weights,
    queries: Iterable | None = None,
    keys: Iterable | None = None,
    scores=None,
    visible=None,
    title: str = "",
) -> Trace:
    """A trace of no model, whose one attention has these weights, in single precision.

    `weights` is an array of numpy or torch, or lists of numbers or arrays: (Q, K), (H, Q, K) or
    (L, H, Q, K), or (L, 1, H, Q, K) with a batch of one sentence; `scores`, before the softmax, has
    the same shape. `visible` says where a key may be read and fits by numpy's broadcasting; without
    it that is everywhere but where a score is −∞, or so low that it stands for that. Labels are
    "1", "2", … where none are given.

    Raises ValueError for what does not fit, in a sentence that says what would. Rows that do not
    sum to one are not refused: see `loose`.
    """
    given = _numbers("weights", weights)
    weights = _whole("weights", given)
    shape = weights.shape
    _check_size(weights)
    if scores is not None:
        scores = _numbers("scores", scores)
        if scores.shape != given.shape:
            raise ValueError(
                f"scores must have the shape of weights, {given.shape}, but came with "
                f"{scores.shape}: give one score for each weight"
            )
        scores = _whole("scores", scores)
    axes = tuple(
        Axis(name, LABELS, _labels(name, labels, count, part))
        for name, labels, count, part in zip(
            ("queries", "keys"), (queries, keys), shape[2:], ("row", "column")
        )
    )
    if visible is None:
        visible = np.ones((1, 1, 1, 1), bool)
        if scores is not None:
            visible = ~((scores <= MASKED) & (weights == 0))
    else:
        visible = _mask(visible, given.shape, shape)
    there = np.broadcast_to(visible, shape)
    _check_weights(weights, there, given.ndim)
    if scores is not None:
        _refuse(
            there & ~np.isfinite(scores), scores, given.ndim,
            "scores must be finite where something is visible", "mask that cell with visible=",
        )  # fmt: skip
        scores = frozen(np.where(there, scores, np.nan))
    attention = Attention(
        "attention", "queries", "keys", scores, frozen(np.where(there, weights, 0)),
        frozen(_small(visible), bool),
    )  # fmt: skip
    return Trace(None, str(title), axes, (attention,))


def loose(trace: Trace) -> np.ndarray:
    """The sums of those rows that have something visible and do not sum to one.

    A softmax makes rows that do, but whoever leaves out keys, averages, or looks at weights after
    dropout has rightly others: they are shown as they are, and told of.
    """
    one = trace.attentions[0]
    some = np.broadcast_to(one.visible, one.weights.shape).any(-1)
    sums = one.weights.sum(-1, dtype=np.float64)[some]
    return sums[np.abs(sums - 1) > TOLERANCE]


def _plain(values):
    """Without torch: its tensors, wherever they stand, are known by what they can do."""
    if hasattr(values, "detach"):
        return values.detach().cpu().float().numpy()
    return [_plain(one) for one in values] if isinstance(values, list | tuple) else values


def _numbers(name: str, values) -> np.ndarray:
    try:
        with np.errstate(over="ignore"):
            array = np.asarray(_plain(values), np.float32)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"{name} must be one array of numbers, but what came cannot be made one ({error}): "
            f"give it the shape {SHAPES}"
        ) from error
    return array[:, 0] if array.ndim == 5 and array.shape[1] == 1 else array


def _whole(name: str, array: np.ndarray) -> np.ndarray:
    """As (L, H, Q, K)."""
    if not 2 <= array.ndim <= 4:
        hint = "choose one sentence of a batch" if array.ndim > 4 else "give a row of keys a query"
        raise ValueError(
            f"{name} must have the shape {SHAPES}, but came with {array.ndim} "
            f"dimension{'' if array.ndim == 1 else 's'}, {array.shape}: {hint}"
        )
    return array.reshape((1,) * (4 - array.ndim) + array.shape)


def _check_size(weights: np.ndarray) -> None:
    if not weights.size:
        raise ValueError(
            f"weights must hold a number at least, but came empty, with the shape {weights.shape}: "
            "give one query and one key or more"
        )
    for names, most, counts in (
        ("layers and heads", HEADS, weights.shape[:2]),
        ("queries and keys", SIDE, weights.shape[2:]),
    ):
        if max(counts) > most:
            raise ValueError(
                f"a picture has at most {most} {names}, but {counts[0]:,} and {counts[1]:,} came: "
                "choose some, such as weights[:8] or weights[..., :100, :100] with their labels"
            )
    if weights.size > CELLS:
        raise ValueError(
            f"a picture holds at most {CELLS:,} cells in all its maps, but {weights.size:,} came: "
            "choose some layers or heads, such as weights[:4]"
        )


def _labels(name: str, labels: Iterable | None, count: int, part: str) -> tuple[Token, ...]:
    if labels is None:
        labels = range(1, count + 1)
    try:
        texts = [str(one) for one in (labels.tolist() if hasattr(labels, "tolist") else labels)]
    except TypeError:
        texts = []
    if len(texts) != count:
        raise ValueError(
            f"{name} must be {count} label{'s' * (count != 1)}, one for each {part} of weights, "
            f"but {len(texts)} came: give as many as there are {part}s, or leave them out"
        )
    return tuple(Token(place, text, text, place) for place, text in enumerate(texts))


def _mask(visible, given: tuple[int, ...], shape: tuple[int, ...]) -> np.ndarray:
    """(L, H, Q, K), or with ones where it is the same for all. `given` is the shape of weights."""
    mask = _numbers("visible", visible)
    if not np.isin(mask, (0, 1)).all():
        raise ValueError(
            "visible must be True where a key may be read and False elsewhere, but holds "
            f"{mask[~np.isin(mask, (0, 1))][0]:g}: of a mask that is added to scores give mask == 0"
        )
    try:
        np.broadcast_to(mask, given)
    except ValueError as error:
        raise ValueError(
            f"visible must fit the shape of weights, {given}, but came with {mask.shape}: give one "
            "value for each weight, or for each query and key"
        ) from error
    return mask.reshape((1,) * (len(shape) - mask.ndim) + mask.shape).astype(bool)


def _check_weights(weights: np.ndarray, there: np.ndarray, dimensions: int) -> None:
    into = "give here what comes out of a softmax, and what goes in as scores="
    for wrong, rule, cure in (
        (
            ~np.isfinite(weights),
            "finite where something is visible",
            "mask that cell with visible=",
        ),
        (weights < 0, "0 or more", into),
        (weights > 1 + TOLERANCE, "at most 1", into),
    ):
        _refuse(there & wrong, weights, dimensions, f"weights must be {rule}", cure)
    _refuse(
        ~there & (np.abs(weights) > TOLERANCE), weights, dimensions,
        "weights must be 0 where visible is False",
        "mend the mask, in which True stands for what may be read",
    )  # fmt: skip


def _refuse(wrong: np.ndarray, array: np.ndarray, dimensions: int, rule: str, cure: str) -> None:
    """Raises ValueError for the first place that is wrong, as whoever gave the array counts."""
    if wrong.any():
        place = np.unravel_index(wrong.argmax(), wrong.shape)
        index = ", ".join(str(i) for i in place[-dimensions:])
        raise ValueError(f"{rule}, but there is {array[place]:g} at [{index}]: {cure}")


def _small(mask: np.ndarray) -> np.ndarray:
    """A mask with ones where it is the same for all layers and heads, or everywhere."""
    if mask.all():
        return mask[:1, :1, :1, :1]
    return mask[:1, :1] if (mask == mask[:1, :1]).all() else mask
