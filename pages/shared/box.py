"""The models in the box as pages know them: what each has, and which ones pages open with."""

from __future__ import annotations

from core import manifest

DEFAULT = "eng-fra-general"
PREFERRED = (DEFAULT, "eng-fra-dot", "eng-fra-concat")  # side by side, as far as they are there


def has(entry: manifest.Entry, *needs: str) -> bool:
    """Whether that model has all of these: "heads", "positions", "recurrence", …"""
    return set(entry.facts.has) >= set(needs)


def label(entry: manifest.Entry, none: str) -> str:
    """What a model is called in a menu; `none` says that it has no attention."""
    kind = short(entry)
    if kind.casefold() == entry.cell.casefold():
        return kind
    return f"{kind if entry.score else none} · {entry.cell}"


def short(entry: manifest.Entry) -> str:
    """What a model is called beside others of its languages."""
    return entry.name.removeprefix(f"{entry.source}-{entry.target}-")
