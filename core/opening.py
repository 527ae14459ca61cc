"""The head on which pages open: what measuring chose stands in a file beside the weights."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from core.digests import digest_at
from core.facts import Facts
from core.plain import parsed

WEIGHTS = "weights.safetensors"
OPENING = "opening.json"  # in the folder of an own model with heads that was measured


@dataclass(frozen=True)
class Opening:
    """The head on which a page opens that shows one head, and what speaks for it."""

    block: str  # "cross.2.5"
    aer: float | None  # its alignment error rate, 0 to 1, the lowest; None: not measured


def read_opening(folder: Path, facts: Facts) -> Opening | None:
    """The head that measuring chose for the weights in `folder`, or the first of the last layer."""
    if facts.heads is None:
        return first(facts)
    layers, heads = facts.heads
    there = {f"cross.{i}.{j}" for i in range(1, layers + 1) for j in range(1, heads + 1)}
    try:
        told = parsed((folder / OPENING).read_text(encoding="utf-8"))
        weights, found = told.pop("weights"), Opening(**told)
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        weights, found = "", None
    new = found and weights == digest_at(folder / WEIGHTS)
    return found if new and found.block in there else first(facts)


def first(facts: Facts) -> Opening | None:
    """The first head of the last layer by which what is written looks; None where it has none."""
    looks = facts.looks
    if looks is None or "heads" not in facts.has:
        return None
    return Opening(f"{looks.block}.{looks.layers}.1", None)


def write_opening(found: Opening, folder: Path) -> None:
    """Says in the folder of an own model which head pages open on, for the weights it has now."""
    told = {**asdict(found), "weights": digest_at(folder / WEIGHTS)}
    (folder / OPENING).write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
