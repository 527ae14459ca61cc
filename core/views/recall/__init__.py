"""What the last state of a recurrent encoder holds: the words that probes read from it again, how
often they are right by place and by length, and how much it moves with each place of the source.

Shape letters: S source tokens.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from core.measurements.explanations import Agreed, Tables
from core.remembered import Encoded, Recall
from core.stage import tongues, whole_page, worded
from core.views.recall import wire
from core.wire import packed
from core.words import say

NEEDS = ("recurrence", "encoder")
STATE, CONTROL, HERE = TASKS = ("state", "control", "at its place")


@dataclass(frozen=True, eq=False)
class Remembered:
    """All that is drawn; without probes of its own a model has slopes alone."""

    encoded: Encoded
    slopes: np.ndarray | None  # (S,)
    recall: Recall | None
    measured: Tables


def payload(shown: Remembered, language: str) -> wire.Payload:
    """What the script needs to draw it. Raises ValueError for a model that is not recurrent, or has
    no encoder."""
    trace, found = shown.encoded.trace, shown.recall
    if not {*NEEDS} <= {*trace.model.has}:
        raise ValueError(f"{trace.model.name} hands over no last state")
    figures = {
        (measure, setting): one
        for (model, measure, setting), one in shown.measured.values.items()
        if model == trace.model.name
    }
    return {
        "stage": "recall",
        "model": trace.model.name,
        "typed": trace.typed,
        "source": trace.source,
        "slopes": None if shown.slopes is None else packed(shown.slopes.astype(np.float32)),
        "known": found.known if found else 0,
        "count": found.count if found else 0,
        "recalled": _recalled(found) if found else None,
        "guessed": [*found.guessed] if found else [],
        "curves": _curves(figures) if found else [],
        "whole": {
            f"{measure} {setting}": one._asdict()
            for (measure, setting), one in figures.items()
            if found and not _numbered(setting)
        },
        "command": " ".join(shown.measured.commands[:1]) if found else "",
        "attends": "cross-attention" in trace.model.has,
        "both": any(one.backward for one in shown.encoded.sweeps),
        "tongues": tongues(trace.model),
        "strings": worded(trace, language, "stage", "recall"),
        "language": language,
    }


def _recalled(found: Recall) -> list[wire.Recalled | str]:
    return [one if isinstance(one, str) else asdict(one) for one in found.recalled]


def _numbered(setting: str) -> tuple[str, str, int] | None:
    """The task, "place" or "words", and the number of a setting such as "state, place 3"."""
    task, _, last = setting.rpartition(", ")
    parts = {*last.split()}
    for by in ("place", "words"):
        if task and by in parts:
            return task, by, int(next(part for part in parts if part.isdecimal()))
    return None


def _curves(figures: dict[tuple[str, str], Agreed]) -> list[wire.Curve]:
    found: dict[tuple[str, str], dict[int, Agreed]] = {}
    for (measure, setting), one in figures.items():
        place = _numbered(setting)
        if measure == "recall" and place:
            task, by, number = place
            found.setdefault((task, by), {})[number] = one
    return [
        {
            "task": task, "by": by, "at": sorted(each),
            "figures": [each[number]._asdict() for number in sorted(each)],
        }
        for (task, by), each in sorted(found.items(), key=lambda one: TASKS.index(one[0][0]))
    ]  # fmt: skip


def named(shown: Remembered) -> str:
    """What a file about it is called, without its ending."""
    return f"heed-recall-{shown.encoded.trace.model.name}"


def page(shown: Remembered, language: str = "en", theme: str = "auto") -> str:
    """One HTML file that shows it like the app, with nothing to fetch. `theme` is "auto" (the
    reader's), "light" or "dark"."""
    trace = shown.encoded.trace
    data = {**payload(shown, language), "theme": theme, "exports": {"name": named(shown)}}
    return whole_page(
        data, say(language, "recall.title"), trace.typed,
        say(language, "recall.about", model=trace.model.name),
    )  # fmt: skip
