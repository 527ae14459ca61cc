"""The glosses that travel to a stage beside its traces, which know nothing of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypedDict

from core.glosses import glosses
from core.trace import Trace
from core.words import say


class Glossed(TypedDict):
    words: dict[str, str]  # the gloss of each word that has one, by the word as it is written
    language: str  # of the glosses, as `lang` has it
    about: str  # where they come from, in a sentence
    told: str  # of one word, with {word} and {gloss}


def glossed(traces: Sequence[Trace], language: str) -> Glossed | None:
    """The glosses of what these traces wrote of one text, in the language of the interface; None
    where there is no dictionary, or where it is sure of none of the words. Raises ValueError where
    one is broken."""
    model = traces[0].model
    found = glosses(model.target, language) if model.source != model.target else None
    if found is None:
        return None
    written = (word for trace in traces for word in words(trace))
    told = found.under(written, traces[0].typed, model.source)
    if not told:
        return None
    return {
        "words": told,
        "language": language,
        "about": say(language, "glosses.about"),
        "told": say(language, "glosses.told"),
    }


def words(trace: Trace) -> Iterable[str]:
    """The words of all hypotheses of a trace, as they are written."""
    for leaf in trace.leaves:
        group: list[str] = []
        last = None
        for step in trace.path(leaf):
            token = step.token
            if token.word != last and group:
                yield "".join(group).strip()
                group = []
            last = token.word
            if not token.mark:
                group.append(token.text)
        if group:
            yield "".join(group).strip()
