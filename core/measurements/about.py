"""Where the table of measurements is and what stands in its file, without the import of pandas,
which would delay a page's first picture."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from core.about import TRANSLATION, About
from core.manifest import MODELS

FILE = "evaluation.csv"  # beside the manifest, and in the folder of an own model
PATH = MODELS / FILE
USUAL = "pieces"  # the tokeniser of the models in it
DIGEST = 12  # digits of a SHA-256 that tell two trainings apart


class File(NamedTuple):
    """The parts of the file; see `core.measurements.table`."""

    about: dict[str, str]  # the comments above the rows
    weights: dict[str, str]  # model -> the first digits of the SHA-256 of its weights
    lines: list[str]  # the columns and the rows, as CSV


# What tells one test set from another: only models that were measured on one are compared.
# What a token is decides what many of the numbers mean.
TEST = ("source", "target", "data", "split", "slice", "tokeniser", "task")


def shipped(tokeniser: str = USUAL, task: str = TRANSLATION) -> Path:
    """Where the table of the shipped models is that have this kind of tokeniser and task."""
    if task != TRANSLATION:
        return PATH.with_stem(task)
    return PATH if tokeniser == USUAL else PATH.with_stem(f"{PATH.stem}-{tokeniser}")


def tables(models: Path | None = None, task: str = TRANSLATION) -> list[Path]:
    """Those of a task that are there, the usual one first; `models` is the folder of another box.
    What is measured of one task says nothing of another."""
    box, stem = models or PATH.parent, shipped(task=task).stem
    return sorted(box.glob(f"{stem}*{PATH.suffix}"), key=lambda path: path.stem)


def same(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether two files were measured on one test set, by what is said above their rows."""
    return all(one.get(key, "") == other.get(key, "") for key in TEST)


def test(
    about: About, sha256: str, first: int | None, tokeniser: str, left_out: int = 0
) -> dict[str, str]:
    """What the file says of the sentences that were measured on, `first` when they were cut to as
    many, `left_out` of them too long to be read, and of what their tokens are."""
    said = (
        about.source,
        about.target,
        f"{about.data} {sha256[:DIGEST]}".strip(),
        f"seed {about.seed}, {about.held_out} sources held out",
        ", ".join(
            [f"first {first}"] * (first is not None)
            + [f"without {left_out} that are too long"] * (left_out > 0)
        ),
        tokeniser,
        about.task if about.task != TRANSLATION else "",
    )
    return {key: value for key, value in zip(TEST, said, strict=True) if value}


def read(path: Path) -> File:
    """The table's file. Raises OSError or ValueError (of its encoding) when it cannot be read."""
    lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    notes: dict[str, str] = {}
    while lines and lines[0].startswith("# "):
        key, _, notes[key] = lines.pop(0)[2:].strip().partition(": ")
    weights = {key[8:]: notes.pop(key) for key in list(notes) if key.startswith("weights ")}
    return File(notes, weights, lines)
