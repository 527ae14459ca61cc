"""Searches of one sentence beside each other, each as a tree of all that it looked at."""

from __future__ import annotations

import math

from core.heads import MEAN, head_name
from core.stage import tongues, words_for
from core.trace import Trace
from core.tree import RANKED
from core.views.search.wire import Payload

NEEDS = ()
NOISE = 1e-4  # nats: totals of one sentence differ by less between a batch and a batch of one


def payload(
    runs: dict[str, Trace], titles: dict[str, str], language: str, head: str = MEAN
) -> Payload:
    """What the script needs to draw searches of one sentence beside each other, by their names.

    `head` as in `payload`.
    """
    first = next(iter(runs.values()))
    several = first.heads() is not None
    if head == MEAN:
        head = first.looks
    shown = {key: trace.only(head) for key, trace in runs.items()} if several else runs
    totals = {key: trace.path()[-1].total for key, trace in runs.items()}
    most = max(totals.values()) - NOISE if len(runs) > 1 else math.inf
    return {
        "stage": "search",
        "runs": [
            {
                "key": key,
                "title": titles[key],
                "likeliest": totals[key] >= most,
                "trace": trace.to_json(),
                "ranked": max(trace.search.beam, RANKED),
            }
            for key, trace in shown.items()
        ],
        "head": head_name(head, language) if several else None,
        "tongues": tongues(first.model),
        "strings": words_for(first, language, "search"),
        "language": language,
    }
