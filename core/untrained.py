"""Which score functions no model has yet (no torch)."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from core.manifest import Entry

SCORES = Path(__file__).with_name("scores")


def untrained(known: dict[str, Entry]) -> list[str]:
    """The score functions that no recurrent model of these has: a Transformer's heads have theirs
    by nature, and say nothing of how it compares with the others.

    Their names are read from their files: to load them would load torch.
    """
    trained = {entry.score for entry in known.values() if "recurrence" in entry.facts.has}
    return [name for name in _scores() if name not in trained]


@cache
def _scores() -> list[str]:
    return [
        ast.literal_eval(line.value)
        for path in sorted(SCORES.glob("[!_]*.py"))
        for item in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(item, ast.ClassDef)
        for line in item.body
        if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "name"
    ]
