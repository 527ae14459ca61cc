"""What was measured of the models that answer turns: which answers they give most often, and how
dull they are by the way in which they are found."""

from __future__ import annotations

import csv
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import streamlit as st

from core import manifest
from core.manifest import ModelError
from core.measurements import about
from pages.shared.frame import literal, say

TASK = "dialogue"
WAYS = ("greedy", "beam=5", "sampling", "people")


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one model, of the box or an own one; none where it was not measured."""
    with suppress(ModelError):
        entry = manifest.entry(name)
        places = [entry.folder / about.FILE] if entry.own else about.tables(task=TASK)
        found = [_read(path, path.stat().st_mtime_ns) for path in places if path.is_file()]
        return [row for table in found for row in table if row["model"] == name]
    return []


@lru_cache(maxsize=8)
def _read(path: Path, modified: int) -> tuple[dict[str, str], ...]:
    """The rows of a table, none of one that cannot be read; the time is there so that a new one is
    read again."""
    with suppress(OSError, ValueError):
        return tuple(csv.DictReader(about.read(path).lines))
    return ()


def dull(name: str) -> frozenset[str]:
    """The answers that a model gives most often; none where that was never measured."""
    return frozenset(row["setting"] for row in rows(name) if row["measure"] == "said")


def why(name: str) -> None:
    """Why the likeliest answer is so often dull, in the numbers of that model where there are
    some."""
    with st.expander(say("dialogue_page.why"), expanded=True):
        st.markdown(say("dialogue_page.why_text"))
        found = rows(name)
        if told := written(found):
            count = next(row["count"] for row in found if row["setting"] == WAYS[-1])
            st.markdown(say("dialogue_page.measured", model=literal(name), count=count))
            st.markdown(told)
            st.markdown(said(found))
        else:
            st.info(say("dialogue_page.unmeasured"))


def written(found: list[dict[str, str]]) -> str:
    """As a table in Markdown a line for each way of finding an answer; empty without such rows."""
    values = {(row["measure"], row["setting"]): row for row in found if row["setting"] in WAYS}
    names = ("way", "dull", "length", "log_prob", "each")
    lines = [
        "| " + " | ".join(say(f"dialogue_page.measured_{one}") for one in names) + " |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for way in WAYS:
        if ("commonest", way) not in values:
            continue
        share, length, total = (
            values[measure, way] for measure in ("commonest", "length", "log_prob")
        )
        each = float(total["value"]) / float(length["value"])
        numbers = (
            f"{_percent(share['value'])} ({_percent(share['low'])}–{_percent(share['high'])})",
            f"{float(length['value']):.1f}", _signed(float(total["value"]), 1), _signed(each, 2),
        )  # fmt: skip
        called = say(f"dialogue_page.way_{way.partition('=')[0]}")
        lines.append(f"| {called} | " + " | ".join(numbers) + " |")
    return "\n".join(lines) if len(lines) > 2 else ""


def said(found: list[dict[str, str]]) -> str:
    """The answers that the model gives most often, and how often."""
    listed = (
        say(
            "dialogue_page.said_one", answer=literal(row["setting"]),
            share=_percent(row["value"]),
        )
        for row in found if row["measure"] == "said"
    )  # fmt: skip
    return say("dialogue_page.said", answers=", ".join(listed))


def _percent(value: str) -> str:
    return f"{100 * float(value):.0f}%"


def _signed(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".replace("-", "−")
