"""The learning rate over the updates, as warm-up and decay make it: a curve that one changes."""

from __future__ import annotations

from core.views.schedule import wire
from core.words import section


def payload(trained: wire.Trained | None, language: str) -> wire.Payload:
    """What the script needs; beside the curve stands how a model of the box was `trained`."""
    return {
        "stage": "schedule",
        "trained": trained,
        "tongues": {"source": "und", "target": "und"},
        "strings": section(language, "schedule"),
        "language": language,
    }
