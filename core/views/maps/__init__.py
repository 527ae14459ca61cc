"""All maps of all heads of a Transformer in one small message.

Shape letters: L layers, H heads, Q queries, K keys.

Scores travel (see core.stage.codec), weights do not: the browser takes the softmax over what is
visible. Masked scores are left out.
"""

from __future__ import annotations

import numpy as np

from core.stage import mathml
from core.stage.codec import quantised
from core.trace import LIMIT, SearchTrace
from core.words import section

BLOCKS = ("encoder", "self", "cross")
CANDIDATES = 5  # next tokens of a step


def payload(trace: SearchTrace, language: str) -> dict:
    """What the script needs to draw every map of `trace`, its steps and the words.

    Raises LookupError for a trace of a model that is no Transformer.
    """
    return {
        "stage": "maps",
        "model": trace.model.name,
        "formula": mathml(trace.model.score.latex),
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
        "blocks": {name: _block(trace, name) for name in BLOCKS},
        "strings": {**section(language, "stage"), **section(language, "maps")},
        "language": language,
    }


def _block(trace: SearchTrace, name: str) -> dict:
    """The maps of one block, labelled."""
    layers, heads = trace.heads(name) or (0, 0)
    if not layers:
        raise LookupError(f"{trace.model.name} has no heads to show")
    one = trace.attention(f"{name}.1.1")
    scores = np.zeros((layers, heads, *one.scores.shape), np.float32)
    if name == "encoder":
        scores[:] = trace.encoder[0]
    else:
        for t, step in enumerate(trace.path()):
            row = next(row for row in step.attention if row.block == name)
            scores[:, :, t, : len(row.visible)] = row.scores
    labels = {"queries": one.queries, "keys": one.keys, "layers": layers, "heads": heads}
    return {**labels, **quantised(scores.reshape(-1, *one.scores.shape), one.visible)}
