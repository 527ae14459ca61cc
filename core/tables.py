"""A trace as tidy pandas frames: one row a step, a candidate, or a target and source token.

Steps and tokens are counted from 1, as in links, in files and on the screen; nodes of the tree have
the names that a link gives them, which are their places in `Trace.steps`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.trace import Trace


def steps(trace: Trace) -> pd.DataFrame:
    """One row for each step of the whole tree; `parent` is the node before it, if any."""
    depths: list[int] = []
    for step in trace.steps:  # each after its parent
        depths.append(1 if step.parent is None else depths[step.parent] + 1)
    rows = [
        (
            index, step.parent, depths[index], step.token.piece, step.token.text, step.log_prob,
            step.total, step.score, step.rank, step.entropy, step.fate, step.forced, step.replaced,
        )
        for index, step in enumerate(trace.steps)
    ]  # fmt: skip
    frame = pd.DataFrame(
        rows,
        columns=[
            "node", "parent", "step", "target", "text", "log_prob", "total", "score", "rank",
            "entropy", "fate", "forced", "replaced",
        ],
    )  # fmt: skip
    return frame.astype({"parent": "Int64", "rank": "Int64"})


def candidates(trace: Trace) -> pd.DataFrame:
    """One row for each next token that the search considered, in every hypothesis: `expansion`
    is the place of its run in `Trace.expansions`, `hypothesis` the node that it went on from, if
    any, and `place` its rank among those that are listed, from 1."""
    rows = [
        (
            number, one.step, place, item.id, item.piece, item.log_prob, item.total, item.score,
            item.rank, item.fate, item.chance,
        )
        for number, one in enumerate(trace.expansions)
        for place, item in enumerate(one.candidates, 1)
    ]  # fmt: skip
    frame = pd.DataFrame(
        rows,
        columns=[
            "expansion", "hypothesis", "place", "id", "candidate", "log_prob", "total", "score",
            "rank", "fate", "chance",
        ],
    )  # fmt: skip
    frame.insert(5, "probability", np.exp(frame["log_prob"]))
    return frame.astype({"hypothesis": "Int64", "rank": "Int64", "chance": "Float64"})


def attention(trace: Trace, block: str = "cross", leaf: int | None = None) -> pd.DataFrame:
    """One row for each target token and source token on the way to `leaf` (default: the best), both
    counted from 1.

    Scores and weights of what is not visible are missing, not zero, and so are the scores of a
    mean over heads. `block` is one of `Trace.attention`; of a Transformer "source" are the
    keys, whatever they are. Raises LookupError when the model has no such block.
    """
    found = trace.attention(block, leaf)
    rows, columns = np.indices(found.weights.shape)
    shown = found.visible.ravel()
    scores = np.float32(np.nan) if found.scores is None else found.scores.ravel()
    return pd.DataFrame(
        {
            "step": rows.ravel() + 1,
            "target": [found.queries[i] for i in rows.ravel()],
            "source_index": columns.ravel() + 1,
            "source": [found.keys[i] for i in columns.ravel()],
            "score": np.where(shown, scores, np.float32(np.nan)),
            "weight": np.where(shown, found.weights.ravel(), np.float32(np.nan)),
            "visible": shown,
        }
    )
