"""Which score functions nobody has trained a model with, without loading any (no torch)."""

from __future__ import annotations

from pathlib import Path

from core.manifest import Entry

SCORES = Path(__file__).with_name("scores")


def untrained(known: dict[str, Entry]) -> list[str]:
    """The score functions that no recurrent model of these has: a Transformer's heads have theirs
    by nature, and say nothing of how it compares with the others.

    A score is called as its file is: to load them would load torch.
    """
    trained = {entry.score for entry in known.values() if "recurrence" in entry.facts.has}
    named = [path.stem.replace("_", "-") for path in sorted(SCORES.glob("[!_]*.py"))]
    return [name for name in named if name not in trained]
