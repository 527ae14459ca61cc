"""The few marks in a card's text: *term*, **strong**, [source], {target}, ~context~, `formula`."""

from __future__ import annotations

import re

KINDS = {
    "strong": r"\*\*(.+?)\*\*",
    "em": r"\*(.+?)\*",
    "source": r"\[(.+?)\]",
    "target": r"\{(.+?)\}",
    "context": r"~(.+?)~",
    "formula": r"`(.+?)`",
}
MARK = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in KINDS.items()))


def runs(text: str) -> list[tuple[str, str]]:
    """A text as runs of one kind each: ("plain" or a name of KINDS, text)."""
    found, at = [], 0
    text = " ".join(text.split())
    for match in MARK.finditer(text):
        if match.start() > at:
            found.append(("plain", text[at : match.start()]))
        kind = next(one for one in KINDS if match[one])
        found.append((kind, re.fullmatch(KINDS[kind], match[0])[1]))
        at = match.end()
    if at < len(text):
        found.append(("plain", text[at:]))
    return found


def paragraphs(text: str) -> list[list[tuple[str, str]]]:
    """Paragraphs, between empty lines, as runs."""
    return [runs(one) for one in re.split(r"\n\s*\n", text.strip()) if one.strip()]
