"""What the measuring of a task is made of: rows of the table with their intervals, and the card."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from core.about import read_about
from core.evaluation.bootstrap import Shape, estimate, plain
from core.evaluation.card import Told, trained
from core.manifest import WEIGHTS
from core.measurements.table import Row
from core.record import read_record
from core.words.languages import language

CHECKED = 100  # sentences


class Measure(NamedTuple):
    """One measure of a model: a ratio of sums over sentences, see `core.evaluation.bootstrap`."""

    name: str  # of `core.measurements.table.UNITS`
    parts: np.ndarray  # (N, 2), what each of N sentences adds to numerator and denominator
    setting: str = ""
    shape: Shape = plain


def rows_of(asked: Any, seed: int, *measures: Measure) -> list[Row]:
    """A row of each measure with its interval; then of the first CHECKED sentences, so that whoever
    doubts them can work some out soon; then how many parameters the model has."""
    rows = [
        Row(
            asked.name, one.name, *estimate(one.parts[:count], seed, one.shape),
            count=len(one.parts[:count]), setting=one.setting,
            slice=f"first {count} of test" if count else "test",
        )
        for count in (None, CHECKED)
        for one in measures
        if not count or len(one.parts) > count
    ]  # fmt: skip
    return [*rows, Row(asked.name, "parameters", asked.facts.parameters)]


def stated(told: str, *lines: tuple[str, Row, str]) -> str:
    """A sentence and a table of what was measured, in Markdown: what it is, its row, and how its
    numbers are written. The first is the one to look at."""
    written = []
    for what, row, digits in lines:
        mark = "" if written else "**"
        between = f"{row.low:{digits}} to {row.high:{digits}}"
        written.append(f"| {what} | {mark}{row.value:{digits}}{mark} | {between} |")
    head = "| measure | value | interval |\n| --- | --- | --- |"
    return "\n".join([textwrap.fill(told, 99), "", head, *written])


def card(asked: Any, home: Path, data: str, quality: str, weaknesses: str, told: Told) -> str:
    """The card of the model in the folder `home`, in Markdown; what nobody said it does not say
    either. `data` says how much it learnt of and what was held out, `weaknesses` what it is bad at
    if no person says something else."""
    size = (home / WEIGHTS).stat().st_size / 1e6
    config, record, came = asked.model.config, read_record(home), read_about(home)
    provenance = told.provenance or "Where it comes from and under which licence was not said."
    what = f"{language(came.source, 'en')}. {asked.model.made_of()}"
    data = f"{data} {provenance}"
    remark = told.remark and f"\n{textwrap.fill(told.remark, 99)}\n"
    return f"""# {asked.name}

{textwrap.fill(what, 99)}

## Data

{textwrap.fill(data, 99)}

## Training

| | |
| --- | --- |
| task | {came.task.replace("-", " ")} |
| parameters | {asked.facts.parameters:,} ({size:.1f} MB in half precision) |
| vocabulary | {len(asked.vocabulary):,} {asked.vocabulary.kind} |
{trained(record, config.dropout, "tokens")}
{remark}
## Quality

{quality}

## What it is bad at

{textwrap.fill(told.weaknesses or weaknesses, 99)}
"""
