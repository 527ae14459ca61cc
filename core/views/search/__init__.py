"""Searches of one sentence beside each other, each as a tree of all that it looked at."""

from __future__ import annotations

from core.stage import MEAN, head_name, words_for
from core.trace import Trace
from core.tree import RANKED
from core.views.search.wire import Payload

NEEDS = ()


def payload(
    runs: dict[str, Trace], titles: dict[str, str], language: str, head: str = MEAN
) -> Payload:
    """What the script needs to draw searches of one sentence beside each other, by their names.

    `head` as in `payload`.
    """
    first = next(iter(runs.values()))
    several = first.heads() is not None
    shown = {key: trace.only(head) for key, trace in runs.items()} if several else runs
    return {
        "stage": "search",
        "runs": [
            {
                "key": key,
                "title": titles[key],
                "trace": trace.to_json(),
                "ranked": max(trace.search.beam, RANKED),
            }
            for key, trace in shown.items()
        ],
        "head": head_name(head, language) if several else None,
        "strings": words_for(first, language, "search"),
        "language": language,
    }
