"""Searches of one sentence beside each other, and what their traces say."""

from __future__ import annotations

import math

from core.trace import Trace
from core.tree import Search as How
from core.views import search as view
from core.words import say
from pages.shared import loading
from pages.shared.fields import number
from pages.shared.questions import Search
from pages.shared.shelf import kept


def runs(asked: Search) -> dict[str, Trace]:
    """The runs that stand beside each other. Raises Refused or ModelError."""
    limits = (asked.limit, asked.penalty, asked.alpha)
    hows = {"greedy": How(1, 1, *limits), "beam": How(asked.width, asked.best, *limits)}
    if sampling := asked.sampling():
        hows["sampling"] = How(1, 1, *limits, sampling)
    found = loading.searches(asked.model, asked.text, asked.prefix, tuple(hows.values()))
    return dict(zip(hows, found, strict=True))


@kept
def drawn(asked: Search, block: str, language: str) -> dict:
    """What the stage draws of them through that head. Raises Refused or ModelError."""
    sampled = {"temperature": f"{asked.temperature:g}", "seed": asked.seed}
    titles = {
        "greedy": say(language, "search_page.greedy"),
        "beam": say(language, "search_page.beam", width=asked.width),
        "sampling": say(language, "search_page.sampled", **sampled),
    }
    return view.payload(runs(asked), titles, language, block)


def times(difference: float) -> str:
    """How many times as probable, for a difference of log-probabilities in nats."""
    if difference < math.log(1e6):
        factor = math.exp(difference)
        return f"{factor:,.0f}" if factor >= 100 else f"{factor:.3g}"
    power = math.floor(difference / math.log(10))
    raised = str(power).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{math.exp(difference - power * math.log(10)):.1f} × 10{raised}"


def change(before: float, now: float, missed: bool, language: str) -> str:
    """What a forced word did to the total log-probability of a result, in nats; empty where it did
    nothing. `missed` says that the search was free before: then a better one had escaped it."""
    if abs(now - before) < view.NOISE:
        return ""
    told = "less_probable" if now < before else "missed" if missed else "more_probable"
    return say(language, f"search.{told}", factor=times(abs(now - before)))


def depth(trace: Trace) -> int:
    """How many steps the search took."""
    depths: list[int] = []
    for step in trace.steps:
        depths.append(1 if step.parent is None else depths[step.parent] + 1)
    return max(depths)


def is_node(trace: Trace, name: str) -> bool:
    """Whether the drawn tree has a node of that name: a step, or a candidate that was let go."""
    first, dot, second = name.partition(".")
    one, other = number(first), number(second)
    if one is None or (dot and other is None):
        return name == "start"
    if not dot:
        return one < len(trace.steps)
    if one >= len(trace.expansions):
        return False
    expansion = trace.expansions[one]
    taken = {step.token.id for step in trace.steps if step.expansion is expansion}
    listed = expansion.candidates
    return other < len(listed) and listed[other].id not in taken
