"""The tables of how far explanations agree, and of what probes read, as pages read them, without
the import of pandas."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from contextlib import suppress
from typing import NamedTuple

from core.measurements import about

TASK, PROBES = "explanations", "probes"
CHANCE = "chance"


class Agreed(NamedTuple):
    """How far two explanations agree for one model, or how often a probe is right, with a 95%
    interval."""

    value: float
    low: float
    high: float
    count: int  # sentences


class Tables(NamedTuple):
    """What was measured: by model, measure ("kendall", "overlap", "completeness") and setting."""

    models: tuple[str, ...]
    values: dict[tuple[str, str, str], Agreed]
    commands: tuple[str, ...]


def read(task: str = TASK) -> Tables:
    """The tables of the box of one task; empty where there are none."""
    values, commands = {}, []
    for path in about.tables(task=task):
        with suppress(OSError, ValueError, KeyError):
            file = about.read(path)
            values |= dict(_rows(csv.DictReader(file.lines)))
            commands.append(file.about["command"])
    models = tuple(dict.fromkeys(model for model, _, _ in values))
    return Tables(models, values, tuple(dict.fromkeys(commands)))


def _rows(rows: Iterable[dict[str, str]]):
    for row in rows:
        numbers = (float(row[name]) for name in ("value", "low", "high"))
        yield (row["model"], row["measure"], row["setting"]), Agreed(*numbers, int(row["count"]))
