"""States and words on a plane, and which lie near: the states of encoder and decoder for a sentence
among those for other sentences, and its words among those of the vocabulary.

Shape letters: S source tokens, M points around.
"""

from __future__ import annotations

import numpy as np

from core.nearby import Around, Likeness, Near
from core.stage import tongues, whole_page, worded
from core.views.nearby import wire
from core.wire import packed
from core.words import say

NEEDS = ("encoder",)


def payload(near: Near, language: str) -> wire.Payload:
    """What the script needs to draw it. Raises ValueError for a model without an encoder."""
    trace = near.trace
    if not {*NEEDS} <= {*trace.model.has}:
        raise ValueError(f"{trace.model.name} has no encoder: it has no states of a source")
    return {
        "stage": "nearby",
        "model": trace.model.name,
        "typed": trace.typed,
        "source": trace.source,
        "how": near.how,
        "target": [step.token for step in trace.path()],
        "states": _around(near.states),
        "written": near.written and _around(near.written),
        "words": _around(near.words),
        "tongues": tongues(trace.model),
        "strings": worded(trace, language, "stage", "nearby"),
        "language": language,
    }


def _around(around: Around) -> wire.Around:
    return {
        "points": packed(around.points.astype(np.float32)),
        "cloud": packed(around.cloud.astype(np.float32)) if len(around.cloud) else None,
        "shares": [float(one) for one in around.shares],
        "near": [list(map(_likeness, each)) for each in around.near],
        "count": around.count,
        "kept": around.kept,
    }


def _likeness(likeness: Likeness) -> wire.Likeness:
    one = likeness.one
    return {
        "text": getattr(one, "sentence", None) or one.piece,
        "begin": getattr(one, "begin", None),
        "end": getattr(one, "end", None),
        "cosine": one.cosine,
        "at": likeness.at,
    }


def named(near: Near) -> str:
    """What a file about it is called, without its ending."""
    return f"heed-nearby-{near.trace.model.name}"


def page(near: Near, language: str = "en", theme: str = "auto") -> str:
    """One HTML file that shows it like the app, with nothing to fetch. `theme` is "auto" (the
    reader's), "light" or "dark"."""
    data = {**payload(near, language), "theme": theme, "exports": {"name": named(near)}}
    return whole_page(
        data, say(language, "nearby.title"), near.trace.typed,
        say(language, "nearby.about", model=near.trace.model.name),
    )  # fmt: skip
