"""A sentence and its translation as large words, and the lines between them, step by step."""

from __future__ import annotations

from core.heads import MEAN
from core.stage import tongues, words_for
from core.trace import Trace
from core.views.lines.wire import Payload

NEEDS = ()  # without attention there are words, and no lines between them


def payload(trace: Trace, language: str, head: str = MEAN) -> Payload:
    """What the script needs to draw `trace`. Of several heads it draws the one that `head` names,
    or the mean of a layer or of all. Raises LookupError when there is no such head."""
    block = trace.looks if head == MEAN else head
    several = trace.heads() is not None
    return {
        "stage": "lines",
        "trace": (trace.only(block) if several else trace).to_json(),
        "middle": crossing(trace, block),
        "tongues": tongues(trace.model),
        "strings": words_for(trace, language, "lines"),
        "language": language,
    }


def crossing(trace: Trace, block: str = MEAN) -> int | None:
    """The step, counted from 0, in the middle of a crossing: the next one looks farther to the left
    than it. Of several the one before the longest way back, of those the last; None where the
    translation keeps the order of its source, or there is no attention."""
    if not trace.attentions:
        return None
    looked = trace.attention(trace.looks if block == MEAN else block).weights.argmax(-1)
    back = looked[:-1] - looked[1:]  # (T - 1,), positive where the next step looks to the left
    if not len(back) or back.max() <= 0:
        return None
    return int(len(back) - 1 - back[::-1].argmax())
