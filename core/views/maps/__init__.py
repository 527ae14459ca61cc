"""All maps of all heads of a Transformer in one small message.

Shape letters: L layers, H heads, Q queries, K keys.

Scores travel (see core.stage.codec), weights do not: the browser takes the softmax over what is
visible. Masked scores are left out.
"""

from __future__ import annotations

import numpy as np

from core.formulas import rendered
from core.stage import tongues
from core.stage.codec import packed, quantised
from core.trace import Trace
from core.tree import LIMIT
from core.views.maps.wire import Exact, Payload
from core.words import section

NEEDS = ("heads", "encoder-attention", "self-attention", "cross-attention")
BLOCKS = ("encoder", "self", "cross")
CANDIDATES = 5  # next tokens of a step


def payload(trace: Trace, language: str) -> Payload:
    """What the script needs to draw every map of `trace`, its steps and the words.

    Raises LookupError for a trace in which one of the three has no heads, ValueError for one in
    which weights were given by hand: they are the softmax of no scores.
    """
    if trace.whatif.weights:
        raise ValueError(
            "weights of this trace were given by hand, and these maps are drawn from scores: make "
            "the trace again without them"
        )
    tokens = trace.axis("source").kind
    blocks = {name: _block(trace, name) for name in BLOCKS}
    return {
        "stage": "maps",
        "model": trace.model.name,
        "typed": trace.typed,
        "source": trace.source,
        "steps": [
            {
                "token": step.token,
                "log_prob": step.log_prob,
                "entropy": step.entropy,
                "candidates": [(one.piece, one.log_prob) for one in step.candidates[:CANDIDATES]],
            }
            for step in trace.path()
        ],
        "cut_off": trace.path()[-1].fate == LIMIT,
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
        "strings": {
            **section(language, "stage", tokens),
            **section(language, "maps", tokens),
        },
        "language": language,
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
        for layers, count in [trace.heads(block)]
        for layer in range(1, layers + 1)
        for name in (f"{block}.{layer}", *(f"{block}.{layer}.{i}" for i in range(1, count + 1)))
    ]


def _block(trace: Trace, name: str) -> dict:
    """The maps of one block, labelled."""
    layers, heads = trace.heads(name) or (0, 0)
    if not layers:
        raise LookupError(f"{trace.model.name} has no heads to show")
    one = trace.rows(name)
    scores = one.scores.reshape(-1, *one.scores.shape[2:])
    labels = {
        "queries": trace.labels(one.queries), "keys": trace.labels(one.keys), "layers": layers,
        "heads": heads,
    }  # fmt: skip
    return {**labels, **quantised(scores, np.broadcast_to(one.visible[0, 0], scores.shape[1:]))}
