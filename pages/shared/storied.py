"""What was measured of the models that answer questions about stories, as a table of a page."""

from __future__ import annotations

import csv
from contextlib import suppress

import streamlit as st

from core.measurements import about
from core.stories.world import QUESTIONS
from pages.shared.frame import say

TASK = "stories"
OWN = "own"


def rows() -> list[dict[str, str]]:
    """The rows of the tables of the box."""
    found = []
    for path in about.tables(task=TASK):
        with suppress(OSError, ValueError):
            found += csv.DictReader(about.read(path).lines)
    return found


def table() -> None:
    """How many answers are right, and how often a look rests most on a line that supports them."""
    found = rows()
    if not found:
        return
    with st.expander(say("stories_page.measured")):
        st.markdown(say("stories_page.measured_text"))
        st.markdown(written(found))


def written(found: list[dict[str, str]]) -> str:
    """The rows as a table in Markdown, a line for each model, test and kind of question."""
    heads = [say(f"stories_page.measured_{name}") for name in ("model", "on", "right", "line")]
    lines = ["| " + " | ".join(heads) + " |", "| --- | --- | ---: | --- |"]
    for row in found:
        if row["measure"] != "accuracy" or not _shown(row):
            continue
        alike = [
            one for one in found
            if one["measure"] == "supported" and one["block"].startswith("cross.")
            and all(one[key] == row[key] for key in ("model", "slice", "setting"))
        ]  # fmt: skip
        looks = [
            say(
                "stories_page.measured_look", look=one["block"].removeprefix("cross."),
                value=_share(one["value"]),
            )
            for one in alike
        ]  # fmt: skip
        between = f"({_share(row['low'])}–{_share(row['high'])})"
        lines.append(
            f"| {row['model']} | {_on(row)} | {_share(row['value'])} {between} | "
            f"{' · '.join(looks)} |"
        )
    return "\n".join(lines)


def _shown(row: dict[str, str]) -> bool:
    return "statements" not in row["slice"]


def _on(row: dict[str, str]) -> str:
    if row["setting"] in QUESTIONS:
        return f"{say('stories_page.measured_own')}: " + say(
            f"stories_page.measured_kind_{row['setting']}"
        )
    known = {OWN: "own", "longer": "longer"}
    test = row["slice"]
    return say(f"stories_page.measured_{known[test]}") if test in known else f"bAbI {test}"


def _share(value: str) -> str:
    return f"{100 * float(value):.1f}%"
