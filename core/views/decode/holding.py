"""What was changed in the attention of a trace, as the stage takes hold of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from core.asked import as_python
from core.averages import rows
from core.stage.message import Packed
from core.trace import Trace
from core.views.decode.wire import Given, Held
from core.whatif import Replaced
from core.wire import packed
from core.words import say

MILLION = 1_000_000  # weights by hand are whole millionths: a link has the very same numbers
TEMPERATURES = (0.1, 0.2, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0, 3.0, 5.0, 10.0)  # that can be chosen


class Usual(NamedTuple):
    """The average attention of training data: see `core.averages`."""

    grids: Mapping[str, np.ndarray]
    sentences: int


def held(trace: Trace, language: str, head: str, usual: Usual | None = None) -> Held:
    """The what-ifs of `trace`, of which the rows of `head` can be dragged; `usual` is what the
    attention of the model is on average."""
    whatif, several = trace.whatif, trace.heads() is not None

    def name(block: str) -> str:
        if not several:
            return ""
        place = dict(zip(("layer", "head"), block.split(".")[1:]))
        return say(language, f"hold.part_{('all', 'layer', 'head')[len(place)]}", **place)

    def given(row: Replaced) -> Given:
        block, parts = block_of(row), millionths(row.weights)
        return {"step": row.step, "block": block, "name": name(block), "parts": parts}

    parts = head.split(".")
    around = [".".join(parts[:count]) for count in range(len(parts), 0, -1)]
    return {
        "block": head,
        "given": list(map(given, whatif.weights)),
        "temperature": whatif.temperature,
        "forbidden": list(whatif.forbidden),
        "uniform": [{"block": one, "name": name(one)} for one in whatif.uniform],
        "even": [{"block": one, "name": name(one)} for one in around],
        "temperatures": list(TEMPERATURES),
        "python": as_python(trace),
        "average": average(trace, usual, head),
        "averaged": usual.sentences if usual else 0,
    }


def average(trace: Trace, usual: Usual | None, head: str) -> Packed | None:
    """(T, S), how `head` looks on average, for the places of `trace`; None where nobody knows."""
    grid = usual.grids.get(head) if usual else None
    if grid is None:
        return None
    return packed(rows(grid, len(trace.path()), len(trace.source)).astype(np.float32))


def block_of(row: Replaced) -> str:
    """Where a row was given, as a trace names it: "cross", "cross.2", "cross.2.5"."""
    return ".".join([row.block, *(str(one) for one in (row.layer, row.head) if one is not None)])


def millionths(weights: tuple[float, ...] | None) -> list[int] | None:
    """Weights as the stage has them; None where attention is off."""
    return None if weights is None else [round(MILLION * one) for one in weights]
