"""All maps of all heads of a Transformer in one small message, or of a large one layer by layer.

Shape letters: L layers, H heads, Q queries, K keys.

Scores travel (see core.stage.codec), weights do not: the browser takes the softmax over what is
visible. Masked scores are left out. Rows of weights that a person changed are the softmax of no
scores, so these rows travel as they are.
"""

from __future__ import annotations

import numpy as np

from core.formulas import rendered
from core.stage import tongues, worded
from core.stage.codec import packed, quantised
from core.trace import Attention, Trace
from core.tree import LIMIT
from core.views.decode.holding import Usual, average, held
from core.views.maps.wire import Block, ByHand, Exact, Layer, Payload, Step, Values
from core.words import section

NEEDS = ("heads",)
BLOCKS = ("encoder", "self", "cross")
CANDIDATES = 5  # next tokens of a step
MOST = 1_000_000  # cells of all maps; above it a layer travels when it is asked for
NEAR = 1e-5  # weights that differ by more are not the softmax of their scores


def payload(
    trace: Trace, language: str, open_at: str = "", whole: bool = False, before: Trace | None = None
) -> Payload:
    """What the script needs to draw every map of `trace`, its steps and the words.

    Of more than MOST cells only the layer of the head `open_at` travels, the last one unless it is
    named, and the others when they are asked for: see `layer`; or all of them, for a page that has
    nobody to ask. Steps are the tokens that were written or, of a model that only reads, the places
    of what it read, with what it would put there. `before` is the same without what was changed in
    its attention.

    Raises LookupError for a trace without heads.
    """
    blocks = blocks_of(trace, open_at, whole)
    return {
        "stage": "maps",
        "model": trace.model.name,
        "typed": trace.typed,
        "source": trace.source if trace.reads_source else (),
        "writes": trace.tree is not None,
        "steps": steps_of(trace),
        "typed_steps": trace.search.typed if trace.tree else 0,
        "cut_off": trace.tree is not None and trace.path()[-1].fate == LIMIT,
        "blocks": blocks,
        "formulas": rendered(
            "query",
            "key",
            "products",
            "product",
            "score_divided",
            "score_undivided",
            "root",
            "softmax",
            "taken",
            "head_context",
            "joined",
            "contribution",
            "added",
            "residual",
        ),
        "tongues": tongues(trace.model),
        "strings": worded(trace, language, "stage", "maps"),
        "language": language,
        "held": held(trace, language, trace.looks) if trace.tree else None,
        "holding": section(language, "hold"),
        "before": before and steps_of(before),
    }


def exact(trace: Trace, head: str) -> Exact:
    """The map of `head`, a head or the mean of a layer, with every digit: for a file of it. The
    rows and columns are those that `payload` names. Raises LookupError for one that there is not.
    """
    found = trace.attention(head)
    return {
        "head": head,
        "scores": None if found.scores is None else packed(found.scores.ravel()),
        "weights": packed(found.weights.ravel()),
    }


def heads(trace: Trace) -> list[str]:
    """All that `exact` knows of a trace, heads and means."""
    return [
        name
        for block in BLOCKS
        if trace.heads(block)
        for layers, count in [trace.heads(block)]
        for layer in range(1, layers + 1)
        for name in (f"{block}.{layer}", *(f"{block}.{layer}.{i}" for i in range(1, count + 1)))
    ]


def layer(trace: Trace, name: str) -> Layer:
    """The maps of one layer, "cross.2", as a block of `payload` with that layer alone. Raises
    LookupError for one that there is not."""
    block, _, number = name.partition(".")
    trace.attention(name)  # or there is no such layer
    if block not in BLOCKS or not number.isdecimal():
        raise LookupError(f"{name!r} is no layer; one is called like {BLOCKS[0]}.1")
    return {"layer": name, **_block(trace, trace.rows(block), (int(number) - 1,))}


def values(trace: Trace, name: str, summed: np.ndarray, usual: Usual | None = None) -> Values:
    """What the heads of a layer, "cross.2", sum by their weights, `summed` (L, H, K, d) being the
    values of all layers, and how they look on average. Raises LookupError for a layer that there
    is not."""
    block, _, number = name.partition(".")
    layers, heads = trace.heads(block) or (0, 0)
    if block not in BLOCKS or not (number.isdecimal() and 1 <= int(number) <= layers):
        raise LookupError(f"{name!r} is no layer of {trace.model.name}")
    around = (block, name, *(f"{name}.{head}" for head in range(1, heads + 1)))
    averages = {one: average(trace, usual, one) for one in around}
    return {
        "valued": name,
        "values": packed(summed[int(number) - 1]),
        "averages": {one: rows for one, rows in averages.items() if rows},
        "averaged": usual.sentences if usual else 0,
    }


def blocks_of(trace: Trace, open_at: str, whole: bool) -> dict[str, Block]:
    """The maps of `payload`. Raises LookupError for a trace without heads."""
    found = {name: trace.rows(name) for name in BLOCKS if trace.heads(name)}
    if not found or "heads" not in trace.model.has:
        raise LookupError(f"{trace.model.name} has no heads to show")
    return {
        name: _block(trace, one, _sent(found, name, open_at, whole)) for name, one in found.items()
    }


def steps_of(trace: Trace) -> list[Step]:
    """The steps of `payload`."""
    if trace.tree:
        return [
            {
                "token": step.token,
                "log_prob": step.log_prob,
                "entropy": step.entropy,
                "candidates": [(one.piece, one.log_prob) for one in step.candidates[:CANDIDATES]],
            }
            for step in trace.path()
        ]
    return [
        {
            "token": (token := trace.source[one.place]),
            "log_prob": next(guess.log_prob for guess in one.guesses if guess.id == token.id),
            "entropy": one.entropy,
            "candidates": [(guess.piece, guess.log_prob) for guess in one.guesses[:CANDIDATES]],
        }
        for one in trace.filled
    ]


def _sent(
    found: dict[str, Attention], name: str, open_at: str, whole: bool
) -> tuple[int, ...]:  # fmt: skip
    """Which layers of a block travel at once, from 0."""
    layers = found[name].shape[0]
    if whole or sum(one.weights.size for one in found.values()) <= MOST:
        return tuple(range(layers))
    block, *place = open_at.split(".")
    asked = block == name and place and place[0].isdecimal() and 1 <= int(place[0]) <= layers
    return (int(place[0]) - 1,) if asked else (layers - 1,)


def _block(trace: Trace, one: Attention, sent: tuple[int, ...]) -> Block:
    """The maps of one block, labelled, with the scores of the layers `sent`."""
    layers, heads = one.shape
    scores = one.scores[list(sent)].reshape(-1, *one.scores.shape[2:])
    return {
        "queries": trace.labels(one.queries), "keys": trace.labels(one.keys), "layers": layers,
        "heads": heads, "sent": sent,
        "by_hand": _by_hand(one, sent) if trace.whatif.weights_changed else None,
        **quantised(scores, np.broadcast_to(one.visible[0, 0], scores.shape[1:])),
    }  # fmt: skip


def _by_hand(one: Attention, sent: tuple[int, ...]) -> ByHand:
    """The rows of those layers whose weights were changed."""
    seen = np.where(one.visible, one.scores.astype(np.float64), -np.inf)[list(sent)]
    with np.errstate(invalid="ignore"):  # a row that sees nothing
        raised = np.exp(seen - seen.max(-1, keepdims=True))
        soft = raised / raised.sum(-1, keepdims=True)
    weights = one.weights[list(sent)]
    apart = ~(np.abs(soft - weights).max(-1) <= NEAR)  # (L, H, Q)
    places = [
        (sent[layer] * one.shape[1] + head, row) for layer, head, row in np.argwhere(apart).tolist()
    ]
    return {"at": places, "weights": packed(weights[apart].astype(np.float32))}
