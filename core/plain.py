"""JSON that anybody may have written: what it holds, or a ValueError."""

from __future__ import annotations

import json
from collections.abc import Callable


def parsed(text: str | bytes, **readers: Callable[[str], object]):
    """What is written in JSON; `readers` are those of `json.loads`. Raises ValueError for what is
    none, and for nesting without end."""
    try:
        return json.loads(text, **readers)
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error
