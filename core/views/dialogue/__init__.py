"""Answers to one turn beside each other, found by a beam and drawn by sampling: how long each is,
how likely, what the turn adds to that, and which words of the turn it looked at.

What a turn adds to the log-probability of an answer is the pointwise mutual information of the two,
log p(answer | turn) − log p(answer), by which Li et al. 2016 (arXiv 1510.03055, equation 7) choose
answers that are less dull. p(answer) is the mean of its probabilities after other turns.

Shape letters: Q pieces that were written, K pieces that were read.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np

from core.stage import tongues, whole_page, words_for
from core.trace import Trace
from core.tree import LIMIT, Token
from core.views.dialogue import wire
from core.words import say

NEEDS = ()
BEAM, SAMPLING = "beam", "sampling"


@dataclass(frozen=True, eq=False)
class Answers:
    """All that is drawn. `elsewhere` has log p(answer) by the ids of an answer, see above, `others`
    from how many turns; `dull` are the answers that the model is known to give most often."""

    beam: Trace  # several hypotheses
    samples: tuple[Trace, ...]  # one each
    elsewhere: Mapping[tuple[int, ...], float] = field(default_factory=dict)
    others: int = 0
    dull: Collection[str] = ()


def ids_of(trace: Trace, leaf: int) -> tuple[int, ...]:
    """The pieces of an answer, its end mark too."""
    return tuple(step.token.id for step in trace.path(leaf))


def payload(shown: Answers, language: str) -> wire.Payload:
    """What the script needs to draw `shown`."""
    trace = shown.beam
    sampling = next((one.search.sampling for one in shown.samples), None)
    return {
        "stage": "dialogue",
        "turn": [label for label, _ in _words(trace.source)],
        "answers": [
            *(_answer(shown, BEAM, trace, leaf) for leaf in trace.leaves),
            *(_answer(shown, SAMPLING, one, one.leaves[0]) for one in shown.samples),
        ],
        "dull": len(shown.dull),
        "looks": "cross" in trace.blocks,
        "others": shown.others,
        "temperature": sampling.temperature if sampling else 1.0,
        "typed": trace.typed,
        "tongues": tongues(trace.model),
        "strings": words_for(trace, language, "dialogue"),
        "language": language,
    }


def _answer(shown: Answers, way: str, trace: Trace, leaf: int) -> wire.Answer:
    path, ids = trace.path(leaf), ids_of(trace, leaf)
    last, text = path[-1], trace.tree.text_of(leaf)
    elsewhere = shown.elsewhere.get(ids)
    return {
        "way": way,
        "text": text,
        "pieces": len(path),
        "total": float(last.total),
        "gain": None if elsewhere is None else float(last.total - elsewhere),
        "dull": text in shown.dull,
        "ended": last.fate != LIMIT,
        "parts": _looked(trace, leaf),
    }


def _looked(trace: Trace, leaf: int) -> list[wire.Word]:
    """The words of an answer, and where each looked: of the pieces of a word the mean, over the
    pieces of a word that was read the sum, of several heads the mean."""
    path, read = trace.path(leaf), _words(trace.source)
    weights = trace.attention("cross", leaf).weights if "cross" in trace.blocks else None  # (Q, K)
    found = []
    for label, rows in _words([step.token for step in path]):
        mean = np.zeros(0) if weights is None else weights[rows].mean(0)
        found.append({
            "label": label,
            "log_prob": float(sum(path[row].log_prob for row in rows)),
            "weights": [] if weights is None else [float(mean[keys].sum()) for _, keys in read],
        })  # fmt: skip
    return found


def _words(tokens: Sequence[Token]) -> list[tuple[str, list[int]]]:
    """The words that tokens make, an end mark for itself, and which tokens each is made of."""
    found = []
    for _, some in groupby(enumerate(tokens), lambda one: (one[1].word, one[1].mark)):
        places, own = zip(*some, strict=True)
        text = "".join(token.piece if token.mark else token.text for token in own).strip()
        found.append((text or own[0].piece, list(places)))
    return found


def named(trace: Trace) -> str:
    """What a file about answers of that model is called, without its ending."""
    return f"heed-dialogue-{trace.model.name}"


def page(shown: Answers, language: str = "en", theme: str = "auto") -> str:
    """One HTML file that shows them like the app, with nothing to fetch. `theme` is "auto" (the
    reader's), "light" or "dark"."""
    trace = shown.beam
    data = {**payload(shown, language), "theme": theme, "exports": {"name": named(trace)}}
    about = say(language, "dialogue.about", model=trace.model.name)
    return whole_page(data, say(language, "dialogue.title"), trace.typed, about)
