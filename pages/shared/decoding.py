"""A decoding as it is asked for, and what is asked when something was chosen in its picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from core.trace import Trace
from pages.shared import holding, loading
from pages.shared.questions import Decode


def trace_of(asked: Decode) -> Trace:
    """Raises Refused or ModelError."""
    return loading.changed(asked.model, asked.text, asked.whatif)


def following(shown: Decode, choice: Mapping[str, Any]) -> Decode:
    """What is asked when a candidate was chosen, whose path so far is forced, and it after that;
    or when something was changed in the attention. Raises Refused or ModelError."""
    if "held" in choice:
        return replace(shown, **holding.heard(choice["held"]))
    trace = trace_of(shown)
    path = [step.token.id for step in trace.path()][trace.search.typed : choice["step"]]
    return replace(shown, prefix=(*path, choice["id"]))
