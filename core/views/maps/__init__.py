"""All maps of all heads of a Transformer in one small message.

Shape letters: L layers, H heads, Q queries, K keys.

Scores travel, weights do not: the browser takes the softmax over what is visible. A weight w moves
by at most 2 w (1 - w) ≤ 1/2 times as much as its scores do, so scores in steps of STEP, each off by
half a step at most, leave every weight within STEP / 4. Masked scores are left out.
"""

from __future__ import annotations

import base64
import math

import numpy as np

from core.stage import mathml
from core.trace import LIMIT, Trace
from core.words import section

BLOCKS = ("encoder", "self", "cross")
STEP = 1 / 512  # the most that two neighbouring scores lie apart, so weights are within 5e-4
MOST_BITS = 20  # enough for scores 2048 apart; what lies further apart has larger steps
CANDIDATES = 5  # next tokens of a step


def payload(trace: Trace, language: str) -> dict:
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
    return {**labels, **packed(scores, np.broadcast_to(one.visible[0, 0], scores.shape[1:]))}


def packed(scores: np.ndarray, visible: np.ndarray) -> dict:
    """The scores of maps (N, Q, K) with one mask (Q, K), as bits.

    The scores of each map are its `low` plus whole multiples of its `step`, at most STEP, and the
    multiples have as many bits as its greatest needs; they stand one after another, high bits
    first, in `data`, row by row without those that are masked. `visible` is one bit a cell.
    """
    lows, steps, widths, streams = [], [], [], []
    for own in scores[:, visible].astype(np.float64):
        low, span = float(own.min()), float(np.ptp(own))
        width = min(MOST_BITS, max(1, math.ceil(math.log2(span / STEP + 1))))
        step = span / (2**width - 1) or STEP  # of equal scores, any will do
        multiples = np.rint((own - low) / step).astype(">u4")
        lows.append(low)
        steps.append(step)
        widths.append(width)
        streams.append(np.unpackbits(multiples.view(np.uint8)).reshape(-1, 32)[:, -width:].ravel())
    return {
        "visible": _bits(visible),
        "low": lows,
        "step": steps,
        "bits": widths,
        "data": _bits(np.concatenate(streams)),
    }


def _bits(values: np.ndarray) -> str:
    return base64.b64encode(np.packbits(values).tobytes()).decode()
