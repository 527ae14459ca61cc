"""Links between words that people drew, as one more row beside explanations (numpy, no torch).

Words are what stands between spaces, as in the files of aligned sentences: "2-3" links the second
word that is read with the third that is written, "2p3" says that the link is possible, not sure.

Shape letters: T target tokens, S source tokens.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from core.tree import Token

SURE, POSSIBLE = 1.0, 0.5
LINK = re.compile(r"([1-9][0-9]{0,3})([-p])([1-9][0-9]{0,3})")


def links(text: str) -> dict[tuple[int, int], float]:
    """What `text` links, places from 0: SURE or POSSIBLE. Raises ValueError, which names it, for
    what is no link."""
    found = {}
    for one in text.replace(",", " ").split():
        parts = LINK.fullmatch(one)
        if not parts:
            raise ValueError(one)
        found[int(parts[1]) - 1, int(parts[3]) - 1] = SURE if parts[2] == "-" else POSSIBLE
    return found


def words(tokens: Sequence[Token], typed: str | None = None) -> list[set[int]]:
    """Of each token the places of the words between spaces that it has a part in: of what was
    `typed`, where it stands in that, or of what the tokens make together. A mark has none."""
    text, spans = typed or "", []
    for token in tokens:
        if token.mark:
            spans.append((0, 0))
        elif typed is not None:
            spans.append((token.begin or 0, token.end or 0))
        else:
            begin, text = len(text), text + token.text
            spans.append((begin, len(text)))
    ends = [found.span() for found in re.finditer(r"\S+", text)]
    return [
        {place for place, (first, last) in enumerate(ends) if first < end and begin < last}
        for begin, end in spans
    ]


def row_of(
    given: dict[tuple[int, int], float], typed: str, source: Sequence[Token],
    target: Sequence[Token],
) -> np.ndarray:  # fmt: skip
    """(T, S) of the tokens of what was `typed` and of what was written: how sure the link between
    the words of each two is, 0 where there is none. Raises ValueError, which names it, for a link
    to a word that there is not."""
    read, written = words(source, typed), words(target)
    counts = [1 + max(set().union(*side), default=-1) for side in (read, written)]
    for (i, j), sure in given.items():
        if i >= counts[0] or j >= counts[1]:
            raise ValueError(f"{i + 1}{'-' if sure == SURE else 'p'}{j + 1}")
    found = np.zeros((len(target), len(source)))
    for (i, j), sure in given.items():
        for t, own in enumerate(written):
            if j in own:
                for s, other in enumerate(read):
                    if i in other:
                        found[t, s] = max(found[t, s], sure)
    return found
