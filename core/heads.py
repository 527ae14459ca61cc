"""How an attention to the source is called: by its name in a trace, and as a person says it."""

from __future__ import annotations

from core.words import say

MEAN = "cross"  # the mean of all heads, or the only attention that there is


def head_name(block: str, language: str) -> str:
    """What a person calls a block of `Trace.attention` to the source: "layer 2, head 5"."""
    place = dict(zip(("layer", "head"), block.split(".")[1:]))
    return say(language, f"head.{('mean', 'layer', 'one')[len(place)]}", **place)
