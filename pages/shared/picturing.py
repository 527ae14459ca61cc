"""What was measured of the models that write captions, as a table of a page."""

from __future__ import annotations

import csv
from contextlib import suppress

import streamlit as st

from core.measurements import about
from core.pictures.generator import KINDS
from pages.shared.frame import say

TASK = "pictures"
SLICES = {"arrangements": "arrangements", "unseen pairs": "unseen"}


def table() -> None:
    """How many captions are right, and how often a word looks at what it names."""
    found = []
    for path in about.tables(task=TASK):
        with suppress(OSError, ValueError):
            found += csv.DictReader(about.read(path).lines)
    if found:
        with st.expander(say("pictures_page.measured")):
            st.markdown(say("pictures_page.measured_text"))
            st.markdown(written(found))


def written(found: list[dict[str, str]]) -> str:
    """The rows as a table in Markdown, a line for each model, test and kind of board."""
    names = ("model", "on", "right", "points", "chance")
    heads = [say(f"pictures_page.measured_{name}") for name in names]
    lines = ["| " + " | ".join(heads) + " |", "| --- | --- | ---: | ---: | ---: |"]
    for row in found:
        if row["measure"] != "accuracy" or row["slice"] not in SLICES:
            continue
        points = {
            one["block"]: one for one in found
            if one["measure"] == "pointing"
            and all(one[key] == row[key] for key in ("model", "slice", "setting"))
        }  # fmt: skip
        on = say(f"pictures_page.measured_{SLICES[row['slice']]}")
        if row["setting"] in KINDS:
            on = f"{on}: {say('pictures_page.measured_kind_' + row['setting'])}"
        lines.append(
            f"| {row['model']} | {on} | {_between(row)} | {_between(points['cross'])} | "
            f"{_share(points['chance']['value'])} |"
        )
    return "\n".join(lines)


def _between(row: dict[str, str]) -> str:
    return f"{_share(row['value'])} ({_share(row['low'])}–{_share(row['high'])})"


def _share(value: str) -> str:
    return f"{100 * float(value):.1f}%"
