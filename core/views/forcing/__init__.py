"""One sentence in the way of training and in the way of decoding, step by step, side by side."""

from __future__ import annotations

import math

import numpy as np

from core.exposure import Column, Exposure
from core.stage import tongues, words_for
from core.trace import Trace
from core.views.forcing import wire

NEEDS = ("encoder",)


def payload(trace: Trace, shown: Exposure, language: str) -> wire.Payload:
    """What the script needs to draw `shown`, which was made of `trace`. Raises ValueError for a
    model that reads no source."""
    if not {*NEEDS} <= {*trace.model.has}:
        raise ValueError(f"{trace.model.name} has no encoder: it is measured against no reference")
    kinds = [column.kind for column in shown.columns]
    found = {kind: shown.effect(kind) for kind in kinds}
    slip = shown.slip
    told = slip and {
        "step": slip.step, "id": slip.token, "by_hand": slip.by_hand,
        "piece": shown.columns[-1].pieces[slip.step],
    }  # fmt: skip
    return {
        "stage": "forcing",
        "source": list(shown.source),
        "reference": list(shown.reference),
        "reference_ids": list(shown.reference_ids),
        "text": shown.text,
        "columns": [_column(column, shown) for column in shown.columns],
        "effects": {
            kind: {**one._asdict(), "astray": _number(one.astray)}
            for kind, one in found.items() if one
        },
        "slip": told,
        "tongues": tongues(trace.model),
        "strings": words_for(trace, language, "forcing"),
        "language": language,
    }  # fmt: skip


def _column(column: Column, shown: Exposure) -> wire.Column:
    return {
        "kind": column.kind,
        "read": list(column.read),
        "written": list(column.pieces),
        "written_ids": list(column.written),
        "guesses": [
            [{"id": one.id, "piece": one.piece, "p": round(one.probability, 6)} for one in step]
            for step in column.guesses
        ],
        "log_probs": [_number(one) for one in column.log_probs],
        "weights": None if column.weights is None else np.round(column.weights, 4).tolist(),
        "astray": [_number(one) for one in column.astray],
        "first": shown.first_difference(column.kind),
    }


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(float(value), 5)
