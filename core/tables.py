"""A trace as tidy pandas frames: one row a step, a candidate, or a target and source token."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.trace import SearchTrace


def steps(trace: SearchTrace) -> pd.DataFrame:
    """One row for each step of the whole tree; `parent` is the step before it, if any."""
    rows = [
        (
            index, step.parent, step.token.piece, step.token.text, step.log_prob, step.total,
            step.entropy, step.fate, step.forced, step.replaced,
        )
        for index, step in enumerate(trace.steps)
    ]  # fmt: skip
    frame = pd.DataFrame(
        rows,
        columns=[
            "step", "parent", "target", "text", "log_prob", "total", "entropy", "fate", "forced",
            "replaced",
        ],
    )  # fmt: skip
    return frame.astype({"parent": "Int64"})


def candidates(trace: SearchTrace, leaf: int | None = None) -> pd.DataFrame:
    """One row for each next token considered on the way to `leaf` (default: the best), with its
    rank, probability, and whether it is the one that was taken."""
    rows = [
        (number, rank, item.id, item.piece, item.log_prob, item.id == step.token.id)
        for number, step in enumerate(trace.path(leaf))
        for rank, item in enumerate(step.candidates, 1)
    ]
    frame = pd.DataFrame(rows, columns=["step", "rank", "id", "candidate", "log_prob", "chosen"])
    frame.insert(5, "probability", np.exp(frame["log_prob"]))
    return frame


def attention(trace: SearchTrace, block: str = "cross", leaf: int | None = None) -> pd.DataFrame:
    """One row for each target token and source token on the way to `leaf` (default: the best).

    Scores and weights of what is not visible are missing, not zero. Raises LookupError when the
    model has no such block.
    """
    found = trace.attention(block, leaf)
    rows, columns = np.indices(found.weights.shape)
    shown = found.visible.ravel()
    return pd.DataFrame(
        {
            "step": rows.ravel(),
            "target": [found.queries[i] for i in rows.ravel()],
            "source_index": columns.ravel(),
            "source": [found.keys[i] for i in columns.ravel()],
            "score": np.where(shown, found.scores.ravel(), np.float32(np.nan)),
            "weight": np.where(shown, found.weights.ravel(), np.float32(np.nan)),
            "visible": shown,
        }
    )
