"""Glosses on a page: the switch, and what stands under the words that models wrote."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from core.glosses import glosses
from core.manifest import Entry
from core.stage.glossed import Glossed, glossed
from core.trace import Trace
from core.words.languages import tag
from pages.shared.frame import say, verbatim
from pages.shared.question import Question


def switch(line, kind: type[Question], models: Iterable[Entry]) -> None:
    """The switch, where what one of these models writes can be glossed for this reader."""
    state = st.session_state
    if any(_able(one, state.lang) for one in models):
        line.toggle(say("glosses.switch"), key=kind.key("glosses"), help=say("glosses.help"))


def _able(entry: Entry, language: str) -> bool:
    try:
        return tag(entry.source) != tag(entry.target) and bool(glosses(entry.target, language))
    except ValueError:  # a broken dictionary is told with the picture
        return True


def under(traces: Iterable[Trace], on: bool) -> Glossed | None:
    """The glosses of what these traces wrote, where they are switched `on` and there are some. A
    broken dictionary is told."""
    found: Glossed | None = None
    for trace in traces if on else ():
        try:
            one = glossed([trace], st.session_state.lang)
        except ValueError as error:
            st.info(say("glosses.damaged"))
            verbatim(error)
            return None
        if one:
            found = {**one, "words": {**(found["words"] if found else {}), **one["words"]}}
    return found
