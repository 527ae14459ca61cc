"""A trace that was opened, as the views draw it."""

from __future__ import annotations

from core import received
from core.heads import MEAN
from core.refusals import NoTrace
from core.trace import Trace
from core.views import decode, maps, pictures, search, show, stories
from pages.shared import head

FIRST = "greedy"  # what the only run of a search is called


def read(data: bytes) -> Trace:
    """Raises NoTrace for what is no trace, or none that could be drawn."""
    trace = received.received(data)
    for view in received.views_of(trace):  # what a picture stumbles over, it stumbles over here
        try:
            drawn(trace, view, "en", usual(trace))
        except (LookupError, TypeError, ValueError, ArithmeticError) as error:
            raise NoTrace(f"it cannot be drawn: {error}", "undrawn") from error
    return trace


def heads(trace: Trace) -> list[str]:
    """The heads and means that a view of one attention can show; none where it is a single one."""
    found = trace.heads() if trace.tree else None
    return head.blocks(head.Shape(*found, trace.looks)) if found else []


def usual(trace: Trace) -> str:
    """The first head of the last layer: it has scores, where a mean has none."""
    there = heads(trace)
    return f"{trace.looks}.{trace.heads()[0]}.1" if there else MEAN


def drawn(trace: Trace, view: str, language: str, block: str) -> dict:
    """What the stage of that view draws. Raises LookupError or ValueError."""
    if view == "decode":
        return decode.payload(trace, language, block)
    if view == "search":
        return search.payload({FIRST: trace}, {FIRST: trace.model.name}, language, block)
    if view == "pictures":
        return pictures.payload(trace, language)
    if view == "maps":
        return maps.payload(trace, language, whole=True)
    return stories.payload(trace, language) if view == "stories" else show.payload(trace, language)
