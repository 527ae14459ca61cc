"""What a person asks of a search: read from the address bar, checked, and written back to it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from core.trace import Sampling, SearchTrace
from pages.shared import link
from pages.shared.frame import literal, say

Note = tuple[str, dict]  # the key of a string, and the values to fill in
NOISE = 1e-4  # nats: totals of one sentence differ by less between a batch and a batch of one
PENALTIES = ("none", "average", "wu")
RUNS = ("greedy", "beam", "sampling")


@dataclass(frozen=True)
class Asked:
    """One question; whole numbers and shares as in `Translator.translate` and `Sampling`."""

    text: str
    model: str
    width: int = 5
    penalty: str = "none"
    alpha: float = 0.6
    best: int = 3
    limit: int | None = None  # pieces; None for what the sentence's length allows
    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    seed: int = 1

    def sampling(self) -> Sampling:
        """Raises ValueError where nothing can be drawn."""
        return Sampling(self.temperature, self.top_k, self.top_p, self.seed)


# The least and the greatest value of each number.
RANGES = {
    "width": (1, 10),
    "alpha": (0.0, 2.0),
    "best": (1, 10),
    "limit": (1, 130),
    "temperature": (0.0, 5.0),
    "top_k": (0, 1000),
    "top_p": (0.0, 1.0),
    "seed": (0, 999_999),
}


def read(given: Mapping[str, str], default: Asked) -> tuple[Asked, list[Note]]:
    """What the address bar asks for, over `default`, and what it got wrong."""
    asked, notes = default, []
    if (penalty := given.get("penalty", default.penalty)) in PENALTIES:
        asked = replace(asked, penalty=penalty)
    else:
        values = {"given": literal(penalty), "names": ", ".join(PENALTIES)}
        notes.append(("search_page.wrong_penalty", values))
    for name, (low, high) in RANGES.items():
        if name not in given:
            continue
        kind = type(low)
        try:
            value = kind(given[name])
            if not low <= value <= high:
                raise ValueError
        except ValueError:
            shown = getattr(default, name)
            told = {
                "name": say(f"search_page.{name}"), "given": literal(given[name]), "low": low,
                "high": high, "shown": say("search_page.automatic") if shown is None else shown,
            }  # fmt: skip
            notes.append(("search_page.wrong_number", told))
        else:
            asked = replace(asked, **{name: value})
    if asked.best > asked.width:
        if "best" in given:
            notes.append(("search_page.fewer", {"width": asked.width}))
        asked = replace(asked, best=asked.width)
    return asked, notes


def parameters(asked: Asked) -> dict[str, str]:
    """What goes into the address bar: all that is not as it is by default."""
    usual = Asked(asked.text, asked.model)
    usual = replace(usual, best=min(usual.best, asked.width))
    return {
        field.name: ""
        if field.name not in ("text", "model")
        and getattr(asked, field.name) == getattr(usual, field.name)
        else str(getattr(asked, field.name))
        for field in fields(Asked)
    }


def times(difference: float) -> str:
    """How many times as probable, for a difference of log-probabilities in nats."""
    if difference < math.log(1e6):
        factor = math.exp(difference)
        return f"{factor:,.0f}" if factor >= 100 else f"{factor:.3g}"
    power = math.floor(difference / math.log(10))
    raised = str(power).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{math.exp(difference - power * math.log(10)):.1f} × 10{raised}"


def depth(trace: SearchTrace) -> int:
    """How many steps the search took."""
    depths: list[int] = []
    for step in trace.steps:
        depths.append(1 if step.parent is None else depths[step.parent] + 1)
    return max(depths)


def is_node(trace: SearchTrace, name: str) -> bool:
    """Whether the drawn tree has a node of that name: a step, or a candidate that was let go."""
    first, dot, second = name.partition(".")
    one, other = link.number(first), link.number(second)
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
