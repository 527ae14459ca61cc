"""Several explanations of each written word on one source axis, and searches for other weights.

Shape letters: K rows, T steps, S source tokens, N free heads.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from core.explanations import (
    EPSILONS,
    HUMAN,
    SIGNED,
    Explained,
    Farthest,
    Sought,
    agreement,
    mean_agreement,
)  # fmt: skip
from core.heads import MEAN, head_name
from core.stage import framed, tongues, whole_page, words_for
from core.trace import Trace
from core.views.explain import wire
from core.whatif import Replaced
from core.wire import packed
from core.words import say

NEEDS = ("encoder",)
EPSILON = 0.05


@dataclass(frozen=True, eq=False)
class Shown:
    """All that is drawn; the traces are what the model writes with what a search found."""

    trace: Trace
    explained: Explained
    human: np.ndarray | None = None  # (T, S), see `core.gold`
    sought: Sought | None = None
    written: Trace | None = None
    farthest: Farthest | None = None
    rewritten: Trace | None = None
    epsilon: float = EPSILON


def payload(shown: Shown, language: str) -> wire.Payload:
    """What the script needs to draw `shown`; of steps that are not explained yet there are no
    numbers. Raises ValueError for a trace of a model that reads no source."""
    trace, explained = shown.trace, shown.explained
    if not {*NEEDS} <= {*trace.model.has}:
        raise ValueError(f"{trace.model.name} has no encoder: there is no source to explain by")
    rows = dict(explained.values)
    if shown.human is not None:
        rows[HUMAN] = shown.human[list(explained.steps)]
    complete = explained.completeness
    each, mean = _agreements(list(rows.values()))

    def spread(array: np.ndarray) -> np.ndarray:
        """An array of the steps that are explained, as one of all steps."""
        whole = np.full((len(trace.path()), *array.shape[1:]), np.nan, np.float32)
        whole[list(explained.steps)] = array
        return whole

    looks = "cross" in trace.blocks
    return {
        "stage": "explain",
        "trace": (trace.only(explained.block) if looks else trace).to_json(),
        "rows": [
            {"kind": kind, "signed": kind in SIGNED, "values": packed(spread(values))}
            for kind, values in rows.items()
        ],
        "steps": list(explained.steps),
        "missing": list(explained.missing),
        "complete": complete and {
            part: packed(spread(getattr(complete, part))) for part in ("gained", "error", "points")
        },
        "taus": packed(spread(each[..., 0])),
        "overlaps": packed(spread(each[..., 1])),
        "tau": packed(mean[..., 0]),
        "overlap": packed(mean[..., 1]),
        "head": head_name(explained.block, language) if trace.heads() else None,
        "found": _sought(shown),
        "farthest": _farthest(shown),
        "epsilon": shown.epsilon,
        "epsilons": list(EPSILONS),
        "tongues": tongues(trace.model),
        "strings": words_for(trace, language, "explain"),
        "language": language,
    }  # fmt: skip


def _agreements(arrays: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Of each two rows Kendall's τ-b and the overlap, at each step (T, K, K, 2) and the mean over
    steps (K, K, 2)."""
    count, steps = len(arrays), len(arrays[0])
    each = np.ones((steps, count, count, 2), np.float32)
    mean = np.ones((count, count, 2), np.float32)
    for i, first in enumerate(arrays):
        for j, second in enumerate(arrays[:i]):
            mean[i, j] = mean[j, i] = mean_agreement(first, second)
            for step in range(steps):
                each[step, i, j] = each[step, j, i] = agreement(first[step], second[step])
    return each, mean


def _sought(shown: Shown) -> wire.Searched | None:
    one = shown.sought
    if one is None:
        return None
    listed = shown.trace.path()[one.step].expansion.candidates
    piece = next((candidate.piece for candidate in listed if candidate.id == one.token), "")
    return {
        **_common(shown.trace, one, shown.written), "piece": piece, "outcome": one.outcome,
        "steps": one.steps, "divergence": None, "changed": None, "same": False,
        "before": math.exp(one.before), "after": None if one.after is None else math.exp(one.after),
        "closest": one.closest,
    }  # fmt: skip


def _farthest(shown: Shown) -> wire.Searched | None:
    one = shown.farthest
    if one is None:
        return None
    now = shown.rewritten.path()[one.step]
    before = {each.id: each.log_prob for each in shown.trace.path()[one.step].expansion.candidates}
    return {
        **_common(shown.trace, one, shown.rewritten), "piece": now.token.piece,
        "outcome": "farthest", "steps": 0, "divergence": one.divergence, "changed": one.changed,
        "same": one.same, "before": math.exp(before.get(one.token, -math.inf)),
        "after": math.exp(now.log_prob), "closest": 0.0,
    }  # fmt: skip


def _common(trace: Trace, one: Sought | Farthest, after: Trace | None) -> dict:
    return {
        "step": one.step, "heads": len(one.heads), "own": _numbers(one.own.mean(0)),
        "weights": None if one.weights is None else _numbers(one.weights.mean(0)),
        "distance": one.distance,
        "texts": after and (trace.text, after.text),
        "python": _python(trace, one.step, one.rows) if one.rows else "",
    }  # fmt: skip


def _python(trace: Trace, step: int, rows: tuple[Replaced, ...]) -> str:
    """The call that has it again."""
    path = [one.token.id for one in trace.path()[:step]]
    single = trace.heads() is None
    told = [
        f"Replaced({row.step}, {_weights(row)}"
        + ("" if single else f', "cross", {row.layer}, {row.head}')
        + ")"
        for row in rows
    ]
    lines = ",\n    ".join(told)
    return (
        "from core import load\nfrom core.whatif import Replaced\n"
        f"model = load({trace.model.name!r})\n"
        f"weights = [\n    {lines},\n]\n"
        f"trace = model.translate({trace.typed!r}, prefix={path}, weights=weights)\n"
    )


def _weights(row: Replaced) -> str:
    """As exactly as single precision has them."""
    return f"({', '.join(str(np.float32(one)) for one in row.weights)},)"


def _numbers(array: np.ndarray) -> list[float]:
    return [float(f"{one:.7g}") for one in np.asarray(array, float)]


def named(trace: Trace, head: str = MEAN) -> str:
    """What a file about `trace` is called, without its ending."""
    chosen = "" if head == MEAN or trace.heads() is None else f"-{head}"
    return f"heed-explain-{trace.model.name}{chosen}"


def page(shown: Shown, language: str = "en", theme: str = "auto") -> str:
    """One HTML file that shows it like the app, with nothing to fetch; searches that were made are
    in it. `theme` is "auto" (the reader's), "light" or "dark"."""
    data = {
        **payload(shown, language), "theme": theme,
        "exports": {"name": named(shown.trace, shown.explained.block)},
    }  # fmt: skip
    return whole_page(
        data, say(language, "explain.title"), shown.trace.typed,
        say(language, "explain.about", model=shown.trace.model.name),
    )  # fmt: skip


def notebook(shown: Shown, language: str = "en") -> str:
    """The page in a frame of its own, for the output cell of a notebook."""
    from core.figures.still import still  # with plotly, which no page may load for this

    return framed(page(shown, language), still(shown.trace), repr(shown.trace), language)
