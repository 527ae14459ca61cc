"""The tables of teacher forcing against free running, and of calibration, as pages read them,
without the import of pandas."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from contextlib import suppress
from typing import NamedTuple

from core.measurements import about

TASK = "exposure"


class Group(NamedTuple):
    """Some positions of the references, both ways."""

    first: int  # position, from 1
    last: int
    count: int  # sentences that reach it
    forced: float  # −log p of the reference's token, nats
    free: float
    right_forced: float  # share of steps whose likeliest token is the reference's
    right_free: float
    p: float  # of the difference of the two losses


class Bin(NamedTuple):
    """Steps at which a model was about as sure."""

    count: int
    sure: float
    right: float


class Measured(NamedTuple):
    """What was measured of one model."""

    groups: tuple[Group, ...]
    bins: tuple[Bin, ...]
    error: float  # expected calibration error
    sure: float  # mean probability of the likeliest token
    right: float  # share of steps at which it is the reference's
    command: str


def read() -> dict[str, Measured]:
    """By the name of the model; empty where nothing was measured."""
    found: dict[str, Measured] = {}
    for path in about.tables(task=TASK):
        with suppress(OSError, ValueError, KeyError):
            file = about.read(path)
            rows = list(csv.DictReader(file.lines))
            for model in dict.fromkeys(row["model"] for row in rows):
                own = [row for row in rows if row["model"] == model]
                found[model] = _measured(own, file.about["command"])
    return found


def _measured(rows: Iterable[dict[str, str]], command: str) -> Measured:
    values = {(row["measure"], row["slice"], row["setting"], row["against"]): row for row in rows}

    def value(*key: str, part: str = "value") -> float:
        return float(values[key][part])

    groups, bins = [], []
    for measure, where, setting, against in values:
        kind, _, span = where.partition(" ")
        if kind == "position" and (measure, setting, against) == ("reference_loss", "forced", ""):
            first, _, last = span.partition("-")
            groups.append(Group(
                int(first), int(last or first), int(values[measure, where, setting, ""]["count"]),
                value(measure, where, "forced", ""), value(measure, where, "free", ""),
                value("accuracy", where, "forced", ""), value("accuracy", where, "free", ""),
                value(measure, where, "free", "forced", part="p"),
            ))  # fmt: skip
        elif kind == "confidence" and measure == "confidence":
            bins.append(Bin(
                int(values[measure, where, setting, ""]["count"]),
                value(measure, where, setting, ""), value("accuracy", where, setting, ""),
            ))  # fmt: skip
    return Measured(
        tuple(groups), tuple(bins), value("calibration_error", "test", "forced", ""),
        value("confidence", "test", "forced", ""), value("accuracy", "test", "forced", ""), command,
    )  # fmt: skip
